"""What a browser may send about a project."""

import pytest
from django.http import QueryDict

from projects.forms import ProjectForm
from projects.models import Theme
from tests.factories.projects import ProjectFactory, ThemeFactory
from tests.factories.territories import load_few_areas

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def theme():
    load_few_areas()
    return ThemeFactory(code="numerique")


def test_form_understands_themes_and_places(theme):
    form = ProjectForm(
        QueryDict("name=+Le+Panier+&summary=Une%0D%0A%C3%A9picerie&themes=numerique&places=Sarthe&places_code=commune:75056")
    )

    assert form.is_valid(), form.errors
    assert (form.cleaned_data["name"], form.cleaned_data["summary"]) == ("Le Panier", "Une\népicerie")
    assert list(form.cleaned_data["themes"]) == [theme]
    assert [area.key for area in form.cleaned_data["places"]] == ["commune:75056", "departement:72"]


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("", {"name": ["Donnez un nom au projet."], "summary": ["Décrivez le projet en quelques mots."]}),
        ("name=%00&summary=%E2%80%AE", {"name": ["Donnez un nom au projet."], "summary": ["Décrivez le projet en quelques mots."]}),
        ("name=a&summary=b&themes=inconnu", {"themes": ["Choisissez les thèmes dans la liste."]}),
        ("name=a&summary=b&themes=%00", {"themes": ["Le caractère nul n’est pas autorisé."]}),
        ("name=a&summary=" + "b" * 1001, {"summary": ["Résumez en 1\u202f000 caractères au plus : votre texte en compte 1\u202f001."]}),
        ("name=" + "a" * 151 + "&summary=b", {"name": ["Donnez un nom d’au plus 150 caractères."]}),
        (
            "name=" + "a" * 2000 + "&summary=b",
            {"name": ["Ce texte compte 2\u202f000 caractères ; la limite est de 150. Raccourcissez-le."]},
        ),
        (
            "name=a&summary=" + "b" * 200_000,
            {"summary": ["Ce texte compte 200\u202f000 caractères ; la limite est de 1\u202f000. Raccourcissez-le."]},
        ),
        (
            "name=a&summary=b&places=saint+denis",
            {"places": ["Plusieurs territoires peuvent correspondre à «\u202fsaint denis\u202f»\u00a0: choisissez dans la liste."]},
        ),
    ],
)
def test_form_says_what_is_wrong(query, errors):
    assert ProjectForm(QueryDict(query)).errors == errors


@pytest.mark.parametrize("field", ["name", "summary", "themes", "places", "places_code"])
@pytest.mark.parametrize("text", ["x" * 1_000_000, "<script>alert(1)</script>", "\x00\x01", "\u202eabc", "31/02/2026", "123 456 789 00012"])
def test_form_never_breaks(field, text):
    data = QueryDict(mutable=True)
    data.update({"name": "Panier", "summary": "Bref", field: text})
    form = ProjectForm(data)

    form.is_valid()

    assert "<script>" not in str(form[field.removesuffix("_code")])


def test_form_starts_with_what_the_project_says_today(theme):
    project = ProjectFactory(name="Le Panier")
    project.themes.add(ThemeFactory(code="ancien", merged_into=theme))

    form = ProjectForm(project=project)

    assert form["name"].value() == "Le Panier"
    assert form["themes"].value() == ["numerique"]
    assert "ancien" not in dict(form.fields["themes"].choices)
    assert Theme.objects.filter(code="ancien").exists()
