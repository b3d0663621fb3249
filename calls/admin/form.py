"""Pages of a round's form: outline, sections, questions, preview, blank form."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.models import SignedInRequest
from calls.actions.form import (
    add_question,
    add_section,
    change_question,
    change_section,
    delete_question,
    delete_section,
    duplicate_question,
    move_question,
    move_section,
    shift_question,
    shift_section,
)
from calls.actions.round import start_pionnier_form
from calls.admin.condition import condition_of, conditions_of
from calls.admin.pages import done, form_frame, locked, manager_page, reader_page, round_frame, show
from calls.blank_form import blank_form_pdf
from calls.definition import read_definition
from calls.enums import QuestionKind, Visibility
from calls.forms.form import KindForm, PlaceForm, QuestionForm, SectionChoiceForm, SectionTextForm, values_of
from calls.forms.section import SectionForm
from calls.models import Question, Round, Section
from calls.queries.outline import outline_of


@reader_page
def form_outline(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    context = {"outline": outline_of(round_)}
    return show(request, "form_outline", "Formulaire", {**round_frame(request, round_, "calls_form_outline"), **context})


@manager_page
def form_start(request: SignedInRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    start_pionnier_form(_round(request, pk), by=request.user)
    messages.success(request, "Le dossier « pionnier » est en place : adaptez-le à votre appel.")
    return redirect("admin:calls_form_outline", pk)


@manager_page
def section_add(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    form = SectionTextForm(request.POST or None)
    if done(request, form, lambda: add_section(round_, by=request.user, **form.cleaned_data), "La section est ajoutée."):
        return redirect("admin:calls_form_outline", round_.pk)
    return show(request, "section_edit", "Ajouter une section", {**form_frame(request, round_), "form": form, "back": _outline(round_)})


@reader_page
def section_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    section = _section(request, pk)
    frame = form_frame(request, section.round)
    form = SectionTextForm(request.POST or None, initial={"title": section.title, "introduction": section.introduction})
    locked(form, can_edit=frame["can_edit"])
    if done(request, form, lambda: change_section(section, by=request.user, **form.cleaned_data), "La section est enregistrée."):
        return redirect(_outline(section.round))
    context = {"form": form, "section": section, "conditions": condition_of(section, read_definition(section.round))}
    return show(request, "section_edit", section.title, {**frame, **context, "back": _outline(section.round)})


@manager_page
def section_move(request: SignedInRequest, pk: int) -> HttpResponse:
    section = _section(request, pk)
    place = _place(request)
    if place["step"]:
        shift_section(section, by=request.user, step=place["step"])
    elif place["index"] is not None:
        move_section(section, by=request.user, index=place["index"])
    return redirect(f"{_outline(section.round)}#section-{section.pk}")


@manager_page
def section_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    section = _section(request, pk)
    if request.method == "POST":
        delete_section(section, by=request.user)
        messages.success(request, f"La section « {section.title} » est supprimée.")
        return redirect(_outline(section.round))
    count = section.questions.count()
    text = f"Ses {count} questions seront supprimées avec elle." if count > 1 else "Sa question éventuelle sera supprimée avec elle."
    context = {"text": text, "label": "Supprimer la section", "back": _outline(section.round), "danger": True}
    return show(request, "confirm", f"Supprimer la section « {section.title} » ?", {**form_frame(request, section.round), **context})


@manager_page
def question_add(request: SignedInRequest, pk: int) -> HttpResponse:
    section = _section(request, pk)
    kind = _kind(request)
    frame = {**form_frame(request, section.round), "section": section, "back": _outline(section.round)}
    if kind is None:
        return show(request, "question_kind", "Ajouter une question", {**frame, "form": KindForm()})
    initial = {"required": True, "visibility": Visibility.COMMUNICABLE}
    form = QuestionForm(request.POST or None, kind=kind, taken=_taken(section.round), initial=initial)
    made: list[Question] = []
    if done(request, form, lambda: made.append(add_question(section, by=request.user, **form.cleaned_data)), "La question est ajoutée."):
        return redirect(f"{_outline(section.round)}#question-{made[0].pk}")
    context = {"form": form, "kind": QuestionKind(kind).label}
    return show(request, "question_edit", "Ajouter une question", {**frame, **context})


@reader_page
def question_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    question = _question(request, pk)
    kind = _kind(request) or question.kind
    frame = {**form_frame(request, question.round), "question": question, "section": question.section}
    form = QuestionForm(
        request.POST or None,
        kind=kind,
        question=question,
        taken=_taken(question.round, question),
        initial={**values_of(question), "kind": kind},
    )
    locked(form, can_edit=frame["can_edit"])
    if done(request, form, lambda: change_question(question, by=request.user, **form.cleaned_data), "La question est enregistrée."):
        return redirect(f"{_outline(question.round)}#question-{question.pk}")
    context = {
        "form": form,
        "kind": QuestionKind(kind).label,
        "kind_form": KindForm(initial={"kind": kind}, auto_id="type_%s"),
        "section_form": SectionChoiceForm(question=question),
        "conditions": conditions_of(question, read_definition(question.round)),
        "back": _outline(question.round),
    }
    return show(request, "question_edit", "Question", {**frame, **context})


@manager_page
def question_move(request: SignedInRequest, pk: int) -> HttpResponse:
    question = _question(request, pk)
    place = _place(request)
    if place["step"]:
        shift_question(question, by=request.user, step=place["step"])
    elif place["section"] is not None:
        section = get_object_or_404(Section, pk=place["section"], round=question.round_id)
        index = place["index"] if place["index"] is not None else section.questions.count()
        move_question(question, by=request.user, section=section, index=index)
    return redirect(f"{_outline(question.round)}#question-{question.pk}")


@manager_page
def question_duplicate(request: SignedInRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    question = _question(request, pk)
    copy = duplicate_question(question, by=request.user)
    messages.success(request, "La question est dupliquée, juste après la première.")
    return redirect(f"{_outline(question.round)}#question-{copy.pk}")


@manager_page
def question_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    question = _question(request, pk)
    if request.method == "POST":
        delete_question(question, by=request.user)
        messages.success(request, "La question est supprimée.")
        return redirect(_outline(question.round))
    back = reverse("admin:calls_question_edit", args=[question.pk])
    context = {"text": f"« {question.label} »", "label": "Supprimer la question", "back": back, "danger": True}
    return show(request, "confirm", "Supprimer cette question ?", {**form_frame(request, question.round), **context})


@reader_page
def form_preview(request: SignedInRequest, pk: int, key: str = "") -> HttpResponse:
    round_ = _round(request, pk)
    definition = read_definition(round_)
    section = definition.section(key) if key else next(iter(definition.sections), None)
    if key and section is None:
        raise Http404
    form = SectionForm(section, {}, {}, {}) if section else None
    context = {"round": round_, "sections": definition.sections, "form": form, "back": _outline(round_)}
    return render(request, "admin/calls/form_preview.html", context)


@reader_page
def form_blank(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    response = HttpResponse(blank_form_pdf(round_), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="formulaire-{round_.code}.pdf"'
    return response


def _round(request: SignedInRequest, pk: int) -> Round:
    return get_object_or_404(Round.objects.visible_to(request.user).select_related("call"), pk=pk)


def _section(request: SignedInRequest, pk: int) -> Section:
    return get_object_or_404(Section.objects.select_related("round__call"), pk=pk, round__in=Round.objects.visible_to(request.user))


def _question(request: SignedInRequest, pk: int) -> Question:
    rounds = Round.objects.visible_to(request.user)
    return get_object_or_404(Question.objects.select_related("round__call", "section__round"), pk=pk, round__in=rounds)


def _outline(round_: Round) -> str:
    return reverse("admin:calls_form_outline", args=[round_.pk])


def _kind(request: SignedInRequest) -> str | None:
    """The kind asked in the address, or sent with the form; nothing for one that does not exist."""
    kind = request.POST.get("kind") or request.GET.get("kind")
    return kind if kind in QuestionKind.values else None


def _taken(round_: Round, but: Question | None = None) -> frozenset[str]:
    """The keys of the round's other questions."""
    keys = round_.questions.values_list("key", flat=True)
    return frozenset(keys.exclude(pk=but.pk) if but else keys)


def _place(request: SignedInRequest) -> dict[str, Any]:
    """Where to; nothing readable is nowhere."""
    form = PlaceForm(request.POST)
    return form.cleaned_data if form.is_valid() else {"section": None, "index": None, "step": None}
