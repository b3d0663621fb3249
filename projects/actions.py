"""Writes of `projects`."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from community.models import Organisation
from kit import clock
from projects.models import Project, Theme
from projects.permissions import changes_project, creates_project
from territories.models import Area


@transaction.atomic
def create_project(
    organisation: Organisation, *, by: User, name: str, summary: str, themes: Iterable[Theme] = (), places: Iterable[Area] = ()
) -> Project:
    """Record a project of `organisation`. Refuses who does not write for it."""
    if not creates_project(by, organisation):
        raise PermissionDenied
    project = Project.objects.create(organisation=organisation, name=name, summary=summary, created_by=by, created_at=clock.now())
    project.themes.set(themes)
    project.places.set(places)
    return project


@transaction.atomic
def change_project(project: Project, *, by: User, name: str, summary: str, themes: Iterable[Theme], places: Iterable[Area]) -> Project:
    """Replace what the project says of itself; deposits keep what it said then. Refuses who does not write for its organisation."""
    if not changes_project(by, project):
        raise PermissionDenied
    locked = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    locked.name, locked.summary = name, summary
    locked.save(update_fields=["name", "summary"])
    locked.themes.set(themes)
    locked.places.set(places)
    return locked
