"""Who may act for an organisation.

A declared administrator manages an organisation only while it has no verified one: whoever types a SIRET first does not own it.
"""

from accounts.models import User
from accounts.permissions import reviews
from community.enums import ClaimState, MemberOrigin, MemberRole, Role
from community.models import Invitation, Mandate, Membership, MembershipClaim, MembershipDispute, Organisation
from community.queries import reach_of


def membership_of(user: User, organisation: Organisation) -> Membership | None:
    return Membership.objects.filter(user=user, organisation=organisation).first()


def administers(user: User, organisation: Organisation) -> bool:
    """A verified administrator of the organisation."""
    return Membership.objects.verified().administrators().filter(user=user, organisation=organisation).exists()


def managing_place(user: User, organisation: Organisation) -> Membership | None:
    """The place by which one manages the organisation: it says whether one is verified."""
    return Membership.objects.managing().filter(user=user, organisation=organisation).first()


def manages(user: User, organisation: Organisation) -> bool:
    """A verified administrator, or a declared one while nobody is verified: changes the identity, invites, answers mandates."""
    return Membership.objects.managing().filter(user=user, organisation=organisation).exists()


def edits_for(user: User, organisation: Organisation) -> bool:
    """May write in the organisation's name: a member who is not a mere reader, or a verified one of a mandated structure."""
    return reach_of(user).writes_for(organisation.pk)


def reads_members(user: User, organisation: Organisation) -> bool:
    """Verified members, and who manages the organisation, see who the others are; who only declared themselves sees only themselves."""
    return Membership.objects.verified().filter(user=user, organisation=organisation).exists() or manages(user, organisation)


def changes_member(user: User, membership: Membership) -> bool:
    """A verified administrator changes anyone; a declared one only those whom an invitation made members, never who declared themselves."""
    if administers(user, membership.organisation):
        return True
    invited = membership.origin == MemberOrigin.INVITATION and not membership.is_verified
    return invited and membership.user_id != user.pk and manages(user, membership.organisation)


def vouches_for(user: User, membership: Membership) -> bool:
    """A verified administrator says that another member acts for the organisation; a declared one cannot lend what they do not have."""
    return membership.user_id != user.pk and administers(user, membership.organisation)


def verifies(user: User) -> bool:
    """Staff who examine dossiers verify organisations and members, and settle disputes."""
    return reviews(user)


def verifies_member(user: User, membership: Membership) -> bool:
    """Staff verify whoever is not themselves."""
    return membership.user_id != user.pk and verifies(user)


def disputes(user: User, organisation: Organisation) -> bool:
    """A member, or someone refused as one."""
    return (
        Membership.objects.filter(user=user, organisation=organisation).exists()
        or MembershipClaim.objects.filter(user=user, organisation=organisation, state=ClaimState.REFUSED).exists()
    )


def accepts_claim(user: User, claim: MembershipClaim) -> bool:
    """Whoever manages the organisation, or staff; never the claimant."""
    return user.pk != claim.user_id and (verifies(user) or manages(user, claim.organisation))


def refuses_claim(user: User, claim: MembershipClaim) -> bool:
    """Only a verified administrator or staff: between two people who only declared themselves, neither outranks the other."""
    return user.pk != claim.user_id and (verifies(user) or administers(user, claim.organisation))


def accepts_invitation(user: User, invitation: Invitation) -> bool:  # noqa: ARG001 - the link is the permission
    """Whoever holds the link, after seeing with which account."""
    return user.is_active


def revokes_invitation(user: User, invitation: Invitation) -> bool:
    return manages(user, invitation.organisation)


def settles_dispute(user: User, dispute: MembershipDispute) -> bool:
    """Staff who are neither party to it."""
    return verifies(user) and user.pk not in {dispute.about_id, dispute.opened_by_id}


def asks_mandate(user: User, agent: Organisation) -> bool:
    """A member of a support structure who is not a mere reader; the client sees whether they are verified."""
    place = membership_of(user, agent)
    return Role.SUPPORT in agent.roles and place is not None and place.role != MemberRole.READER


def answers_mandate(user: User, mandate: Mandate) -> bool:
    """Whoever manages the client; while no client is named, the person whose address it was sent to."""
    if mandate.client is None:
        return user.email.casefold() == mandate.client_email.casefold()
    return manages(user, mandate.client)


def ends_mandate(user: User, mandate: Mandate) -> bool:
    """The client's managers withdraw it, the support structure's give it up, and whoever asked takes the question back."""
    return answers_mandate(user, mandate) or manages(user, mandate.agent) or user.pk == mandate.asked_by_id
