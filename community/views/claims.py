"""Pages about claims and disputes."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import SignedInRequest
from community.actions import accept_claim, claim_membership, open_dispute, refuse_claim
from community.forms import ClaimForm, DisputeForm, ReasonForm
from community.models import Membership, MembershipClaim, Organisation
from community.queries import open_claim
from community.views import return_path
from community.workflow import CLAIM
from kit.identifiers import siret_in_groups
from kit.workflow import available


def claim_create(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Whoever typed the identifier of an organisation already entered arrives here; its members go straight to its page."""
    organisation = get_object_or_404(Organisation.objects.open_to_claim(), uuid=uuid)
    page = reverse("community:organisation_detail", args=[uuid])
    if Membership.objects.filter(organisation=organisation, user=request.user).exists():
        return redirect(return_path.take(request) or page)
    refused = open_claim(request.user, organisation)
    if refused is not None:
        return redirect("community:claim_detail", refused.uuid)
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        claim_membership(organisation, by=request.user, capacity=form.cleaned_data["capacity"])
        messages.success(request, "Votre demande est enregistrée. Vous pouvez dès maintenant écrire et déposer vos dossiers.")
        return redirect(return_path.take(request) or page)
    number = siret_in_groups(organisation.siret) or organisation.identifier
    name = "" if organisation.undisclosed else organisation.name
    return render(request, "community/claim_create.html", {"form": form, "organisation": organisation, "name": name, "number": number})


def claim_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    claim = get_object_or_404(MembershipClaim.objects.visible_to(request.user).select_related("organisation", "user"), uuid=uuid)
    moves = {move.name for move in available(claim, request.user, CLAIM)}
    return render(
        request,
        "community/claim_detail.html",
        {
            "claim": claim,
            "is_mine": claim.user_id == request.user.pk,
            "is_refused": bool(claim.refusal_reason),
            "may_accept": "accept" in moves,
            "may_refuse": "refuse" in moves,
        },
    )


@require_POST
def claim_accept(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    claim = get_object_or_404(MembershipClaim.objects.visible_to(request.user).select_related("organisation", "user"), uuid=uuid)
    accept_claim(claim, by=request.user)
    messages.success(request, f"Le rattachement de {claim.user.get_full_name()} est confirmé.")
    return redirect("community:organisation_detail", claim.organisation.uuid)


def claim_refuse(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    claim = get_object_or_404(MembershipClaim.objects.visible_to(request.user).select_related("organisation", "user"), uuid=uuid)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refuse_claim(claim, by=request.user, why=form.cleaned_data["why"])
        messages.success(request, f"La demande de {claim.user.get_full_name()} est refusée.")
        return redirect("community:organisation_detail", claim.organisation.uuid)
    return render(request, "community/claim_refuse.html", {"form": form, "claim": claim})


def dispute_create(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.open_to_dispute(request.user), uuid=uuid)
    members = Membership.objects.visible_to(request.user).filter(organisation=organisation).exclude(user=request.user)
    form = DisputeForm(request.POST or None, members=list(members.select_related("user")))
    if request.method == "POST" and form.is_valid():
        open_dispute(organisation, by=request.user, about=form.person(), reason=form.cleaned_data["reason"])
        messages.success(request, "Votre signalement est transmis à nos services. Ils vous écriront quand ils auront tranché.")
        return redirect("community:organisation_list")
    return render(request, "community/dispute_create.html", {"form": form, "organisation": organisation})
