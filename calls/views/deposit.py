"""The deposit and its receipt."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import SignedInRequest
from calls.actions.deposit import IncompleteApplication, NothingToDeposit, declarations_asked, deposit_application, note_refusal
from calls.documents import application_pdf_of
from calls.forms.deposit import DepositForm
from calls.models import Application, Receipt
from calls.pages import application_page, receipt_standing
from calls.queries.application import sheet_of
from calls.queries.closing import closing_moves_of
from calls.queries.timeline import receipts_of
from calls.views.application import application_or_404
from kit.arrival import arrived_at
from kit.workflow import RefusedTransition


@require_http_methods(["GET", "POST"])
def application_deposit(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    application = application_or_404(request, uuid)
    form = DepositForm(
        request.POST if request.method == "POST" else None,
        application=application,
        declarations=declarations_asked(application),
        by=request.user,
    )
    if form.is_bound:
        try:
            return redirect("calls:receipt_detail", _deposited(request, application, form).uuid)
        except RefusedTransition as refusal:
            _say_refused(request, application, form, refusal)
    page = application_page(application, sheet_of(application), request.user)
    context = {"page": page, "closing": closing_moves_of(application), "missing": page.sheet.missing, "form": form}
    return render(request, "calls/application_deposit.html", context)


def _deposited(request: SignedInRequest, application: Application, form: DepositForm) -> Receipt:
    """The receipt of the deposit now made, or of the one that holds already what this one would."""
    if not form.is_valid():
        raise RefusedTransition("Ce qui est demandé pour déposer n’est pas complet.")
    try:
        return deposit_application(application, form.to_request(), by=request.user, arrived_at=arrived_at(request)).receipt
    except NothingToDeposit:
        messages.info(request, "Votre dossier est déjà déposé, et rien n’a changé depuis : voici son accusé de réception.")
        return receipts_of(application)[0]


def _say_refused(request: SignedInRequest, application: Application, form: DepositForm, refusal: RefusedTransition) -> None:
    """Say why nothing was deposited, and keep the trace of the attempt."""
    missing = [form.short_label(name) for name in form.errors if name in form.fields]
    if isinstance(refusal, IncompleteApplication):
        messages.error(request, "Le dossier n’est pas déposé : il manque des réponses, dont voici la liste.")
        missing = [item.label for item in refusal.missing] + [item.get_kind_display() for item in refusal.declarations]
    elif not form.errors:
        messages.error(request, f"Le dossier n’est pas déposé. {refusal}")
    note_refusal(application, str(refusal), by=request.user, arrived_at=arrived_at(request), missing=missing, tried_since=form.tried_since)


@require_GET
def receipt_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    mine = Application.objects.visible_to(request.user).values("pk")
    receipt = get_object_or_404(
        Receipt.objects.select_related("deposit__application__current_deposit"), uuid=uuid, deposit__application__in=mine
    )
    application = receipt.deposit.application
    context = {
        "receipt": receipt,
        "content": receipt.content,
        "application": application,
        "standing": receipt_standing(receipt, application),
    }
    return render(request, "calls/receipt_detail.html", context)


@require_GET
def application_pdf(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    application = application_or_404(request, uuid)
    name = application.number or f"brouillon-{application.uuid.hex[:8]}"
    response = HttpResponse(application_pdf_of(application, sheet_of(application)), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="dossier-{name}.pdf"'
    return response
