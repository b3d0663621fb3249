"""Who may act for an organisation."""

from accounts.models import User
from community.enums import MemberRole
from community.models import Mandate, Membership, Organisation


def membership_of(user: User, organisation: Organisation) -> Membership | None:
    return Membership.objects.filter(user=user, organisation=organisation).first()


def administers(user: User, organisation: Organisation) -> bool:
    """A verified administrator of the organisation."""
    return Membership.objects.verified().filter(user=user, organisation=organisation, role=MemberRole.ADMINISTRATOR).exists()


def edits_for(user: User, organisation: Organisation) -> bool:
    """May write in the organisation's name: a member who is not a mere reader, or a verified one of a mandated structure."""
    return (
        Membership.objects.filter(user=user, organisation=organisation).exclude(role=MemberRole.READER).exists()
        or Mandate.objects.in_force()
        .filter(
            client=organisation,
            agent__memberships__user=user,
            agent__memberships__standing="verifie",
            agent__memberships__role__in=[MemberRole.ADMINISTRATOR, MemberRole.EDITOR],
        )
        .exists()
    )
