"""Writing projects."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kit import clock
from projects.actions import change_project, create_project
from projects.models import Project
from tests.factories.projects import ThemeFactory
from tests.factories.territories import AreaFactory

pytestmark = pytest.mark.django_db


def test_create_records_everything(cast, organisation):
    theme, place = ThemeFactory(), AreaFactory()

    with clock.standing_at(clock.now()):
        project = create_project(organisation, by=cast.maker, name="Panier", summary="Bref", themes=[theme], places=[place])
        now = clock.now()

    stored = Project.objects.get(pk=project.pk)
    assert (stored.organisation, stored.name, stored.summary, stored.created_by, stored.created_at) == (
        organisation,
        "Panier",
        "Bref",
        cast.maker,
        now,
    )
    assert (list(stored.themes.all()), list(stored.places.all())) == ([theme], [place])


def test_create_refuses_who_does_not_write_for_the_organisation(cast, organisation):
    with pytest.raises(PermissionDenied):
        create_project(organisation, by=cast.reader, name="Panier", summary="Bref")

    assert not Project.objects.exists()


def test_change_replaces_what_the_project_says(cast, project):
    project.themes.add(ThemeFactory())
    theme, place = ThemeFactory(), AreaFactory()

    with CaptureQueriesContext(connection) as captured:
        changed = change_project(project, by=cast.editor, name="Autre nom", summary="Autrement", themes=[theme], places=[place])

    changed.refresh_from_db()
    assert (changed.name, changed.summary, changed.created_by) == ("Autre nom", "Autrement", cast.maker)
    assert (list(changed.themes.all()), list(changed.places.all())) == ([theme], [place])
    assert any("FOR UPDATE OF" in query["sql"] for query in captured.captured_queries)


def test_change_refuses_who_only_reads(cast, project):
    with pytest.raises(PermissionDenied):
        change_project(project, by=cast.reader, name="x", summary="x", themes=[], places=[])

    project.refresh_from_db()
    assert project.name == "Le Panier roulant"
