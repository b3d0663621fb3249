"""Words as searches compare them."""

import re

import pytest
from hypothesis import given, strategies as st

from kit.search_key import search_key


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (("L’Haÿ-les-Roses",), "l hay les roses"),
        (("Cœur de Bœuf", "ÆGIR"), "coeur de boeuf aegir"),
        (("PIO26-0001", "", "Les Jardins"), "pio26 0001 les jardins"),
        (("claire@exemple.fr",), "claire@exemple fr"),
        (("Straße",), "strasse"),
        (("",), ""),
        (("%_\\",), ""),
    ],
)
def test_words_are_folded(words, key):
    assert search_key(*words) == key


@given(st.lists(st.text(), max_size=4))
def test_a_key_is_plain_and_stays_itself(parts):
    key = search_key(*parts)

    assert re.fullmatch(r"(?:[0-9a-z@]+(?: [0-9a-z@]+)*)?", key)
    assert search_key(key) == key


@given(st.text(alphabet="abcéèàçÇŒ -’", max_size=30))
def test_case_does_not_matter(text):
    assert search_key(text.upper()) == search_key(text.lower())
