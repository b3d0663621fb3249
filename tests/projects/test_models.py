"""What projects and themes are called, and the themes that a new platform has."""

import pytest

from projects.models import Theme
from tests.factories.projects import ProjectFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def test_project_and_theme_bear_their_names():
    assert str(ProjectFactory.build(name="Le Panier", organisation=None)) == "Le Panier"
    assert str(ThemeFactory.build(name="Eau")) == "Eau"


def test_themes_are_seeded_in_order():
    themes = list(Theme.objects.current())

    assert (len(themes), themes[0].code, themes[13].code, themes[14].code) == (
        20,
        "emploi-insertion",
        "territoires-services",
        "egalite-femmes-hommes",
    )
    assert [theme.transversal for theme in themes] == [False] * 14 + [True] * 6


def test_a_merged_theme_is_no_longer_offered():
    ThemeFactory(code="ancien", merged_into=ThemeFactory(code="neuf"))

    assert "ancien" not in Theme.objects.current().values_list("code", flat=True)
