"""Reads for the pages of projects."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from community.enums import MemberRole, MemberStanding
from community.models import Mandate, Organisation
from projects.models import Project, Theme


def organisations_within_reach(user: User) -> QuerySet[Organisation]:
    """Organisations that `user` sees, and those whose mandate lets `user` write in their name."""
    mandates = Mandate.objects.in_force().filter(
        client=OuterRef("pk"),
        agent__memberships__user=user,
        agent__memberships__standing=MemberStanding.VERIFIED,
        agent__memberships__role__in=[MemberRole.ADMINISTRATOR, MemberRole.EDITOR],
    )
    return Organisation.objects.filter(Q(pk__in=Organisation.objects.visible_to(user).values("pk")) | Exists(mandates))


def projects_of(user: User) -> QuerySet[Project]:
    """The projects that `user` sees, by organisation, with what a list shows."""
    return Project.objects.visible_to(user).select_related("organisation").order_by("organisation__search_name", "name", "pk")


def themes_of(project: Project) -> list[Theme]:
    """The project's themes as they stand today: a merged one is shown as the one it went into."""
    themes = (theme.merged_into or theme for theme in project.themes.select_related("merged_into"))
    return sorted({theme.pk: theme for theme in themes}.values(), key=lambda theme: (theme.position, theme.name))


def personal_data(user: User) -> dict[str, list[dict[str, str]]]:
    """The projects that `user` recorded, for the copy of one's data."""
    mine = Project.objects.filter(created_by=user).select_related("organisation").order_by("pk")
    return {"projets": [{"projet": project.name, "organisation": project.organisation.name, "résumé": project.summary} for project in mine]}
