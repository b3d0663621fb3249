"""Pages of a round: creation, overview, dates and notices, declarations, check, publication, cancellation, copy, extensions."""

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.models import SignedInRequest
from calls.actions.round import (
    add_declaration,
    cancel_round,
    change_declaration,
    change_round,
    create_round,
    delete_declaration,
    duplicate_round,
    extend_for_one,
    extend_round,
    publish_round,
)
from calls.admin.pages import call_frame, done, locked, manager_page, reader_page, round_frame, show
from calls.enums import AmendmentState, ApplicationState, Phase, RoundState
from calls.forms.fields import paris_instant
from calls.forms.round import (
    DeclarationForm,
    ExtensionForm,
    ReasonForm,
    RoundCopyForm,
    RoundForm,
    RoundStartForm,
    SingleExtensionForm,
    values_of,
)
from calls.models import Call, Declaration, Round
from calls.queries.amendment import alive_counts
from calls.queries.dry_run import blocking, dry_run
from calls.queries.interruption import interrupted_deposits
from calls.workflow import ROUND_TRANSITIONS
from kit import clock, french
from kit.workflow import available

NOON = time(12)
TO_PREPARE, SHORTEST = timedelta(days=30), timedelta(days=1)


@manager_page
def round_add(request: SignedInRequest, pk: int) -> HttpResponse:
    call = get_object_or_404(Call.objects.visible_to(request.user), pk=pk)
    form = RoundStartForm(request.POST or None, call=call)
    made: list[Round] = []
    if done(request, form, lambda: made.append(create_round(call, by=request.user, **form.cleaned_data)), "La session est créée."):
        return redirect("admin:calls_round_change", made[0].pk)
    back = reverse("admin:calls_call_change", args=[call.pk])
    return show(request, "round_add", "Nouvelle session", {**call_frame(request, call, ""), "form": form, "back": back})


@reader_page
def round_change(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    draft = round_.state == RoundState.DRAFT
    amendments = list(round_.amendments.all())
    context = {
        "moves": [move.name for move in available(round_, request.user, ROUND_TRANSITIONS)],
        "blocking": blocking(dry_run(round_)) if draft else [],
        "is_draft": draft,
        "section_count": round_.sections.count(),
        "question_count": round_.questions.count(),
        "declaration_count": round_.declarations.count(),
        "started": round_.applications.count(),
        "deposited": round_.applications.filter(state=ApplicationState.DEPOSITED).count(),
        "extensions": round_.extensions.select_related("decided_by", "application"),
        "transitions": round_.transitions.select_related("actor"),
        "amendments": amendments,
        "amendment_in_preparation": any(amendment.state == AmendmentState.DRAFT for amendment in amendments),
        "can_amend": round_.phase in {Phase.OPEN, Phase.COMING},
        "interrupted": interrupted_deposits(round_).count(),
        "can_extend": round_.state == RoundState.PUBLISHED and round_.closes_at is not None,
    }
    return show(request, "round_change", round_.name, {**round_frame(request, round_, "calls_round_change"), **context})


@reader_page
def round_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    frame = round_frame(request, round_, "calls_round_edit")
    form = RoundForm(request.POST or None, call=round_.call, round=round_, initial=values_of(round_))
    locked(form, can_edit=frame["can_edit"])
    if done(request, form, lambda: change_round(round_, by=request.user, **form.cleaned_data), "La session est enregistrée."):
        return redirect("admin:calls_round_change", round_.pk)
    return show(request, "round_edit", "Dates et mentions", {**frame, "form": form})


@reader_page
def declaration_list(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    context = {"declarations": round_.declarations.all()}
    return show(
        request, "declaration_list", "Déclarations demandées", {**round_frame(request, round_, "calls_declaration_list"), **context}
    )


@manager_page
def declaration_add(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    form = DeclarationForm(request.POST or None)
    if done(request, form, lambda: add_declaration(round_, by=request.user, **form.cleaned_data), "La déclaration est ajoutée."):
        return redirect("admin:calls_declaration_list", round_.pk)
    return _declaration_page(request, round_, form, "Ajouter une déclaration")


@reader_page
def declaration_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    declaration = _declaration(request, pk)
    form = DeclarationForm(request.POST or None, instance=_declaration(request, pk))
    if done(
        request, form, lambda: change_declaration(declaration, by=request.user, **form.cleaned_data), "La déclaration est enregistrée."
    ):
        return redirect("admin:calls_declaration_list", declaration.round_id)
    return _declaration_page(request, declaration.round, form, "Déclaration", declaration)


@manager_page
def declaration_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    declaration = _declaration(request, pk)
    back = reverse("admin:calls_declaration_list", args=[declaration.round_id])
    if request.method == "POST":
        delete_declaration(declaration, by=request.user)
        return redirect(back)
    context = {"text": declaration.text, "label": "Supprimer la déclaration", "back": back, "danger": True}
    return show(request, "confirm", "Ne plus demander cette déclaration ?", {**round_frame(request, declaration.round, ""), **context})


@reader_page
def round_check(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    remarks = dry_run(round_)
    stops = blocking(remarks)
    context = {
        "blocking": stops,
        "advice": [remark for remark in remarks if not remark.blocking],
        "can_publish": not stops and "publish" in [move.name for move in available(round_, request.user, ROUND_TRANSITIONS)],
        "is_draft": round_.state == RoundState.DRAFT,
    }
    return show(request, "round_check", "Vérification", {**round_frame(request, round_, "calls_round_check"), **context})


@manager_page
def round_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    if request.method == "POST":
        publish_round(round_, by=request.user)
        return redirect("admin:calls_round_change", round_.pk)
    if round_.state != RoundState.DRAFT or blocking(dry_run(round_)):
        return redirect("admin:calls_round_check", round_.pk)
    context = {"back": reverse("admin:calls_round_check", args=[round_.pk]), "opened": round_.opens_at <= clock.now()}
    return show(request, "round_publish", "Publier la session ?", {**round_frame(request, round_, ""), **context})


@manager_page
def round_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    form = ReasonForm(request.POST or None)
    if done(request, form, lambda: cancel_round(round_, by=request.user, reason=form.cleaned_data["reason"]), "La session est annulée."):
        return redirect("admin:calls_round_change", round_.pk)
    text = "Plus aucun dossier ne pourra y être déposé. Les dossiers déposés sont conservés. Une annulation ne se défait pas."
    return _act(request, round_, form, "Annuler la session ?", text, "Annuler la session", danger=True)


@manager_page
def round_duplicate(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    initial = {"target": round_.call_id, **_next_dates(round_)}
    form = RoundCopyForm(request.POST or None, call=round_.call, initial=initial)
    made: list[Round] = []

    def copy() -> None:
        values = dict(form.cleaned_data)
        made.append(duplicate_round(round_, by=request.user, call=values.pop("target"), **values))

    if done(request, form, copy, "La session est dupliquée : formulaire, déclarations et mentions sont repris."):
        return redirect("admin:calls_round_change", made[0].pk)
    text = "La nouvelle session reprend le formulaire, les déclarations et les mentions. Elle reste en préparation jusqu’à sa publication."
    return _act(request, round_, form, "Dupliquer la session", text, "Créer la session")


@manager_page
def round_extend(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    form = ExtensionForm(request.POST or None, previous=round_.closes_at)
    if done(request, form, lambda: extend_round(round_, by=request.user, **form.cleaned_data), "La clôture est repoussée pour tous."):
        return redirect("admin:calls_round_change", round_.pk)
    closing = french.instant(round_.closes_at) if round_.closes_at else "aucune"
    counts = alive_counts(round_)
    text = (
        f"Clôture actuelle : {closing}. La décision vaut pour tous les candidats ; elle est datée et montrée sur la page de l’appel.\n\n"
        f"Elle touche {french.counted(counts['drafts'], 'dossier')} en préparation et {french.counted(counts['deposited'], 'dossier déposé', 'dossiers déposés')} : "
        "chaque personne qui en a commencé un est informée par courriel."
    )
    return _act(request, round_, form, "Prolonger la session", text, "Repousser la clôture")


@manager_page
def round_extend_one(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    form = SingleExtensionForm(request.POST or None, round=round_)

    def extend() -> None:
        values = dict(form.cleaned_data)
        extend_for_one(values.pop("reference"), by=request.user, **values)

    if done(request, form, extend, "Le délai est accordé ; la personne qui a commencé le dossier en est informée."):
        return redirect("admin:calls_round_change", round_.pk)
    text = "Réservé à un incident de la plateforme, prouvé. La décision figure dans le dossier que lit le jury."
    return _act(request, round_, form, "Accorder un délai à un seul dossier", text, "Accorder le délai")


def _act(request: SignedInRequest, round_: Round, form: Any, title: str, text: str, label: str, *, danger: bool = False) -> HttpResponse:
    context = {"form": form, "text": text, "label": label, "danger": danger, "back": reverse("admin:calls_round_change", args=[round_.pk])}
    return show(request, "confirm", title, {**round_frame(request, round_, ""), **context, "notice": ""})


def _declaration_page(
    request: SignedInRequest, round_: Round, form: DeclarationForm, title: str, declaration: Declaration | None = None
) -> HttpResponse:
    frame = round_frame(request, round_, "calls_declaration_list")
    locked(form, can_edit=frame["can_edit"])
    context = {"form": form, "declaration": declaration, "back": reverse("admin:calls_declaration_list", args=[round_.pk])}
    return show(request, "declaration_edit", title, {**frame, **context})


def _round(request: SignedInRequest, pk: int) -> Round:
    return get_object_or_404(Round.objects.visible_to(request.user).select_related("call"), pk=pk)


def _declaration(request: SignedInRequest, pk: int) -> Declaration:
    rounds = Round.objects.visible_to(request.user)
    return get_object_or_404(Declaration.objects.select_related("round__call"), pk=pk, round__in=rounds)


def _next_dates(round: Round) -> dict[str, datetime | None]:
    """What the copy of a round is proposed: noon in Paris a month from now, and a closing as far from it as that of the original."""
    opens_at = clock.now() + TO_PREPARE
    closes_at = opens_at + max(round.closes_at - round.opens_at, SHORTEST) if round.closes_at else None
    return {"opens_at": _noon(opens_at), "closes_at": _noon(closes_at) if closes_at else None}


def _noon(at: datetime) -> datetime:
    return paris_instant(french.day_of(at), NOON)
