"""Projects and themes in the administration."""

import pytest
from django.urls import reverse

from accounts.enums import Group
from tests.factories.accounts import UserFactory
from tests.factories.projects import ProjectFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("group", "read", "manage"),
    [(Group.ADMINISTRATOR, 200, 200), (Group.REVIEWER, 200, 403), (None, 403, 403)],
)
def test_who_reads_and_who_names_themes(client, group, read, manage):
    client.force_login(UserFactory(staff=True, group=group))
    project, theme = ProjectFactory(), ThemeFactory()

    assert client.get(reverse("admin:projects_project_change", args=[project.pk])).status_code == read
    assert client.post(reverse("admin:projects_project_change", args=[project.pk]), {"name": "x"}).status_code == 403
    assert client.get(reverse("admin:projects_project_add")).status_code == 403
    assert client.get(reverse("admin:projects_project_delete", args=[project.pk])).status_code == 403
    assert client.get(reverse("admin:projects_theme_changelist")).status_code == read
    assert client.get(reverse("admin:projects_theme_add")).status_code == manage
    assert client.get(reverse("admin:projects_theme_delete", args=[theme.pk])).status_code == 403


def test_a_theme_is_renamed_and_keeps_its_code(client):
    client.force_login(UserFactory(staff=True, group=Group.ADMINISTRATOR))
    theme = ThemeFactory(code="eau")

    client.post(reverse("admin:projects_theme_change", args=[theme.pk]), {"code": "autre", "name": "Eau et rivières", "position": 5})

    theme.refresh_from_db()
    assert (theme.code, theme.name) == ("eau", "Eau et rivières")


@pytest.mark.parametrize("rows", [1, 30])
def test_list_costs_the_same(client, django_assert_num_queries, rows):
    client.force_login(UserFactory(staff=True, group=Group.ADMINISTRATOR))
    ProjectFactory.create_batch(rows)

    with django_assert_num_queries(7):
        client.get(reverse("admin:projects_project_changelist"))


def test_search_finds_by_organisation(client):
    client.force_login(UserFactory(staff=True, group=Group.REVIEWER))
    ProjectFactory.create_batch(2)

    response = client.get(reverse("admin:projects_project_changelist"), {"q": "création"})

    assert response.context["cl"].result_count == 2
