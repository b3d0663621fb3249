"""In whose name a person may start a dossier, and about what."""

from dataclasses import dataclass

from django.db.models import Case, Q, QuerySet, When

from accounts.models import User
from calls.enums import ApplicationState
from calls.models import Application, Round
from community.models import Mandate, Organisation
from community.queries import reach_of
from projects.models import Project


@dataclass(frozen=True, slots=True)
class Starting:
    """What the start page offers for one organisation: its projects, and the dossiers already begun in this round, withdrawn ones last."""

    organisation: Organisation
    mandate: Mandate | None
    projects: tuple[Project, ...]
    begun: tuple[Application, ...]


def organisations_to_apply_for(user: User) -> list[Organisation]:
    """Organisations for which `user` writes: as a member, or as a verified writer of a structure they mandated."""
    reach = reach_of(user)
    possible = [*reach.member_of, *(mandate.client_id for mandate in reach.mandates)]
    writing = [pk for pk in possible if pk is not None and reach.writes_for(pk)]
    return list(Organisation.objects.filter(pk__in=writing).order_by("search_name", "pk"))


def starting(user: User, round: Round, organisation: Organisation) -> Starting:
    """The choices of `user` for `organisation`; projects and dossiers only as far as they are visible."""
    reach = reach_of(user)
    mandate = None if reach.writes_as_member(organisation.pk) else next(iter(reach.mandates_to_write(organisation.pk)), None)
    begun = (
        Application.objects.visible_to(user, reach)
        .filter(round=round, organisation=organisation)
        .select_related("project", "current_deposit")
        .without_deposit_text()
    )
    withdrawn_last = Case(When(state=ApplicationState.WITHDRAWN, then=1), default=0)
    return Starting(
        organisation, mandate, tuple(_projects(user, organisation, mandate)), tuple(begun.order_by(withdrawn_last, "-changed_at", "pk"))
    )


def _projects(user: User, organisation: Organisation, mandate: Mandate | None) -> QuerySet[Project]:
    """Those one sees; under a mandate, also those that whoever granted it sees."""
    projects = Project.objects.filter(organisation=organisation)
    if mandate is not None and mandate.covers_everything:
        return projects
    seen = Q(pk__in=Project.objects.visible_to(user).values("pk")) | Q(pk__in=Application.objects.visible_to(user).values("project"))
    if mandate is not None and mandate.granted_by_id is not None:
        seen |= Q(created_by=mandate.granted_by_id)
    return projects.filter(seen)
