"""In whose name a person may start a dossier, and about what."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from calls.models import Application, Round
from community.enums import MemberRole, MemberStanding
from community.models import Mandate, Membership, Organisation
from projects.models import Project


@dataclass(frozen=True, slots=True)
class Starting:
    """What the start page offers for one organisation: its projects, and the dossiers already begun in this round."""

    organisation: Organisation
    mandate: Mandate | None
    projects: tuple[Project, ...]
    begun: tuple[Application, ...]


def organisations_to_apply_for(user: User) -> list[Organisation]:
    """Organisations for which `user` writes: as a member, or as a verified writer of a structure they mandated."""
    writing = Membership.objects.filter(organisation=OuterRef("pk"), user=user).exclude(role=MemberRole.READER)
    return list(
        Organisation.objects.filter(Exists(writing) | Exists(_mandates(user).filter(client=OuterRef("pk")))).order_by("search_name", "pk")
    )


def starting(user: User, round: Round, organisation: Organisation) -> Starting:
    """The choices of `user` for `organisation`; projects and dossiers only as far as they are visible."""
    member = Membership.objects.filter(user=user, organisation=organisation).exclude(role=MemberRole.READER).exists()
    mandate = None if member else _mandates(user).filter(client=organisation).order_by("-granted_at", "pk").first()
    projects = Project.objects.filter(organisation=organisation)
    if mandate is None:
        projects = projects.filter(Q(pk__in=Project.objects.visible_to(user).values("pk")))
    begun = Application.objects.visible_to(user).filter(round=round, organisation=organisation).exclude(state="withdrawn")
    return Starting(organisation, mandate, tuple(projects), tuple(begun.select_related("project")))


def _mandates(user: User) -> QuerySet[Mandate]:
    return Mandate.objects.in_force().filter(
        agent__memberships__user=user,
        agent__memberships__standing=MemberStanding.VERIFIED,
        agent__memberships__role__in=[MemberRole.ADMINISTRATOR, MemberRole.EDITOR],
    )
