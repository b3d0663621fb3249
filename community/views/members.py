"""Pages about members: verification, role, removal, departure, invitations."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.models import SignedInRequest, User
from community.actions import (
    accept_invitation,
    change_member_role,
    invite_member,
    leave_organisation,
    remove_member,
    revoke_invitation,
    vouch_for_member,
)
from community.enums import MemberRole
from community.forms import AcceptanceForm, InvitationForm, MemberForm, ReasonForm
from community.models import Invitation, Membership, Organisation
from community.permissions import administers, managing_place, vouches_for
from community.queries import invitation_by_token, invitation_problem


def member_verify(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    place = get_object_or_404(
        Membership.objects.visible_to(request.user).exclude(user=request.user).select_related("organisation", "user"), uuid=uuid
    )
    if not vouches_for(request.user, place):
        raise PermissionDenied
    if place.is_verified:
        messages.info(request, f"{place.user.get_full_name()} est déjà un membre vérifié.")
        return redirect("community:organisation_detail", place.organisation.uuid)
    if request.method == "POST":
        vouch_for_member(place, by=request.user)
        messages.success(request, f"{place.user.get_full_name()} est maintenant un membre vérifié.")
        return redirect("community:organisation_detail", place.organisation.uuid)
    return render(request, "community/member_verify.html", {"place": place})


def member_change(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    place = get_object_or_404(Membership.objects.visible_to(request.user).select_related("organisation", "user"), uuid=uuid)
    form = MemberForm(request.POST or None, initial={"role": place.role})
    if request.method == "POST" and form.is_valid():
        change_member_role(place, by=request.user, role=MemberRole(form.cleaned_data["role"]))
        messages.success(request, f"Le rôle de {place.user.get_full_name()} est enregistré.")
        return redirect("community:organisation_detail", place.organisation.uuid)
    return render(request, "community/member_change.html", {"form": form, "place": place})


def member_remove(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    place = get_object_or_404(
        Membership.objects.visible_to(request.user).exclude(user=request.user).select_related("organisation", "user"), uuid=uuid
    )
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        remove_member(place, by=request.user, why=form.cleaned_data["why"])
        messages.success(request, f"{place.user.get_full_name()} n’est plus membre de l’organisation.")
        return redirect("community:organisation_detail", place.organisation.uuid)
    return render(request, "community/member_remove.html", {"form": form, "place": place})


def member_leave(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    place = get_object_or_404(Membership.objects.filter(user=request.user).select_related("organisation"), organisation__uuid=uuid)
    if request.method == "POST":
        leave_organisation(place, by=request.user)
        messages.success(request, f"Vous avez quitté « {place.organisation.name} ».")
        return redirect("community:organisation_list")
    return render(request, "community/member_leave.html", {"place": place})


def invitation_create(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), uuid=uuid)
    mine = managing_place(request.user, organisation)
    if mine is None:
        return render(request, "community/organisation_not_managed.html", {"organisation": organisation}, status=403)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        invitation = invite_member(
            organisation, by=request.user, email=form.cleaned_data["email"], role=MemberRole(form.cleaned_data["role"])
        )
        messages.success(request, f"L’invitation est envoyée à {invitation.email}.")
        return redirect("community:organisation_detail", uuid)
    context = {"form": form, "organisation": organisation, "verifies": mine.is_verified}
    return render(request, "community/invitation_create.html", context)


@require_POST
def invitation_revoke(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user).select_related("organisation"), uuid=uuid)
    revoke_invitation(invitation, by=request.user)
    messages.success(request, f"L’invitation de {invitation.email} est annulée.")
    return redirect("community:organisation_detail", invitation.organisation.uuid)


@login_not_required
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Public: whoever receives the link may not have an account yet. A link that is of no use says why."""
    invitation = invitation_by_token(token)
    problem = invitation_problem(invitation)
    if invitation is None or problem:
        return render(request, "community/invitation_useless.html", {"problem": problem}, status=404 if invitation is None else 410)
    author = invitation.invited_by
    page = {"invitation": invitation, "verifies": author is not None and administers(author, invitation.organisation)}
    if not isinstance(request.user, User):
        return render(request, "community/invitation_accept.html", {**page, "next": request.path, "form": None, "person": None})
    other = request.user.email.casefold() != invitation.email.casefold()
    form = AcceptanceForm(request.POST if request.method == "POST" else None) if other else None
    if request.method == "POST" and (form is None or form.is_valid()):
        place = accept_invitation(invitation, by=request.user)
        messages.success(request, f"Vous faites maintenant partie de « {invitation.organisation.name} ».")
        return redirect("community:organisation_detail", place.organisation.uuid)
    return render(request, "community/invitation_accept.html", {**page, "form": form, "person": request.user, "next": ""})
