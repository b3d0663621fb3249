"""Writes of a round: prepare, check, publish, cancel, duplicate, extend."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from accounts.models import User
from calls.actions.announcement import owe_announcement
from calls.actions.form import copy_parts
from calls.deadlines import closing_that_applies
from calls.emails import extension_granted
from calls.enums import ApplicationState, RoundState
from calls.form_templates import FormTemplate, form_template, starting_notices
from calls.freeze import lock_draft, lock_round, require_manager
from calls.models import Application, Call, Choice, Declaration, EligibilityRule, Extension, Part, Question, Round, Section
from calls.permissions import manages_round
from calls.queries.dry_run import Remark, blocking, dry_run
from calls.workflow import ROUND_TRANSITIONS
from kit import clock, french
from kit.workflow import RefusedTransition, advance
from notifications.actions import owe_message

PARAMETERS = (
    "places_min",
    "places_max",
    "implicit_decision",
    "silence_months",
    "completeness_notice",
    "appeal_notice",
    "privacy_notice",
    "idle_draft_months",
    "refused_years",
    "accepted_years",
)
CHANGEABLE = frozenset({"name", "code", "opens_at", "closes_at", *PARAMETERS})
DECLARATION_FIELDS = ("kind", "text", "source", "required", "families", "position")
QUESTION_FIELDS = (
    "key",
    "kind",
    "label",
    "help_text",
    "required",
    "visibility",
    "max_words",
    "minimum",
    "maximum",
    "whole",
    "unit",
    "several",
    "past",
    "known_as",
    "most_files",
    "largest_mb",
    "file_families",
    "position",
    "shown_if",
    "required_if",
)


class RoundNotReady(RefusedTransition):
    """The dry run found something that stops the publication; `remarks` says what."""

    def __init__(self, remarks: list[Remark]) -> None:
        self.remarks = remarks
        count = french.counted(len(remarks), "point")
        super().__init__(f"La session ne peut pas être publiée : {count} à corriger. {remarks[0].sentence}")


class RefusedExtension(RefusedTransition):
    """The extension is not later, or has nothing to extend."""


@transaction.atomic
def create_round(
    call: Call, *, by: User, name: str, code: str, opens_at: datetime, closes_at: datetime | None, template: str = "", **parameters: Any
) -> Round:
    """Create a round in preparation, with the notices and declarations that the law asks, and the form of `template` if one is named."""
    require_manager(by)
    starting = starting_notices()
    created = Round.objects.create(
        call=call,
        name=name,
        code=code,
        opens_at=opens_at,
        closes_at=closes_at,
        created_at=clock.now(),
        **{**starting.notices, **parameters},
    )
    for position, declaration in enumerate(starting.declarations):
        Declaration.objects.create(round=created, position=position, **declaration)
    if template:
        _write_form(created, form_template(template))
    return created


@transaction.atomic
def start_pionnier_form(round: Round, *, by: User) -> Round:
    """Fill the empty form of a round in preparation with the pionnier dossier."""
    locked = lock_draft(round, by=by)
    if locked.sections.exists():
        raise RefusedTransition("Cette session a déjà un formulaire : supprimez ses sections avant de partir d’un modèle.")
    _write_form(locked, form_template("pionnier"))
    return locked


@transaction.atomic
def change_round(round: Round, *, by: User, **fields: Any) -> Round:
    """Change dates, places, notices and retention of a round in preparation."""
    if unknown := fields.keys() - CHANGEABLE:
        raise TypeError(unknown)
    locked = lock_draft(round, by=by)
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(fields))
    return locked


@transaction.atomic
def add_declaration(round: Round, *, by: User, **fields: Any) -> Declaration:
    """Ask one more declaration of whoever deposits, after the others."""
    locked = lock_draft(round, by=by)
    last = locked.declarations.aggregate(last=Max("position"))["last"]
    return Declaration.objects.create(round=locked, position=0 if last is None else last + 1, **fields)


@transaction.atomic
def change_declaration(declaration: Declaration, *, by: User, **fields: Any) -> Declaration:
    lock_draft(declaration.round, by=by)
    for name, value in fields.items():
        setattr(declaration, name, value)
    declaration.save(update_fields=list(fields))
    return declaration


@transaction.atomic
def delete_declaration(declaration: Declaration, *, by: User) -> None:
    lock_draft(declaration.round, by=by)
    declaration.delete()


@transaction.atomic
def publish_round(round: Round, *, by: User) -> Round:
    """Publish a round that passes the dry run: from then on everything in it is frozen, and its opening is a matter of the clock."""
    if not manages_round(by, round):
        raise PermissionDenied
    locked = Round.objects.select_for_update(of=("self",)).select_related("call").get(pk=round.pk)
    if locked.state == RoundState.DRAFT and (remarks := blocking(dry_run(locked))):
        raise RoundNotReady(remarks)
    return advance(locked, "publish", ROUND_TRANSITIONS, by=by, published_at=clock.now(), published_by=by, first_closes_at=locked.closes_at)


@transaction.atomic
def cancel_round(round: Round, *, by: User, reason: str) -> Round:
    """Cancel a published round, with a reason that its page shows: nothing can be deposited any more; whoever started a dossier is told."""
    if not reason.strip():
        raise RefusedTransition("Une annulation porte son motif.")
    cancelled = advance(round, "cancel", ROUND_TRANSITIONS, by=by, why=reason)
    owe_announcement(cancelled)
    return cancelled


@transaction.atomic
def duplicate_round(
    round: Round, *, by: User, name: str, code: str, opens_at: datetime, closes_at: datetime | None, call: Call | None = None
) -> Round:
    """Copy form, declarations, notices and parameters of any round into a new one, in preparation, of the same call or of another."""
    require_manager(by)
    copy = Round.objects.create(
        call=call or round.call,
        name=name,
        code=code,
        opens_at=opens_at,
        closes_at=closes_at,
        created_at=clock.now(),
        **{parameter: getattr(round, parameter) for parameter in PARAMETERS},
    )
    Declaration.objects.bulk_create(
        Declaration(round=copy, **{field: getattr(declaration, field) for field in DECLARATION_FIELDS})
        for declaration in round.declarations.all()
    )
    _copy_form(round, copy)
    return copy


@transaction.atomic
def extend_round(round: Round, *, by: User, closes_at: datetime, reason: str) -> Extension:
    """Move the closing of a published round to a later instant, for everyone: a dated decision that the call's page shows.

    Whoever started a dossier is told.
    """
    locked = lock_round(round, by=by)
    previous = _closing_to_extend(locked, None, reason)
    _refuse_unless_later(closes_at, previous)
    extension = Extension.objects.create(
        round=locked, previous_closes_at=previous, closes_at=closes_at, reason=reason, decided_by=by, decided_at=clock.now()
    )
    locked.closes_at = closes_at
    locked.save(update_fields=["closes_at"])
    owe_announcement(locked, extension)
    return extension


@transaction.atomic
def extend_for_one(application: Application, *, by: User, closes_at: datetime, reason: str, incident: str) -> Extension:
    """Move the closing for a single dossier after an incident of the platform, whose evidence is kept; whoever started it is told."""
    published = lock_round(application.round, by=by)
    locked = Application.objects.select_for_update(of=("self",)).select_related("started_by", "project").get(pk=application.pk)
    previous = _closing_to_extend(published, locked.extended_until, reason)
    if not incident.strip():
        raise RefusedExtension("Une prolongation pour un seul dossier cite l’incident de la plateforme qui la justifie.")
    if locked.state == ApplicationState.WITHDRAWN:
        raise RefusedExtension("Ce dossier est retiré : il n’y a rien à prolonger.")
    _refuse_unless_later(closes_at, previous)
    extension = Extension.objects.create(
        round=published,
        application=locked,
        previous_closes_at=previous,
        closes_at=closes_at,
        reason=reason,
        incident=incident,
        decided_by=by,
        decided_at=clock.now(),
    )
    locked.extended_until = closes_at
    locked.save(update_fields=["extended_until"])
    if locked.started_by is not None:
        owe_message(f"extension:{extension.pk}", extension_granted(extension, locked.started_by), recipient=locked.started_by)
    return extension


def _closing_to_extend(round: Round, extended_until: datetime | None, reason: str) -> datetime:
    """The closing in force, of a round that may be extended."""
    if round.state != RoundState.PUBLISHED:
        raise RefusedExtension("Seule une session publiée se prolonge : en préparation, changez simplement sa clôture.")
    closing = closing_that_applies(round.closes_at, extended_until)
    if closing is None:
        raise RefusedExtension("Cette session n’a pas de clôture : il n’y a rien à prolonger.")
    if not reason.strip():
        raise RefusedExtension("Une prolongation porte son motif.")
    return closing


def _refuse_unless_later(closes_at: datetime, previous: datetime) -> None:
    if closes_at <= previous:
        raise RefusedExtension(f"Une prolongation repousse la clôture : choisissez un instant après le {french.instant(previous)}.")
    if closes_at <= clock.now():
        raise RefusedExtension("La nouvelle clôture est déjà passée.")


def _write_form(round: Round, template: FormTemplate) -> None:
    for section_position, part in enumerate(template.sections):
        section = Section.objects.create(round=round, position=section_position, **part.fields)
        for position, row in enumerate(part.questions):
            question = Question.objects.create(
                round=round, section=section, position=position, **{**row.fields, **row.years_before(round.opens_at)}
            )
            Part.objects.bulk_create(Part(question=question, position=rank, **part) for rank, part in enumerate(row.parts))
            Choice.objects.bulk_create(
                Choice(question=question, key=key, label=label, position=rank) for rank, (key, label) in enumerate(row.choices)
            )
    for position, rule in enumerate(template.rules):
        EligibilityRule.objects.create(round=round, position=position, **rule.fields(french.day_of(round.opens_at)))


def _copy_form(source: Round, copy: Round) -> None:
    for section in source.sections.prefetch_related("questions__choices", "questions__parts"):
        new_section = Section.objects.create(
            round=copy,
            key=section.key,
            title=section.title,
            introduction=section.introduction,
            position=section.position,
            shown_if=section.shown_if,
        )
        for question in section.questions.all():
            new_question = Question.objects.create(
                round=copy, section=new_section, **{field: getattr(question, field) for field in QUESTION_FIELDS}
            )
            Choice.objects.bulk_create(
                Choice(question=new_question, key=choice.key, label=choice.label, position=choice.position)
                for choice in question.choices.all()
            )
            copy_parts(question, new_question)
    EligibilityRule.objects.bulk_create(
        EligibilityRule(round=copy, key=rule.key, sentence=rule.sentence, condition=rule.condition, position=rule.position)
        for rule in source.rules.all()
    )
