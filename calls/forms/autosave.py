"""What an open page is told, field by field: of what it has just sent, and of what others changed meanwhile."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.template.loader import render_to_string

from accounts.models import User
from calls.actions.application import Saving
from calls.definition import QuestionDefinition, SectionDefinition
from calls.forms.section import Field, SectionForm
from calls.forms.sent import field_name, mark_of, sent_version
from calls.models import Answer, Application
from calls.queries.application import reading_of
from calls.queries.area import labels_of, within_of
from calls.queries.attachment import files_in
from calls.queries.partner import partner_names
from calls.reading import Reading, area_references
from kit import clock, french
from territories.queries import areas_by_key

Words = dict[str, Any]


def acknowledgement(form: SectionForm, saving: Saving) -> Words:
    """The instant, the dossier's revision, and each answer sent: its version if it is stored, else what stopped it.

    `within` says where the areas sent lie: conditions may look at it. `trouble` is what stands beside the field. A field of territories is drawn
    again: words may have become a place, or several to choose; so is a table in which a cell cannot be read.
    """
    after, known = replace(form.after(saving), names=_names(form)), {**saving.same, **saving.versions}
    said = {
        one.name: {
            "kept": one.question.key not in saving.conflicts and one.question.key not in saving.too_long,
            "version": known.get(one.question.key, 0),
            "conflict": one.conflict.version if one.conflict else 0,
            "trouble": trouble_of(one) if one.is_troubled else "",
            "html": drawn(replace(one, version=known.get(one.question.key, 0), base=mark_of(one.reading.typed)))
            if (one.question.is_area or (one.question.is_composite and one.grid.marks_cells)) and not one.conflict
            else "",
        }
        for one in (after.field_of(question) for question in form.section.questions if question.key in form.sent)
    }
    zone = form.reader.time_zone if form.reader else french.PARIS
    return {
        "at": french.lately(clock.now(), zone),
        "revision": saving.revision,
        "changed": bool(saving.versions),
        "fields": said,
        "within": {reference: sorted(around) for reference, around in within_of(form.areas).items()},
    }


def changes(application: Application, section: SectionDefinition, seen: QueryDict, reader: User) -> Words:
    """The answers of the section whose version is not the one that the page has seen: drawn as stored, and as the conflict they may be."""
    wanted = {question.key: question for question in section.questions}
    found = application.answers.filter(question_key__in=list(wanted), row=0).select_related("by").order_by()
    changed = [answer for answer in found if answer.version != sent_version(wanted[answer.question_key], seen)]
    form = _as_stored(section, changed, reader)
    if any(wanted[answer.question_key].is_files for answer in changed):
        form = replace(form, files=files_in(application, section))
    beside = replace(form, conflicts={answer.question_key: answer for answer in changed})
    return {
        field_name(answer.question_key): {
            "version": answer.version,
            "html": drawn(form.field_of(wanted[answer.question_key])),
            "trouble": trouble_of(replace(beside.field_of(wanted[answer.question_key]), reading=Reading(""))),
            "said": _said(answer, reader),
        }
        for answer in changed
    }


def _names(form: SectionForm) -> dict[str, str]:
    """Of the partners in the tables that may be drawn again: where nothing is wrong, nothing is asked."""
    texts = form.naming
    return partner_names(texts) if texts and any(reading.problem for reading in form.sent_readings.values()) else {}


def field_now(application: Application, section: SectionDefinition, question: QuestionDefinition, reader: User) -> Words:
    """A question as it is stored now, for the page that has just changed it by another way than its form."""
    answers = application.answers.filter(question_key=question.key, row=0).order_by()
    form = replace(_as_stored(section, answers, reader), files=files_in(application, section))
    one = form.field_of(question)
    return {"name": one.name, "version": one.version, "html": drawn(one), "at": french.lately(clock.now(), reader.time_zone)}


def drawn(one: Field) -> str:
    """The field as the page of the section draws it."""
    return render_to_string("calls/fields/_question.html", {"field": one})


def trouble_of(one: Field) -> str:
    return render_to_string("calls/fields/_trouble.html", {"field": one})


def _as_stored(section: SectionDefinition, answers: Iterable[Answer], reader: User) -> SectionForm:
    by_key = {answer.question_key: answer for answer in answers}
    areas = areas_by_key(area_references(answer.typed for answer in by_key.values()))
    labels = labels_of(areas)
    readings = {
        question.key: reading_of(question, by_key[question.key], labels) for question in section.questions if question.key in by_key
    }
    versions = {key: answer.version for key, answer in by_key.items()}
    stored = {key: answer.typed for key, answer in by_key.items()}
    form = SectionForm(section, readings, versions, areas, reader, marks_missing=True, stored=stored, sent=frozenset(readings))
    return replace(form, names=partner_names(form.naming))


def _said(answer: Answer, reader: User) -> str:
    """Who changed the answer and when, in a sentence."""
    when = french.lately(answer.at, reader.time_zone)
    if answer.by_id == reader.pk:
        return f"Modifié par vous, dans un autre onglet ou sur un autre appareil, {when}."
    return f"Modifié par {answer.by or 'une autre personne'} {when}."
