"""Lists of dossiers to eliminate: what is due, what waits for the visa of the archives, what was carried out and by whom."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.models import SignedInRequest
from calls.actions.elimination import (
    abandon_elimination,
    add_requested,
    approve_elimination,
    carry_out_elimination,
    keep_back,
    prepare_elimination,
    submit_elimination,
)
from calls.admin.pages import Link, done, manager_page, reader_page, show
from calls.admin.staff_pages import staff_page
from calls.elimination_document import HEADER, elimination_pdf_of, elimination_rows, why
from calls.enums import EliminationState
from calls.forms.elimination import CarryOutForm, RequestForm, SubmitForm, VisaForm, WhyForm
from calls.models import EliminationLine, EliminationList
from calls.models.elimination import OPEN_STATES
from calls.permissions import carries_out_elimination
from calls.queries.elimination import eliminations
from calls.workflow import ELIMINATION_TRANSITIONS
from kit.paging import page_of
from kit.spreadsheets import csv_response
from kit.workflow import available

PER_PAGE = 50


@reader_page
def elimination_list(request: SignedInRequest) -> HttpResponse:
    return show(request, "elimination_list", "Bordereaux d’élimination", {"page": page_of(eliminations(request.user), request)})


@manager_page
def elimination_prepare(request: SignedInRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    elimination = prepare_elimination(by=request.user)
    if elimination is None:
        messages.info(request, "Aucun autre dossier n’est arrivé au terme de sa durée de conservation.")
        return redirect("admin:calls_eliminationlist_changelist")
    messages.success(request, "Les dossiers échus sont inscrits au bordereau. Rien n’est éliminé avant le visa des archives.")
    return redirect("admin:calls_eliminationlist_change", elimination.pk)


@reader_page
def elimination_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    elimination = _elimination(request, pk)
    page = page_of(elimination.lines.order_by("number", "pk"), request, per_page=PER_PAGE)
    context = {
        **_frame(),
        "elimination": elimination,
        "page": page,
        "rows": [{"line": line, "why": why(line)} for line in page.items],
        "log": elimination.transitions.select_related("actor"),
        "moves": {move.name for move in available(elimination, request.user, ELIMINATION_TRANSITIONS)},
        "may_keep": elimination.state in OPEN_STATES and elimination.state != EliminationState.CARRYING_OUT,
    }
    return show(request, "elimination_detail", str(elimination), context)


@manager_page
def elimination_request(request: SignedInRequest) -> HttpResponse:
    form = RequestForm(request.POST or None)
    made: list[EliminationLine] = []
    said = "Le dossier est inscrit au bordereau en préparation."
    if done(request, form, lambda: made.append(add_requested(by=request.user, **form.cleaned_data)), said):
        return redirect("admin:calls_eliminationlist_change", made[0].list_id)
    text = (
        "Un dossier déposé est une archive publique : une demande d’effacement passe par le même visa que les autres éliminations. "
        "Si un droit de la personne suffit à y répondre autrement (rectification, limitation), répondez-lui sans attendre."
    )
    back = reverse("admin:calls_eliminationlist_changelist")
    return _ask(request, form, "Inscrire une demande d’effacement", text, "Inscrire au bordereau", back=back)


@manager_page
def elimination_keep(request: SignedInRequest, pk: int) -> HttpResponse:
    lists = EliminationList.objects.visible_to(request.user)
    line = get_object_or_404(EliminationLine.objects.select_related("list"), pk=pk, list__in=lists)
    form = WhyForm(request.POST or None)
    if done(request, form, lambda: keep_back(line, by=request.user, **form.cleaned_data), f"Le dossier {line.number} est conservé."):
        return redirect("admin:calls_eliminationlist_change", line.list_id)
    text = "Un contentieux en cours, l’intérêt historique, une demande des archives… Il ne sera proposé de nouveau que s’il change."
    return _ask(request, form, f"Conserver le dossier {line.number}", text, "Conserver ce dossier", back=_url(line.list))


@manager_page
def elimination_submit(request: SignedInRequest, pk: int) -> HttpResponse:
    elimination = _elimination(request, pk)
    form = SubmitForm(request.POST or None)
    if done(
        request, form, lambda: submit_elimination(elimination, by=request.user, **form.cleaned_data), "Le bordereau est soumis au visa."
    ):
        return redirect(_url(elimination))
    text = "Envoyez le PDF du bordereau aux archives, puis notez-le ici. Plus aucun dossier ne peut ensuite y être ajouté."
    return _ask(request, form, f"Soumettre au visa le bordereau {elimination.number}", text, "Noter l’envoi", back=_url(elimination))


@manager_page
def elimination_approve(request: SignedInRequest, pk: int) -> HttpResponse:
    elimination = _elimination(request, pk)
    form = VisaForm(request.POST or None)
    if done(request, form, lambda: approve_elimination(elimination, by=request.user, **form.cleaned_data), "Le visa est enregistré."):
        return redirect(_url(elimination))
    text = "Recopiez ce que porte le bordereau signé. Un refus, même partiel : conservez d’abord les dossiers concernés, ou abandonnez le bordereau."
    return _ask(
        request, form, f"Enregistrer le visa du bordereau {elimination.number}", text, "Enregistrer le visa", back=_url(elimination)
    )


@manager_page
def elimination_abandon(request: SignedInRequest, pk: int) -> HttpResponse:
    elimination = _elimination(request, pk)
    form = WhyForm(request.POST or None)
    if done(request, form, lambda: abandon_elimination(elimination, by=request.user, **form.cleaned_data), "Le bordereau est abandonné."):
        return redirect(_url(elimination))
    text = "Ses dossiers restent, et pourront figurer sur un autre bordereau."
    return _ask(request, form, f"Abandonner le bordereau {elimination.number} ?", text, "Abandonner", back=_url(elimination))


@manager_page
def elimination_carry_out(request: SignedInRequest, pk: int) -> HttpResponse:
    elimination = _elimination(request, pk)
    if not carries_out_elimination(request.user, elimination):
        raise PermissionDenied
    form = CarryOutForm(request.POST or None, number=elimination.number)
    said = "L’élimination est ordonnée : les dossiers disparaissent dans les minutes qui viennent."
    if done(request, form, lambda: carry_out_elimination(elimination, by=request.user, **form.cleaned_data), said):
        return redirect(_url(elimination))
    text = (
        "Réponses, dépôts, accusés de réception et fichiers de ces dossiers seront détruits, sous votre nom. Personne ne pourra les rétablir. "
        "Le bordereau reste, et qui vérifiera un de leurs accusés apprendra que son dossier a été éliminé."
    )
    title = f"Éliminer les dossiers du bordereau {elimination.number} ?"
    return _ask(request, form, title, text, "Éliminer définitivement", back=_url(elimination), danger=True)


@reader_page
def elimination_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    elimination = _elimination(request, pk)
    response = HttpResponse(
        elimination_pdf_of(elimination, list(elimination.lines.order_by("number", "pk"))), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'attachment; filename="bordereau-{elimination.number}.pdf"'
    return response


@staff_page
def elimination_csv(request: SignedInRequest, pk: int) -> HttpResponseBase:
    elimination = _elimination(request, pk)
    return csv_response(f"bordereau-{elimination.number}.csv", HEADER, elimination_rows(elimination.lines.order_by("number", "pk")))


def _elimination(request: SignedInRequest, pk: int) -> EliminationList:
    return get_object_or_404(eliminations(request.user), pk=pk)


def _url(elimination: EliminationList) -> str:
    return reverse("admin:calls_eliminationlist_change", args=[elimination.pk])


def _frame() -> dict[str, Any]:
    return {"crumbs": [Link("Bordereaux d’élimination", reverse("admin:calls_eliminationlist_changelist"))]}


def _ask(request: HttpRequest, form: Any, title: str, text: str, label: str, *, back: str, danger: bool = False) -> HttpResponse:
    return show(request, "confirm", title, {**_frame(), "form": form, "text": text, "label": label, "danger": danger, "back": back})
