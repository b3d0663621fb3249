"""Writes on invitations: sent, withdrawn, accepted."""

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from community import emails
from community.actions.members import lock, make_member
from community.enums import ClaimState, InvitationState, MemberOrigin, MemberRole
from community.models import Invitation, Membership, Organisation
from community.permissions import administers, manages, managing_place
from community.workflow import CLAIM, INVITATION
from kit import clock
from kit.workflow import RefusedTransition, advance
from notifications.actions import owe_message

LIFETIME = timedelta(days=14)


def digest(token: str) -> str:
    """What is kept of a link: enough to recognise it, not to rebuild it."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite_member(organisation: Organisation, *, by: User, email: str, role: MemberRole) -> Invitation:
    """Send a link that lasts 14 days; an earlier pending link to the same address stops working. Refuses a member's address."""
    lock(organisation)
    place = managing_place(by, organisation)
    if place is None:
        raise PermissionDenied
    if Membership.objects.filter(organisation=organisation, user__email__iexact=email).exists():
        raise RefusedTransition("Cette personne est déjà membre de l’organisation.")
    for earlier in Invitation.objects.filter(organisation=organisation, email__iexact=email, state=InvitationState.SENT):
        advance(earlier, "revoke", INVITATION, by=by, why="Remplacée par une nouvelle invitation.", revoked_at=clock.now())
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organisation=organisation,
        token_digest=digest(token),
        email=email,
        role=role,
        invited_by=by,
        invited_at=clock.now(),
        expires_at=clock.now() + LIFETIME,
    )
    owe_message(f"community:invitation:{invitation.uuid}", emails.invitation(invitation, token, verifies=place.is_verified), email=email)
    return invitation


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: User) -> Invitation:
    """Make a link useless."""
    return advance(invitation, "revoke", INVITATION, by=by, revoked_at=clock.now())


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by: User) -> Membership:
    """Make whoever holds the link a member, verified if the person who invited is a verified administrator now.

    The log says when the account's address is not the invited one. Refuses a link that expired, or whose author no longer manages.
    """
    organisation = lock(invitation.organisation)
    author = invitation.invited_by
    useless = invitation.has_expired or (author is not None and not manages(author, organisation))
    if author is None or (useless and invitation.state == InvitationState.SENT):
        raise RefusedTransition("Cette invitation n’est plus valable : demandez-en une nouvelle à la personne qui l’a envoyée.")
    other = (
        "" if by.email.casefold() == invitation.email.casefold() else f"Invitation adressée à {invitation.email}, acceptée par {by.email}"
    )
    invitation = advance(invitation, "accept", INVITATION, by=by, why=other, accepted_by=by, accepted_at=clock.now())
    verified = administers(author, organisation)
    place = make_member(
        organisation,
        by,
        role=invitation.role,
        origin=MemberOrigin.INVITATION,
        by=author,
        verified_through=f"Invitation de {author}, administrateur vérifié de l’organisation" if verified else "",
        detail=other,
    )
    for claim in organisation.claims.filter(user=by).exclude(state=ClaimState.ACCEPTED):
        advance(claim, "accept", CLAIM, by=None, why="Invitation acceptée.", answered_at=clock.now(), refusal_reason="")
    owe_message(f"community:invitation-accepted:{invitation.uuid}", emails.invitation_accepted(invitation), recipient=author)
    return place
