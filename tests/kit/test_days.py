"""Days as people type them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, strategies as st

from kit import french
from kit.days import LONGEST_TYPED, parse_day


@pytest.mark.parametrize(
    "typed",
    [
        "26/02/2018",
        "26.02.2018",
        "26-02-2018",
        "26 02 2018",
        "26 / 2 / 2018",
        "2018-02-26",
        "26 février 2018",
        "26 FÉVRIER 2018",
        "26 fevrier 2018",
        " 26/02/2018 ",
    ],
)
def test_a_day_is_read_however_it_is_written(typed):
    assert parse_day(typed) == date(2018, 2, 26)


def test_first_of_a_month_is_read():
    assert parse_day("1er août 2024") == parse_day("1er aout 2024") == date(2024, 8, 1)


@pytest.mark.parametrize("typed", ["30/02/2018", "29/02/2023", "31/04/2020", "00/01/2020", "12/13/2020", "1/1/0000", "26 brumaire 2018"])
def test_a_day_that_does_not_exist_is_said_so(typed):
    with pytest.raises(ValidationError, match=r"Cette date n’existe pas"):
        parse_day(typed)


@pytest.mark.parametrize(
    "typed", ["", "hier", "2018", "26/02/18", "26/02/2018 10:00", "26//02/2018", "1" * 1_000_000, f"1 mai{' ' * LONGEST_TYPED}2018"]
)
def test_what_is_no_day_is_refused_with_an_example(typed):
    with pytest.raises(ValidationError, match="jour/mois/année, par exemple 26/02/2018"):
        parse_day(typed)


@given(st.dates())
def test_what_we_write_is_read_back(day):
    year = f"{day.year:04d}"

    assert parse_day(day.isoformat()) == day
    assert parse_day(f"{day.day}/{day.month}/{year}") == day
    assert parse_day(french.day(day.replace(year=2000 + day.year % 400))) == day.replace(year=2000 + day.year % 400)


@given(st.text(max_size=60))
def test_any_text_is_a_day_or_a_sentence(text):
    try:
        read: object = parse_day(text)
    except ValidationError as refusal:
        read = refusal.messages[0]

    assert isinstance(read, date) or str(read).endswith(".")
