"""Pages of an amendment: prepare it change by change, see whom it touches, publish it."""

from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.models import SignedInRequest
from calls.actions.amendment import (
    amend,
    amend_with_question,
    discard_amendment,
    drop_change,
    explain_amendment,
    publish_amendment,
    start_amendment,
)
from calls.admin.pages import done, manager_page, reader_page, round_frame, show
from calls.amendable import typed
from calls.enums import AmendmentState, QuestionKind, Visibility
from calls.forms.amendment import AddedQuestionForm, AmendForm, ExplanationForm
from calls.forms.form import KindForm
from calls.models import Amendment, AmendmentChange, Question, Round, Section
from calls.queries.amendment import reach_of, with_rows
from calls.queries.outline import outline_of


@manager_page
def amendment_start(request: SignedInRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    round_ = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    return redirect("admin:calls_amendment_change", start_amendment(round_, by=request.user).pk)


@reader_page
def amendment_change(request: SignedInRequest, pk: int) -> HttpResponse:
    amendment = _amendment(request, pk)
    form = ExplanationForm(request.POST or None, initial={"explanation": amendment.explanation})
    if done(request, form, lambda: explain_amendment(amendment, by=request.user, **form.cleaned_data), "L’explication est enregistrée."):
        return redirect(_page(amendment))
    context = {
        **_frame(request, amendment),
        "form": form,
        "reach": reach_of(amendment),
        "outline": outline_of(amendment.round, says_conditions=False),
    }
    return show(request, "amendment_change", str(amendment), context)


@manager_page
def amendment_edit(request: SignedInRequest, pk: int, what: str, target: int) -> HttpResponse:
    amendment = _amendment(request, pk)
    row = _target(amendment, what, target)
    form = AmendForm(request.POST or None, target=row, pending=_pending(amendment))
    said = "C’est noté : rien ne change pour les candidats avant la publication de l’avenant."
    if done(request, form, lambda: amend(amendment, form.values(), by=request.user), said):
        return redirect(_page(amendment))
    return show(request, "amendment_edit", f"Modifier « {row} »", {**_frame(request, amendment), "form": form, "back": _page(amendment)})


@manager_page
def amendment_question_add(request: SignedInRequest, pk: int, section: int) -> HttpResponse:
    amendment = _amendment(request, pk)
    where = get_object_or_404(Section, pk=section, round=amendment.round_id)
    frame = {**_frame(request, amendment), "section": where, "back": _page(amendment)}
    kind = request.POST.get("kind") or request.GET.get("kind")
    if kind not in QuestionKind.values:
        return show(request, "question_kind", "Ajouter une question facultative", {**frame, "form": KindForm()})
    taken = frozenset(amendment.round.questions.values_list("key", flat=True))
    form = AddedQuestionForm(request.POST or None, kind=kind, taken=taken, initial={"visibility": Visibility.COMMUNICABLE})
    said = "La question est notée : elle s’ajoutera à la publication de l’avenant."
    if done(request, form, lambda: amend_with_question(amendment, where, by=request.user, **form.cleaned_data), said):
        return redirect(_page(amendment))
    return show(request, "amendment_edit", "Ajouter une question facultative", {**frame, "form": form})


@manager_page
def amendment_drop(request: SignedInRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    rounds = Round.objects.visible_to(request.user)
    change = get_object_or_404(AmendmentChange.objects.select_related("amendment__round"), pk=pk, amendment__round__in=rounds)
    drop_change(change, by=request.user)
    messages.success(request, "La modification est retirée de l’avenant.")
    return redirect(_page(change.amendment))


@manager_page
def amendment_discard(request: SignedInRequest, pk: int) -> HttpResponse:
    amendment = _amendment(request, pk)
    if request.method == "POST":
        discard_amendment(amendment, by=request.user)
        messages.success(request, "L’avenant est abandonné.")
        return redirect("admin:calls_round_change", amendment.round_id)
    text = "Ses modifications seront perdues ; rien n’en a été publié."
    context = {"text": text, "label": "Abandonner l’avenant", "back": _page(amendment), "danger": True}
    return show(request, "confirm", "Abandonner cet avenant ?", {**_frame(request, amendment), **context})


@manager_page
def amendment_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    amendment = _amendment(request, pk)
    if request.method == "POST":
        published = publish_amendment(amendment, by=request.user)
        messages.success(request, f"{published} est publié ; chaque personne qui a commencé un dossier en est informée.")
        return redirect(_page(amendment))
    context = {**_frame(request, amendment), "reach": reach_of(amendment), "back": _page(amendment)}
    return show(request, "amendment_publish", "Publier l’avenant", context)


def _amendment(request: SignedInRequest, pk: int) -> Amendment:
    rounds = Round.objects.visible_to(request.user)
    return get_object_or_404(Amendment.objects.select_related("round__call", "published_by"), pk=pk, round__in=rounds)


def _page(amendment: Amendment) -> str:
    return reverse("admin:calls_amendment_change", args=[amendment.pk])


def _frame(request: SignedInRequest, amendment: Amendment) -> dict[str, Any]:
    frame = round_frame(request, amendment.round, "calls_round_change")
    return {**frame, "amendment": amendment, "is_draft": amendment.state == AmendmentState.DRAFT, "notice": ""}


def _target(amendment: Amendment, what: str, pk: int) -> Model:
    """The row of this round, or of its call, that `what` and `pk` name."""
    round_ = amendment.round
    rows: dict[str, Any] = {
        "appel": lambda: round_.call if pk == round_.call_id else None,
        "session": lambda: round_ if pk == round_.pk else None,
        "section": lambda: Section.objects.filter(pk=pk, round=round_).first(),
        "question": lambda: Question.objects.filter(pk=pk, round=round_).prefetch_related("choices").first(),
    }
    found: Model | None = rows[what]() if what in rows else None
    if found is None:
        raise Http404
    return found


def _pending(amendment: Amendment) -> dict[tuple[type[Model], int, str], Any]:
    """What the amendment would make of each column that it changes."""
    changes = with_rows().filter(amendment=amendment).exclude(field="")
    return {(type(change.target), change.target.pk, change.field): typed(change.field, change.after) for change in changes}
