"""The pages of projects: stranger, reader, doer."""

import uuid

import pytest
from django.urls import reverse

from projects.models import Project
from tests.factories.projects import ProjectFactory, ThemeFactory
from tests.factories.territories import AreaFactory

pytestmark = pytest.mark.django_db


def test_pages_ask_to_sign_in(client, organisation, project):
    pages = [
        reverse("projects:project_list"),
        reverse("projects:project_create", args=[organisation.uuid]),
        reverse("projects:project_detail", args=[project.uuid]),
        reverse("projects:project_change", args=[project.uuid]),
    ]

    assert [client.get(page).status_code for page in pages] == [302] * 4


@pytest.mark.parametrize(
    ("who", "create", "detail", "change"),
    [
        ("maker", 200, 200, 200),
        ("declared", 200, 404, 404),
        ("editor", 200, 200, 200),
        ("reader", 403, 200, 403),
        ("agent", 200, 404, 404),
        ("declared_agent", 404, 404, 404),
        ("stranger", 404, 404, 404),
        ("staff", 403, 404, 404),
    ],
)
def test_who_opens_what(client, cast, organisation, project, who, create, detail, change):
    client.force_login(getattr(cast, who))

    assert client.get(reverse("projects:project_create", args=[organisation.uuid])).status_code == create
    assert client.get(reverse("projects:project_detail", args=[project.uuid])).status_code == detail
    assert client.get(reverse("projects:project_change", args=[project.uuid])).status_code == change
    assert client.post(reverse("projects:project_change", args=[project.uuid])).status_code == change


@pytest.mark.parametrize("name", ["project_create", "project_detail", "project_change"])
def test_unknown_is_not_found(client, cast, name):
    client.force_login(cast.maker)

    assert client.get(reverse(f"projects:{name}", args=[uuid.uuid4()])).status_code == 404


def test_a_project_is_entered_and_shown(client, cast, organisation):
    client.force_login(cast.maker)
    ThemeFactory(code="eau", name="Eau")
    AreaFactory(name="Le Mans", code="72181")

    response = client.post(
        reverse("projects:project_create", args=[organisation.uuid]),
        {"name": "Le <b>Panier</b>", "summary": "Une\népicerie", "themes": ["eau"], "places": "Le Mans"},
        follow=True,
    )

    project = Project.objects.get()
    assert response.redirect_chain == [(reverse("projects:project_detail", args=[project.uuid]), 302)]
    page = response.content.decode()
    assert "Le &lt;b&gt;Panier&lt;/b&gt;" in page
    assert "Une<br>épicerie" in page
    assert '<p class="fr-tag">Eau</p>' in page
    assert "Le Mans (72)" in page
    assert reverse("projects:project_change", args=[project.uuid]) in page


def test_a_refused_form_keeps_what_was_typed(client, cast, organisation):
    client.force_login(cast.maker)

    response = client.post(reverse("projects:project_create", args=[organisation.uuid]), {"name": "Le Panier", "places": "Bâle"})

    page = response.content.decode()
    assert (response.status_code, Project.objects.count()) == (200, 0)
    assert 'value="Le Panier"' in page
    assert 'value="Bâle"' in page
    assert "<title>Erreur : Nouveau projet" in " ".join(page.split())
    assert 'href="#id_summary"' in page
    assert 'href="#id_places"' in page


def test_adding_a_place_without_javascript_is_no_error(client, cast, organisation):
    client.force_login(cast.maker)
    AreaFactory(name="Le Mans", code="72181")

    response = client.post(
        reverse("projects:project_create", args=[organisation.uuid]),
        {"name": "Panier", "summary": "Bref", "places": "Le Mans", "places_add": "1"},
    )

    page = response.content.decode()
    assert "fr-alert--error" not in page
    assert "fr-message--info" in page
    assert Project.objects.count() == 0


def test_a_project_is_changed(client, cast, project):
    client.force_login(cast.editor)

    response = client.post(reverse("projects:project_change", args=[project.uuid]), {"name": "Autre", "summary": "Autrement"})

    assert response["Location"] == reverse("projects:project_detail", args=[project.uuid])
    project.refresh_from_db()
    assert (project.name, project.summary) == ("Autre", "Autrement")


def test_a_reader_sees_no_button(client, cast, project):
    client.force_login(cast.reader)

    assert "Modifier" not in client.get(reverse("projects:project_detail", args=[project.uuid])).content.decode()


def test_an_empty_list_says_what_to_do_next(client, cast):
    client.force_login(cast.stranger)

    assert "Aucun projet pour l’instant" in client.get(reverse("projects:project_list")).content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_list_costs_the_same(client, cast, organisation, django_assert_num_queries, rows):
    ProjectFactory.create_batch(rows, organisation=organisation, created_by=cast.maker)
    client.force_login(cast.maker)

    with django_assert_num_queries(6):
        client.get(reverse("projects:project_list"))


@pytest.mark.parametrize("rows", [1, 30])
def test_detail_costs_the_same(client, cast, project, django_assert_num_queries, rows):
    project.themes.set(ThemeFactory.create_batch(rows))
    project.places.set(AreaFactory.create_batch(rows))
    client.force_login(cast.maker)

    with django_assert_num_queries(9):
        client.get(reverse("projects:project_detail", args=[project.uuid]))
