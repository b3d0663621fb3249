"""The search form of names."""

import pytest

from territories.names import search_form, with_articles


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Saint-Étienne", "saint etienne"),
        ("St Etienne", "saint etienne"),
        ("STE-FOY", "sainte foy"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("L’Haÿ", "l hay"),
        ("Œuf-en-Ternois", "oeuf en ternois"),
        ("Stains", "stains"),
        ("  \x00Le\u202e Mans ", "le mans"),
        ("2a", "2a"),
        ("", ""),
        ("!!!", ""),
    ],
)
def test_search_form(name, form):
    assert search_form(name) == form


def test_with_articles_keeps_the_form_first():
    assert with_articles("mans") == ["mans", "le mans", "la mans", "les mans", "l mans"]
