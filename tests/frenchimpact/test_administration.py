"""The administration: the order of its parts, and plain titles."""

import pytest
from django.contrib import admin
from django.template import Context, Template
from django.urls import reverse

from accounts.enums import Group
from frenchimpact.administration import ORDER
from territories.models import AreaLoad
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    person = UserFactory(staff=True, group=Group.ADMINISTRATOR, first_name="Nadia", last_name="Colin")
    client.force_login(person)
    return person


def test_every_page_of_the_administration_has_its_place():
    assert {model._meta.label for model in admin.site._registry} == set(ORDER)


def test_parts_come_in_the_order_of_the_work(client, administrator):
    parts = client.get(reverse("admin:index")).context["app_list"]

    assert [part["name"] for part in parts] == [
        "Appels et dossiers",
        "Projets",
        "Organisations",
        "Messages",
        "Annonces",
        "Comptes",
        "Territoires",
    ]
    assert [page["name"] for page in parts[0]["models"]] == [
        "Dossiers",
        "Appels",
        "Questions posées",
        "Annonces aux candidats",
        "Exports",
        "Bordereaux d’élimination",
    ]


def test_a_page_that_was_forgotten_comes_last(client, administrator, monkeypatch):
    monkeypatch.setattr("frenchimpact.administration.ORDER", ("territories.Area",))

    parts = client.get(reverse("admin:index")).context["app_list"]

    assert parts[0]["app_label"] == "territories"
    assert [page["object_name"] for page in parts[0]["models"]] == ["Area", "AreaLoad"]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("accounts_user_changelist", "Comptes"),
        ("calls_announcement_changelist", "Annonces aux candidats"),
        ("community_organisation_changelist", "Organisations"),
        ("notifications_message_changelist", "Messages"),
        ("portal_sitenotice_changelist", "Annonces sur le site"),
        ("portal_sitenotice_add", "Ajouter\u202f: annonce sur le site"),
        ("projects_project_changelist", "Projets"),
        ("territories_area_changelist", "Territoires"),
    ],
)
def test_a_page_is_named_after_what_it_shows(client, administrator, name, title):
    page = client.get(reverse(f"admin:{name}"))

    assert page.context["title"] == title
    assert "Sélectionnez l’objet" not in page.content.decode()


def test_the_page_of_an_object_says_which(client, administrator):
    context = client.get(reverse("admin:accounts_user_change", args=[administrator.pk])).context

    assert (context["title"], str(context["subtitle"])) == ("Compte", "Nadia Colin")


def test_a_part_is_titled_by_its_name(client, administrator):
    assert client.get(reverse("admin:app_list", args=["calls"])).context["title"] == "Administration\u202f: Appels et dossiers"


def test_a_year_has_no_space_between_its_thousands(client, administrator):
    load = AreaLoad.objects.create(vintage=2026, digest="a" * 64)

    assert ">2026<" in client.get(reverse("admin:territories_areaload_changelist")).content.decode()
    assert "2026" in client.get(reverse("admin:territories_areaload_change", args=[load.pk])).content.decode()


def test_groups_are_ticked(client, administrator):
    page = client.get(reverse("admin:accounts_user_change", args=[UserFactory().pk])).content.decode()

    assert page.count('type="checkbox" name="groups"') == len(Group)


def test_a_part_of_which_one_may_open_nothing_does_not_exist(client):
    client.force_login(UserFactory(staff=True, group=Group.AUDITOR))

    assert client.get(reverse("admin:app_list", args=["accounts"])).status_code == 404


@pytest.mark.parametrize("name", ["password_change", "password_change_done"])
def test_password_is_changed_in_one_place(client, administrator, name):
    answer = client.get(reverse(f"admin:{name}"))

    assert (answer.status_code, answer["Location"]) == (302, reverse("account_change_password"))


def test_tools_lead_to_one_s_account_and_not_to_a_second_password_page(client, administrator):
    page = client.get(reverse("admin:index")).content.decode()

    assert reverse("accounts:profile") in page
    assert reverse("admin:password_change") not in page


def test_the_key_of_a_row_is_written_as_it_is():
    """« 1 029 » in the value of a field or in an anchor designates nothing: grouping digits is asked for, number by number."""
    assert Template("{{ pk }}").render(Context({"pk": 1029})) == "1029"
