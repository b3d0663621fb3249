"""Writes of `projects`."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from community.models import Organisation
from community.permissions import edits_for
from kit import clock
from projects.models import Project, Theme
from territories.models import Area


@transaction.atomic
def create_project(
    organisation: Organisation, *, by: User, name: str, summary: str, themes: Iterable[Theme] = (), places: Iterable[Area] = ()
) -> Project:
    """Record a project of `organisation`. Refuses who does not write for it."""
    if not edits_for(by, organisation):
        raise PermissionDenied
    project = Project.objects.create(organisation=organisation, name=name, summary=summary, created_by=by, created_at=clock.now())
    project.themes.set(themes)
    project.places.set(places)
    return project
