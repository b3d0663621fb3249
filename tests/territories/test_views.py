"""The public search."""

import pytest
from django.urls import reverse

from tests.factories.territories import load_few_areas

pytestmark = pytest.mark.django_db


def ask(client, **query):
    return client.get(reverse("territories:area_search"), query)


def test_search_answers_anyone_and_may_be_cached(client, django_assert_num_queries):
    load_few_areas()

    with django_assert_num_queries(1):
        response = ask(client, q="st etienne", kinds="commune")

    assert response.json() == {
        "areas": [
            {"value": "commune:42218", "label": "Saint-Étienne (42)", "detail": "Commune · 2 codes postaux · Loire · Auvergne-Rhône-Alpes"},
            {"value": "commune:76575", "label": "Saint-Étienne-du-Rouvray (76)", "detail": "Commune · 76800 · Seine-Maritime · Normandie"},
        ],
        "more": False,
        "alike": False,
    }
    assert response["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize("kinds", ["", "planete", "region,planete", "departement,region"])
def test_search_ignores_kinds_it_does_not_know(client, kinds):
    load_few_areas()

    assert "region:84" in [area["value"] for area in ask(client, q="auvergne", kinds=kinds).json()["areas"]]


@pytest.mark.parametrize("text", ["", "\x00", "a" * 1_000_000, "\u202e", "%%%", "'", "🙂", "9" * 500])
def test_search_survives_anything(client, text):
    response = ask(client, q=text)

    assert (response.status_code, response.json()) == (200, {"areas": [], "more": False, "alike": False})


def test_search_only_reads(client):
    assert client.post(reverse("territories:area_search")).status_code == 405
