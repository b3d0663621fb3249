"""The proof of a deposit: the receipt's PDF and proof for its holder, its check and the public keys for anyone."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from accounts.limits import may_try
from accounts.models import SignedInRequest
from calls.actions.receipt import read_receipt_pdf
from calls.forms.proof import ReceiptFileForm, ReceiptNumberForm
from calls.models import Receipt
from calls.pages import verdict_page
from calls.queries.receipt import Verdict, check_number, check_pdf, known_keys
from calls.queries.timeline import receipts_visible_to
from calls.receipt_document import marks_in
from calls.sealed import proof_of

TOO_MANY = "Trop d’essais pour ce numéro depuis votre adresse : patientez une minute, puis recommencez."
LIMIT = "receipt_checked"


@require_GET
def receipt_pdf(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    receipt = _receipt_or_404(request, uuid)
    document = read_receipt_pdf(receipt)
    if document is None:
        messages.warning(
            request, "Le PDF de cet accusé n’est pas encore prêt. Revenez dans quelques minutes : rien ne manque à votre dépôt."
        )
        return redirect("calls:receipt_detail", receipt.uuid)
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="accuse-{receipt.number}.pdf"'
    return response


@require_GET
def receipt_proof(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    receipt = _receipt_or_404(request, uuid)
    response = JsonResponse(proof_of(receipt), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="preuve-{receipt.number}.json"'
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipt_verify(request: HttpRequest) -> HttpResponse:
    by_number = ReceiptNumberForm(request.POST if "number" in request.POST else None)
    sends_file = request.method == "POST" and not by_number.is_bound
    by_file = ReceiptFileForm(request.POST, request.FILES) if sends_file else ReceiptFileForm()
    verdict = None
    if by_number.is_bound and by_number.is_valid():
        verdict = _check_number(request, by_number)
    elif by_file.is_bound and by_file.is_valid():
        verdict = _check_file(request, by_file)
    page = verdict_page(verdict) if verdict else None
    context = {"by_file": by_file, "by_number": by_number, "page": page, "content": page.content if page else {}}
    return render(request, "calls/receipt_verify.html", context, status=429 if _was_refused(by_number, by_file) else 200)


@login_not_required
@require_safe
def receipt_verify_offline(request: HttpRequest) -> HttpResponse:
    return render(request, "calls/receipt_verify_offline.html", {"keys": known_keys().values(), "keys_url": _keys_url()})


@login_not_required
@require_safe
def seal_key_list(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    keys = [key.published() for key in known_keys().values()]
    response = JsonResponse({"platform": settings.SITE_URL, "keys": keys}, json_dumps_params={"indent": 1})
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _check_number(request: HttpRequest, form: ReceiptNumberForm) -> Verdict | None:
    number, code = form.cleaned_data["number"], form.cleaned_data["code"]
    if may_try(request, LIMIT, number):
        return check_number(number, code)
    form.add_error(None, TOO_MANY)
    return None


def _check_file(request: HttpRequest, form: ReceiptFileForm) -> Verdict | None:
    """A file that names numbers is counted as if they had been typed: it is no way round the limit."""
    document = form.cleaned_data["file"]
    marks = marks_in(document)
    if all(may_try(request, LIMIT, number) for number, _ in marks):
        return check_pdf(document, marks)
    form.add_error(None, TOO_MANY)
    return None


def _was_refused(*forms: ReceiptNumberForm | ReceiptFileForm) -> bool:
    return any(form.is_bound and TOO_MANY in form.non_field_errors() for form in forms)


def _keys_url() -> str:
    return f"{settings.SITE_URL}{reverse('calls:seal_key_list')}"


def _receipt_or_404(request: SignedInRequest, uuid: UUID) -> Receipt:
    return get_object_or_404(receipts_visible_to(request.user), uuid=uuid)
