"""Reads for the pages of projects."""

from datetime import timedelta

import pytest

from community.models import Mandate
from kit import clock
from projects.queries import organisations_within_reach, personal_data, projects_of, themes_of
from tests.factories.projects import ProjectFactory, ThemeFactory, organisation_being_created

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "reach"),
    [
        ("maker", True),
        ("reader", True),
        ("agent", True),
        ("staff", True),
        ("declared_agent", False),
        ("agent_reader", False),
        ("stranger", False),
    ],
)
def test_organisations_within_reach(cast, organisation, who, reach):
    assert organisations_within_reach(getattr(cast, who)).filter(pk=organisation.pk).exists() is reach


def test_an_expired_mandate_reaches_nothing(cast, organisation):
    Mandate.objects.update(expires_at=clock.now() - timedelta(days=1))

    assert not organisations_within_reach(cast.agent).filter(pk=organisation.pk).exists()


def test_projects_are_listed_by_organisation_then_name(cast, organisation):
    other = organisation_being_created("Autre")
    for owner, name in ((organisation, "B"), (other, "Z"), (organisation, "A")):
        ProjectFactory(organisation=owner, name=name, created_by=cast.maker)

    assert [project.name for project in projects_of(cast.maker)] == ["Z", "A", "B"]


def test_themes_of_a_project_follow_mergers(django_assert_num_queries):
    new = ThemeFactory(code="neuf", position=2)
    old = ThemeFactory(code="ancien", merged_into=new, position=9)
    first = ThemeFactory(code="premier", position=1)
    project = ProjectFactory()
    project.themes.set([old, new, first])

    with django_assert_num_queries(1):
        assert themes_of(project) == [first, new]


def test_personal_data_are_the_projects_one_recorded(cast, organisation):
    mine = ProjectFactory(organisation=organisation, name="Le mien", summary="En bref.", created_by=cast.maker)
    ProjectFactory(organisation=organisation)

    assert personal_data(cast.maker) == {
        "projets": [{"projet": mine.name, "organisation": organisation.name, "résumé": "En bref."}],
    }
