"""Text as people paste it."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, strategies as st

from kit.plain_text import LINE_ENDS, LONGEST_LINE, clean_line, clean_text, count_words


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("e\u0301cole", "école"),
        ("a\x00b\x07c", "abc"),
        ("un\r\ndeux\rtrois\u2028quatre\x85cinq\x0bsix", "un\ndeux\ntrois\nquatre\ncinq\nsix"),
        ("fin  \t\nsuite\u00a0", "fin\nsuite"),
        ("a\n\n\n\n\n\nb", "a\n\n\nb"),
        ("\u202egnp.exe\u2066\u200f", "gnp.exe"),
        ("mot\u00adlong\u200b\ufeff", "motlong"),
        ("e\u200b\u0301", "é"),
        ("\ud800x\uffff", "x"),
        ("« Quoi\u202f? »\u00a0— 1\u202f234\u00a0€… l’œuvre", "« Quoi\u202f? »\u00a0— 1\u202f234\u00a0€… l’œuvre"),
        ("👩‍🌾 🏴\U000e0067\U000e0062\U000e007f ❤️", "👩‍🌾 🏴\U000e0067\U000e0062\U000e007f ❤️"),
        ("مرحبا\tcol", "مرحبا\tcol"),
    ],
)
def test_clean_text_keeps_what_people_mean(typed, kept):
    assert clean_text(typed) == kept


def test_clean_text_removes_control_and_direction_signs_and_no_other():
    signs = [chr(code) for code in range(0x3000) if not LINE_ENDS.match(chr(code))]

    removed = {sign for sign in signs if clean_text(f"a{sign}b") == "ab"}

    joiners = {"\u200c", "\u200d"}
    assert removed == {sign for sign in signs if unicodedata.category(sign) in {"Cc", "Cf", "Cs"}} - joiners - {"\n", "\t"}


def test_clean_line_is_one_line():
    assert clean_line("  Les\r\n jardins\t\tde  Cocagne\u00a0 ") == "Les jardins de Cocagne"


def test_text_too_long_is_refused_with_its_size():
    with pytest.raises(ValidationError) as refusal:
        clean_line("a" * (LONGEST_LINE + 1))

    assert refusal.value.messages == ["Ce texte compte 1\u202f001 caractères ; la limite est de 1\u202f000. Raccourcissez-le."]


def test_text_too_long_is_told_the_shorter_limit_of_what_is_kept():
    with pytest.raises(ValidationError) as refusal:
        clean_text("a" * 30, limit=20, said=10)

    assert refusal.value.messages == ["Ce texte compte 30 caractères ; la limite est de 10. Raccourcissez-le."]


@given(st.text(st.characters(categories=None)))
def test_cleaning_is_stable_and_storable(text):
    once = clean_text(text)

    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\x00" not in once
    assert once.encode().decode() == once
    assert "\n" not in clean_line(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("l’innovation sociale", 2),
        ("porte-à-porte", 1),
        ("Pourquoi ? Parce que !", 3),
        ("«\u00a0bonjour\u00a0» — dit-elle", 2),
        ("10\u202f000 €", 1),
        ("un\u00a0deux\u00a0trois", 3),
        ("à l'\u00e9cole\nde 9 h à 10 h", 8),
    ],
)
def test_count_words_as_a_word_processor(text, count):
    assert count_words(text) == count


@given(st.lists(st.from_regex(r"\A[a-zé’-]*[a-zé][a-zé’-]*\Z"), max_size=30))
def test_count_words_of_words_joined(words):
    assert count_words(" \n".join(words)) == len(words)
