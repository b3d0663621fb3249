"""Themes in the administration."""

import pytest
from django.urls import reverse

from accounts.enums import Group
from tests.factories.accounts import UserFactory
from tests.factories.projects import ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("group", "read", "manage"),
    [(Group.ADMINISTRATOR, 200, 200), (Group.REVIEWER, 200, 403), (None, 403, 403)],
)
def test_who_reads_and_who_names_themes(client, group, read, manage):
    client.force_login(UserFactory(staff=True, group=group))
    theme = ThemeFactory()

    assert client.get(reverse("admin:projects_theme_changelist")).status_code == read
    assert client.get(reverse("admin:projects_theme_add")).status_code == manage
    assert client.get(reverse("admin:projects_theme_delete", args=[theme.pk])).status_code == 403


def test_a_theme_is_renamed_and_keeps_its_code(client):
    client.force_login(UserFactory(staff=True, group=Group.ADMINISTRATOR))
    theme = ThemeFactory(code="eau")

    client.post(reverse("admin:projects_theme_change", args=[theme.pk]), {"code": "autre", "name": "Eau et rivières", "position": 5})

    theme.refresh_from_db()
    assert (theme.code, theme.name) == ("eau", "Eau et rivières")
