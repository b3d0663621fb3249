"""One dossier read whole: its deposit in force, what changed between deposits, receipts, findings, follower."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from accounts.models import SignedInRequest
from calls.actions.application import follow_application
from calls.actions.finding import Seen, SeenOutdated, record_admissibility, record_eligibility
from calls.admin.dossier_list import ask_follower_again
from calls.admin.pages import Link
from calls.admin.staff_pages import application_or_404, dossier_frame, dossier_url, list_url, reviewer_page, show, staff_page, with_filters
from calls.differences import differences
from calls.documents import deposit_pdf_of
from calls.forms.finding import FindingForm
from calls.forms.follower import FollowerForm
from calls.models import Deposit
from calls.queries.colleagues import colleagues
from calls.queries.dossier import deposit_of, deposits_of, read_deposit, receipt_of, with_standings
from calls.queries.findings import current_finding, examination_of
from calls.queries.staff import Filters, neighbours, reviewers
from kit.workflow import RefusedTransition

RECORD = {"recevabilite": record_admissibility, "eligibilite": record_eligibility}
QUESTIONS = {"recevabilite": "Ce dossier est-il recevable ?", "eligibilite": "Ce dossier est-il éligible ?"}
MEANINGS = {
    "recevabilite": "Recevable : complet, et arrivé dans les délais.",
    "eligibilite": "Éligible : il remplit les conditions de l’appel. Ce n’est ni une note, ni une décision.",
}


@staff_page
def application_change(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    application = application_or_404(request, uuid)
    filters = Filters.of(request.GET.dict())
    before, after = neighbours(request.user, filters, application)
    context = {
        "application": application,
        "crumbs": [Link("Dossiers", list_url(filters))],
        "view": with_standings(read_deposit(_in_force(application.current_deposit))),
        "deposits": deposits_of(application),
        "examination": examination_of(application),
        "before": before and dossier_url(before, filters),
        "after": after and dossier_url(after, filters),
        "can_take": application.follower_id != request.user.pk,
        "colleagues": colleagues(reviewers()),
        "query": with_filters("", filters),
    }
    return show(request, "application_change", f"Dossier {application.number}", context)


@reviewer_page
def application_follower(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    application = application_or_404(request, uuid)
    filters = Filters.of(request.GET.dict())
    back = dossier_url(application, filters)
    if request.method != "POST":
        return redirect(back)
    form = FollowerForm(request.POST, by=request.user, people=reviewers())
    if not form.is_valid():
        crumbs = dossier_frame(application, filters)["crumbs"]
        return ask_follower_again(request, form, f"Confier le dossier {application.number}", back=back, crumbs=crumbs)
    follower = form.cleaned_data["follower"]
    follow_application(application, follower, by=request.user)
    messages.success(request, f"Le dossier est suivi par {follower}." if follower else "Le dossier n’est plus suivi par personne.")
    return redirect(back)


@reviewer_page
def application_finding(request: SignedInRequest, uuid: UUID, kind: str) -> HttpResponse:
    if kind not in RECORD:
        raise Http404
    application = application_or_404(request, uuid)
    filters = Filters.of(request.GET.dict())
    form = FindingForm(request.POST or None, question=QUESTIONS[kind])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            RECORD[kind](application, data["outcome"], by=request.user, reason=data["reason"], seen=Seen(data["deposit"], data["finding"]))
        except RefusedTransition as refusal:
            form.add_error(None, str(refusal))
            if isinstance(refusal, SeenOutdated):
                application = application_or_404(request, uuid)
        else:
            messages.success(request, "Votre constat est enregistré.")
            return redirect(dossier_url(application, filters))
    view = current_finding(application, kind)
    seen = {"deposit": application.current_deposit_id, "finding": view.finding and view.finding.pk}
    context = {**dossier_frame(application, filters), "form": form, "view": view, "seen": seen, "meaning": MEANINGS[kind]}
    return show(request, "application_finding", view.title, context, status=409 if form.non_field_errors() else 200)


@staff_page
def application_compare(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    application = application_or_404(request, uuid)
    deposits = deposits_of(application)
    sequences = {str(deposit.sequence): deposit.sequence for deposit in deposits}
    last = deposits[0].sequence
    new = sequences.get(request.GET.get("a", ""), last)
    old = sequences.get(request.GET.get("de", ""), max(1, new - 1))
    before, after = (read_deposit(_in_force(deposit_of(application, sequence))) for sequence in (old, new))
    context = {
        **dossier_frame(application, Filters()),
        "deposits": deposits,
        "before": before.deposit,
        "after": after.deposit,
        "differences": differences(before, after),
    }
    return show(request, "application_compare", "Différences entre deux dépôts", context)


@staff_page
def application_receipt(request: SignedInRequest, uuid: UUID, sequence: int) -> HttpResponse:
    application = application_or_404(request, uuid)
    receipt = receipt_of(application, sequence)
    if receipt is None:
        raise Http404
    context = {**dossier_frame(application, Filters()), "receipt": receipt, "content": receipt.content}
    return show(request, "application_receipt", f"Accusé de réception {receipt.number}", context)


@staff_page
def application_pdf(request: SignedInRequest, uuid: UUID, sequence: int) -> HttpResponse:
    application = application_or_404(request, uuid)
    deposit = deposit_of(application, sequence)
    if deposit is None:
        raise Http404
    response = HttpResponse(deposit_pdf_of(application, read_deposit(deposit)), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="dossier-{application.number}-depot-{sequence}.pdf"'
    return response


def _in_force(deposit: Deposit | None) -> Deposit:
    if deposit is None:
        raise Http404
    return deposit
