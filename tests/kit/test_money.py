"""Amounts in euros."""

import contextlib
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, strategies as st

from kit.money import euros, parse_decimal


@pytest.mark.parametrize(
    ("amount", "cents", "text"),
    [
        (Decimal(30000), False, "30\u202f000\u00a0€"),
        (Decimal("30000.00"), False, "30\u202f000\u00a0€"),
        (Decimal("1234.5"), False, "1\u202f234,50\u00a0€"),
        (Decimal(0), False, "0\u00a0€"),
        (12, True, "12,00\u00a0€"),
        (Decimal("-5.10"), False, "\u22125,10\u00a0€"),
    ],
)
def test_euros(amount, cents, text):
    assert euros(amount, cents=cents) == text


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1234,56", "1234.56"),
        ("1234.56", "1234.56"),
        ("1 234,56 €", "1234.56"),
        ("1\u202f234\u202f567\u00a0€", "1234567"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567", "1234567"),
        ("1 234.5 euros", "1234.5"),
        ("12 EUR", "12"),
        ("-5,10", "-5.10"),
        ("\u2212 5", "-5"),
        ("+5", "5"),
        ("007", "7"),
        ("0", "0"),
    ],
)
def test_parse_decimal_reads_what_has_one_meaning(typed, number):
    assert parse_decimal(typed) == Decimal(number)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "invalid"),
        ("€", "invalid"),
        ("beaucoup", "invalid"),
        ("1e5", "invalid"),
        ("NaN", "invalid"),
        ("Infinity", "invalid"),
        ("12 34", "invalid"),
        ("1,2,3", "invalid"),
        ("1 234 56", "invalid"),
        ("1.234,567.8", "invalid"),
        ("--5", "invalid"),
        ("١٢", "invalid"),
        ("1_000", "invalid"),
        ("9" * 1_000_000, "invalid"),
        ("1.234", "ambiguous"),
        ("1234567890123456", "too_big"),
        ("1,234", "too_precise"),
        ("0.125", "too_precise"),
        ("1,001", "too_precise"),
    ],
)
def test_parse_decimal_refuses_nonsense_with_a_sentence(typed, code):
    with pytest.raises(ValidationError) as refusal:
        parse_decimal(typed)

    assert refusal.value.code == code
    assert refusal.value.message.endswith(".")


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        (0, "Saisissez un nombre entier, sans virgule."),
        (1, "Saisissez au plus 1 chiffre après la virgule."),
        (3, "Saisissez au plus 3 chiffres après la virgule."),
    ],
)
def test_parse_decimal_says_how_precise(places, sentence):
    with pytest.raises(ValidationError) as refusal:
        parse_decimal("1,23456", places=places)

    assert refusal.value.message == sentence


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False))
def test_what_is_written_is_read_back(amount):
    assert parse_decimal(euros(amount)) == amount
    assert parse_decimal(euros(amount, cents=True)) == amount


@given(st.text(st.sampled_from("0123456789 .,-+€e\u00a0\u202fx"), max_size=30))
def test_any_text_is_a_number_of_two_decimals_or_a_sentence(text):
    with contextlib.suppress(ValidationError):
        number = parse_decimal(text)
        assert number.is_finite()
        assert number == round(number, 2)
