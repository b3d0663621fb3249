"""One way to write a value."""

import json
import random
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from accounts.enums import TimeZone
from kit.canonical import LARGEST_INTEGER, canonical_json, sha256_hex, versioned

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | TEXT
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT.map(lambda t: unicodedata.normalize("NFC", t)), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, "é"]}, '{"a":[true,null,"é"],"b":1}'),
        ({"clé": "e\u0301"}, '{"clé":"é"}'),
        (Decimal("1.50"), '"1.5"'),
        (Decimal("1E+3"), '"1000"'),
        (Decimal("-0.00"), '"0"'),
        (Decimal(100), '"100"'),
        (date(2018, 2, 26), '"2018-02-26"'),
        (datetime(2018, 2, 26, 12, tzinfo=timezone(timedelta(hours=1))), '"2018-02-26T11:00:00.000000Z"'),
        (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        ((1, 2), "[1,2]"),
        (TimeZone.PARIS, '"Europe/Paris"'),
    ],
)
def test_canonical_form(value, text):
    assert canonical_json(value).decode() == text


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (1.5, TypeError),
        ({1, 2}, TypeError),
        (b"x", TypeError),
        ({1: "a"}, TypeError),
        (float("nan"), TypeError),
        (Decimal("NaN"), ValueError),
        (Decimal("Infinity"), ValueError),
        (LARGEST_INTEGER + 1, ValueError),
        (datetime(2018, 2, 26), ValueError),  # noqa: DTZ001 - the fault under test
        ({"é": 1, "e\u0301": 2}, ValueError),
        ("\ud800", ValueError),
    ],
)
def test_what_two_readers_could_read_differently_is_refused(value, fault):
    with pytest.raises(fault):
        canonical_json(value)


def test_envelope_says_what_it_is():
    assert versioned("dossier", 1, {"a": 1}) == b'{"content":{"a":1},"format":"dossier","version":1}'


def test_digest():
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(VALUES)
def test_reading_it_back_and_writing_it_again_gives_the_same_bytes(value):
    text = canonical_json(value)

    assert canonical_json(json.loads(text)) == text


@given(st.dictionaries(TEXT.map(lambda t: unicodedata.normalize("NFC", t)), SCALARS, max_size=8), st.randoms())
def test_order_of_insertion_does_not_count(value, chance: random.Random):
    items = list(value.items())
    chance.shuffle(items)

    assert canonical_json(dict(items)) == canonical_json(value)


@given(
    st.datetimes(
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=11)), timezone(timedelta(hours=-4))]),
        min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
        max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    )
)
def test_one_instant_has_one_form(at):
    assert canonical_json(at) == canonical_json(at.astimezone(UTC))
