"""Writes on members: role, removal, departure, verification. Each locks the organisation, so that it never loses its last administrator."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.queries import vouched_sirets
from community import emails
from community.enums import ClaimState, InvitationState, MemberEventKind, MemberRole, MemberStanding
from community.models import Invitation, MemberEvent, Membership, MembershipDispute, Organisation
from community.permissions import changes_member, verifies_member, vouches_for
from community.workflow import CLAIM, INVITATION
from kit import clock
from kit.workflow import RefusedTransition, advance
from notifications.actions import owe_message
from notifications.rendering import Rendering

BY_SIRET = "SIRET transmis par ProConnect"


class LastAdministrator(RefusedTransition):
    """The organisation would be left without an administrator."""


def lock(organisation: Organisation) -> Organisation:
    """The organisation's row, locked until the end of the transaction."""
    return Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)


def keep_an_administrator(membership: Membership) -> None:
    """Refuse that the last administrator goes; where some are verified, the last verified one."""
    if not membership.is_administrator:
        return
    others = (
        Membership.objects.administrators().filter(organisation=membership.organisation, user__is_active=True).exclude(pk=membership.pk)
    )
    if membership.is_verified:
        others = others.verified()
    if not others.exists():
        raise LastAdministrator(
            "Une organisation garde toujours au moins une personne qui l’administre. Confiez d’abord ce rôle à un autre membre"
            f"{' vérifié' if membership.is_verified else ''}."
        )


def make_member(
    organisation: Organisation, user: User, *, role: str, origin: str, by: User | None, verified_through: str = "", detail: str = ""
) -> Membership:
    """Make `user` a member, verified when `verified_through` says by what means; an existing place is raised, never lowered."""
    place = Membership.objects.filter(organisation=organisation, user=user).first()
    if place is None:
        place = Membership.objects.create(organisation=organisation, user=user, role=role, origin=origin, joined_at=clock.now())
        record(place, MemberEventKind.JOINED, by=by, detail=detail or place.get_role_display())
    elif place.role != role and not place.is_administrator:
        place.role = role
        place.save(update_fields=["role"])
        record(place, MemberEventKind.ROLE_CHANGED, by=by, detail=detail or place.get_role_display())
    if verified_through and not place.is_verified:
        _mark_verified(place, by=by, through=verified_through)
    return place


def record(place: Membership, kind: MemberEventKind, *, by: User | None, detail: str = "", why: str = "") -> None:
    """One line of the organisation's history of members."""
    MemberEvent.objects.create(
        organisation=place.organisation, user=place.user, kind=kind, detail=detail[:250], why=why, actor=by, at=clock.now()
    )


@transaction.atomic
def verify_membership(membership: Membership, *, by: User, through: str) -> Membership:
    """Staff find that the person acts for the organisation; `through` says how. Accepts a waiting claim and tells the person."""
    if not verifies_member(by, membership):
        raise PermissionDenied
    lock(membership.organisation)
    place = Membership.objects.select_related("organisation", "user").get(pk=membership.pk)
    return _verify(place, by=by, through=through, message=emails.membership_verified(place, colleague=None))


@transaction.atomic
def vouch_for_member(membership: Membership, *, by: User) -> Membership:
    """A verified administrator says that another member acts for the organisation: verified. Accepts a waiting claim, tells the person."""
    lock(membership.organisation)
    place = Membership.objects.select_related("organisation", "user").get(pk=membership.pk)
    if not vouches_for(by, place):
        raise PermissionDenied
    return _verify(place, by=by, through=word_of_administrator(by), message=emails.membership_verified(place, colleague=by))


@transaction.atomic
def verify_places_by_siret(user: User, siret: str) -> None:
    """ProConnect vouches that `user` works at this very establishment: their declared place there is verified, and they are told.

    Another establishment of the same legal unit proves nothing here. A place that someone contests waits for staff.
    """
    for place in Membership.objects.filter(user=user, standing=MemberStanding.DECLARED, organisation__siret=siret).order_by("pk"):
        lock(place.organisation)
        verify_by_siret(Membership.objects.select_related("organisation", "user").get(pk=place.pk), [siret])


def verify_by_siret(place: Membership, sirets: list[str] | None = None) -> None:
    """Verify a declared place in an organisation whose SIRET is among `sirets`, by default those that ProConnect vouches for today."""
    organisation, user = place.organisation, place.user
    if place.is_verified or not organisation.siret:
        return
    if organisation.siret not in (vouched_sirets(user) if sirets is None else sirets):
        return
    if MembershipDispute.objects.unsettled().filter(Q(about=user) | Q(about=None), organisation=organisation).exists():
        return
    _verify(place, by=None, through=BY_SIRET, message=emails.membership_verified(place, colleague=None, by_siret=True))


def word_of_administrator(user: User) -> str:
    """By what means a member is verified when a verified administrator answers for them."""
    return f"Confirmé par {user.get_full_name()}, administrateur vérifié de l’organisation"


@transaction.atomic
def change_member_role(membership: Membership, *, by: User, role: MemberRole) -> Membership:
    """Give a member another role; refuses to demote the last administrator. Withdraws the invitations of who no longer administers."""
    lock(membership.organisation)
    place = Membership.objects.select_related("organisation", "user").get(pk=membership.pk)
    if not changes_member(by, place):
        raise PermissionDenied
    if place.role == role:
        return place
    keep_an_administrator(place)
    place.role = role
    place.save(update_fields=["role"])
    record(place, MemberEventKind.ROLE_CHANGED, by=by, detail=place.get_role_display())
    withdraw_invitations(place)
    return place


@transaction.atomic
def remove_member(membership: Membership, *, by: User, why: str) -> None:
    """Take a member out, with a reason that the person is told; refuses the last administrator. What the person wrote stays theirs."""
    lock(membership.organisation)
    place = Membership.objects.select_related("organisation", "user").get(pk=membership.pk)
    if not changes_member(by, place) or place.user_id == by.pk:
        raise PermissionDenied
    keep_an_administrator(place)
    take_out(place, MemberEventKind.REMOVED, by=by, why=why)
    owe_message(f"community:member-removed:{place.uuid}", emails.member_removed(place, why), recipient=place.user)


@transaction.atomic
def leave_organisation(membership: Membership, *, by: User) -> None:
    """Leave an organisation; refuses the last administrator."""
    lock(membership.organisation)
    place = Membership.objects.select_related("organisation", "user").get(pk=membership.pk)
    if place.user_id != by.pk:
        raise PermissionDenied
    keep_an_administrator(place)
    take_out(place, MemberEventKind.LEFT, by=by)


def take_out(place: Membership, kind: MemberEventKind, *, by: User | None, why: str = "") -> None:
    """Delete the place, keep its trace, withdraw the invitations that the person had sent."""
    record(place, kind, by=by, why=why)
    Membership.objects.filter(pk=place.pk).delete()
    place.role = MemberRole.READER
    withdraw_invitations(place)


def withdraw_invitations(place: Membership) -> None:
    """Revoke the pending invitations of a person who does not administer any more."""
    if place.is_administrator:
        return
    for invitation in Invitation.objects.filter(organisation=place.organisation, invited_by=place.user, state=InvitationState.SENT):
        advance(invitation, "revoke", INVITATION, by=None, why="L’auteur n’administre plus l’organisation.", revoked_at=clock.now())


def _verify(place: Membership, *, by: User | None, through: str, message: Rendering) -> Membership:
    if place.is_verified:
        raise RefusedTransition("Cette personne est déjà vérifiée.")
    _mark_verified(place, by=by, through=through)
    for claim in place.organisation.claims.filter(user=place.user, state=ClaimState.OPEN):
        advance(claim, "accept", CLAIM, by=None, why=through, answered_at=clock.now())
    owe_message(f"community:membership-verified:{place.pk}:{clock.now().isoformat()}", message, recipient=place.user)
    return place


def _mark_verified(place: Membership, *, by: User | None, through: str) -> None:
    place.standing = MemberStanding.VERIFIED
    place.verified_by, place.verified_at, place.verified_through = by, clock.now(), through[:200]
    place.save(update_fields=["standing", "verified_by", "verified_at", "verified_through"])
    record(place, MemberEventKind.VERIFIED, by=by, detail=through)


def founder_role(organisation: Organisation) -> MemberRole:
    """Who declares themselves where nobody administers becomes the administrator, else an editor."""
    has_one = Membership.objects.administrators().filter(organisation=organisation).exists()
    return MemberRole.EDITOR if has_one else MemberRole.ADMINISTRATOR
