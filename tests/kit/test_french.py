"""French as it is written to people."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from hypothesis import given, strategies as st

from kit import clock, french

CLOSING = datetime(2018, 2, 26, 11, 0, tzinfo=UTC)
IN_PARIS = "lundi 26\u00a0février 2018 à 12\u00a0h\u00a000 (heure de Paris)"


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Paris", IN_PARIS),
        ("Europe/Brussels", IN_PARIS),
        ("America/Guadeloupe", f"{IN_PARIS}, soit 7\u00a0h\u00a000 en Guadeloupe"),
        ("Indian/Reunion", f"{IN_PARIS}, soit 15\u00a0h\u00a000 à La Réunion"),
        ("Asia/Tokyo", f"{IN_PARIS}, soit 20\u00a0h\u00a000 (heure de Asia/Tokyo)"),
    ],
)
def test_instant_is_said_in_paris_and_where_the_reader_is(zone, words):
    assert french.instant(CLOSING, zone) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (CLOSING, "26/02/2018 12\u00a0h"),
        (datetime(2018, 7, 1, 6, 5, tzinfo=UTC), "01/07/2018 8\u00a0h\u00a005"),
        (datetime(2018, 7, 1, 22, 0, tzinfo=UTC), "02/07/2018 0\u00a0h"),
    ],
)
def test_short_instant_is_in_paris_time(at, words):
    assert french.short_instant(at) == words


@pytest.mark.parametrize(
    ("zone", "later", "words"),
    [
        ("Europe/Paris", timedelta(hours=1), "à 12\u00a0h\u00a000"),
        ("Europe/Paris", timedelta(days=1), "le 26\u00a0février 2018 à 12\u00a0h\u00a000"),
        ("America/Guadeloupe", timedelta(0), "à 12\u00a0h\u00a000 (heure de Paris), soit 7\u00a0h\u00a000 en Guadeloupe"),
        ("Asia/Tokyo", timedelta(0), "à 12\u00a0h\u00a000 (heure de Paris), soit 20\u00a0h\u00a000 (heure de Asia/Tokyo)"),
    ],
)
def test_lately_says_the_hour_and_the_day_when_it_is_past(zone, later, words):
    with clock.standing_at(CLOSING + later):
        assert french.lately(CLOSING, zone) == words


def test_instant_names_the_day_when_it_differs():
    words = french.instant(datetime(2018, 2, 28, 13, 30, tzinfo=UTC), "Pacific/Noumea")

    assert (
        words
        == "mercredi 28\u00a0février 2018 à 14\u00a0h\u00a030 (heure de Paris), soit le jeudi 1er\u00a0mars 2018 à 0\u00a0h\u00a030 en Nouvelle-Calédonie"
    )


@pytest.mark.parametrize(
    ("month", "day", "hour_utc", "words"),
    [
        (3, 25, 0, "dimanche 25\u00a0mars 2018 à 1\u00a0h\u00a000 (heure de Paris)"),
        (3, 25, 1, "dimanche 25\u00a0mars 2018 à 3\u00a0h\u00a000 (heure de Paris)"),
        (10, 28, 0, "dimanche 28\u00a0octobre 2018 à 2\u00a0h\u00a000 (heure de Paris)"),
        (10, 28, 1, "dimanche 28\u00a0octobre 2018 à 2\u00a0h\u00a000 (heure de Paris)"),
    ],
)
def test_instant_around_the_changes_of_hour(month, day, hour_utc, words):
    assert french.instant(datetime(2018, month, day, hour_utc, tzinfo=UTC)) == words


def test_instant_is_cut_not_rounded():
    just_before = CLOSING - timedelta(microseconds=1)

    assert (
        french.instant(just_before, seconds=True)
        == "lundi 26\u00a0février 2018 à 11\u00a0h\u00a059\u00a0min\u00a059\u00a0s (heure de Paris)"
    )


def test_naive_instant_is_refused():
    with pytest.raises(ValueError, match="aware"):
        french.instant(datetime(2018, 2, 26, 12))  # noqa: DTZ001 - the fault under test


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)), st.sampled_from(sorted(french.PLACES)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_second_clock_is_said_exactly_when_it_differs(naive, zone):
    at = naive.replace(tzinfo=UTC)
    same = at.astimezone(ZoneInfo(zone)).utcoffset() == at.astimezone(ZoneInfo(french.PARIS)).utcoffset()

    assert (", soit " in french.instant(at, zone)) is not same


def test_days():
    assert french.day(date(2018, 3, 1)) == "1er\u00a0mars 2018"
    assert french.day(date(2018, 2, 26), weekday=True) == "lundi 26\u00a0février 2018"
    assert french.day_of(datetime(2018, 2, 26, 23, 30, tzinfo=UTC)) == date(2018, 2, 27)


@pytest.mark.parametrize(
    ("length", "parts", "words"),
    [
        (timedelta(seconds=59), 1, "moins d’une minute"),
        (timedelta(minutes=1), 1, "1\u00a0minute"),
        (timedelta(hours=2, minutes=59), 1, "2\u00a0heures"),
        (timedelta(hours=2, minutes=59), 2, "2\u00a0heures et 59\u00a0minutes"),
        (timedelta(days=3, minutes=5), 2, "3\u00a0jours"),
        (timedelta(days=3, hours=4, minutes=5), 2, "3\u00a0jours et 4\u00a0heures"),
        (timedelta(days=-65), 2, "2\u00a0mois et 5\u00a0jours"),
        (timedelta(days=800), 1, "2\u00a0ans"),
    ],
)
def test_durations_are_cut(length, parts, words):
    assert french.duration(length, parts=parts) == words


@pytest.mark.parametrize(
    ("shift", "words"),
    [
        (timedelta(0), "à l’instant"),
        (timedelta(seconds=-59), "à l’instant"),
        (timedelta(seconds=30), "dans moins d’une minute"),
        (timedelta(hours=-2), "il y a 2\u00a0heures"),
        (timedelta(days=3, hours=1), "dans 3\u00a0jours"),
    ],
)
def test_ago(shift, words):
    with clock.standing_at(CLOSING):
        assert french.ago(CLOSING + shift) == words


@pytest.mark.parametrize(
    ("now", "at", "words"),
    [
        (datetime(2026, 11, 23, 13, tzinfo=UTC), datetime(2026, 11, 27, 11, tzinfo=UTC), "dans 4\u00a0jours"),  # 3 days and 22 hours
        (datetime(2026, 11, 23, 0, tzinfo=UTC), datetime(2026, 11, 27, 11, tzinfo=UTC), "dans 4\u00a0jours"),
        (datetime(2026, 11, 27, 11, tzinfo=UTC), datetime(2026, 11, 23, 13, tzinfo=UTC), "il y a 4\u00a0jours"),
        (datetime(2026, 11, 23, 13, tzinfo=UTC), datetime(2026, 11, 24, 12, 59, tzinfo=UTC), "dans 23\u00a0heures"),
        (datetime(2026, 11, 23, 13, tzinfo=UTC), datetime(2026, 11, 24, 13, tzinfo=UTC), "dans 1\u00a0jour"),
        (datetime(2026, 11, 22, 23, tzinfo=UTC), datetime(2026, 11, 24, 22, 59, tzinfo=UTC), "dans 1\u00a0jour"),  # both Paris days whole
        (datetime(2026, 11, 23, 22, 30, tzinfo=UTC), datetime(2026, 11, 24, 23, 30, tzinfo=UTC), "dans 2\u00a0jours"),
        (datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 22, tzinfo=UTC), "dans 1\u00a0jour"),  # a day of 25 hours
        (datetime(2026, 1, 31, 12, tzinfo=UTC), datetime(2026, 3, 2, 8, tzinfo=UTC), "dans 1\u00a0mois"),
        (datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2024, 3, 2, 12, tzinfo=UTC), "il y a 2\u00a0ans"),
    ],
)
def test_ago_counts_the_days_of_the_calendar_of_paris(now, at, words):
    assert french.ago(at, now) == words


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (0, None, "0"),
        (1234567, None, "1\u202f234\u202f567"),
        (-1000, None, "\u22121\u202f000"),
        (Decimal("1234.50"), None, "1\u202f234,50"),
        (Decimal("1E+3"), None, "1\u202f000"),
        (Decimal("1234.5"), 2, "1\u202f234,50"),
        (12, 1, "12,0"),
    ],
)
def test_numbers(value, places, text):
    assert french.number(value, places) == text


def test_plural_starts_at_two():
    assert [french.counted(n, "dossier") for n in (0, 1, 2)] == ["0\u00a0dossier", "1\u00a0dossier", "2\u00a0dossiers"]
    assert french.counted(Decimal("1.5"), "point") == "1,5\u00a0point"
    assert french.plural(3, "appel à projets", "appels à projets") == "appels à projets"


@pytest.mark.parametrize(
    ("words", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c"), ([1, 2, 3], "1, 2 et 3")]
)
def test_joined(words, text):
    assert french.joined(words) == text


def test_joined_by_another_word():
    assert french.joined(["pdf", "odt", "png"], "ou") == "pdf, odt ou png"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0\u00a0octet"),
        (900, "900\u00a0octets"),
        (1024, "1\u00a0Ko"),
        (12_700, "12\u00a0Ko"),
        (1_048_063, "1\u202f023\u00a0Ko"),
        (1_048_064, "1\u00a0Mo"),
        (1_572_864, "1,5\u00a0Mo"),
        (10 * 1024**2, "10\u00a0Mo"),
    ],
)
def test_file_size(size, text):
    assert french.file_size(size) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ at|instant }}", IN_PARIS),
        ("{{ at|instant:'America/Guadeloupe' }}", f"{IN_PARIS}, soit 7\u00a0h\u00a000 en Guadeloupe"),
        ("{{ at|exact_instant:'' }}", "lundi 26\u00a0février 2018 à 12\u00a0h\u00a000\u00a0min\u00a000\u00a0s (heure de Paris)"),
        ("{{ at|day }}", "26\u00a0février 2018"),
        ("{{ at|day:'Pacific/Noumea' }}", "26\u00a0février 2018"),
        ("{{ on|day }}", "1er\u00a0mars 2018"),
        ("{{ at|ago }}", "il y a 1\u00a0heure"),
        ("{{ 1234|number }}", "1\u202f234"),
        ("{{ 12700|file_size }}", "12\u00a0Ko"),
        ("{{ 30000|euros }}", "30\u202f000\u00a0€"),
        ("{{ words|joined }}", "a et b"),
        ("{{ words|joined:'ou' }}", "a ou b"),
        ("{{ 3|counted:'appel à projets,appels à projets' }}", "3\u00a0appels à projets"),
        ("{{ 2|agreed:'ouvert' }}", "ouverts"),
        ("{{ '55208131766522'|siret }}", "552\u00a0081\u00a0317\u00a066522"),
        ("{{ at|short_instant }}{{ none|short_instant }}", "26/02/2018 12\u00a0h"),
        ("{{ none|instant }}{{ none|exact_instant }}{{ none|day }}{{ none|ago }}{{ none|number }}{{ none|euros }}", ""),
    ],
)
def test_filters(source, text):
    context = Context({"at": CLOSING, "on": date(2018, 3, 1), "words": ["a", "b"], "none": None})

    with clock.standing_at(CLOSING + timedelta(hours=1)):
        assert Template("{% load french %}" + source).render(context) == text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Pourquoi ?", "Pourquoi\u00a0?"),
        ("Deux mots : dont « un » ; et puis !", "Deux mots\u00a0: dont «\u00a0un\u00a0»\u00a0; et puis\u00a0!"),
        ("à 10:30, https://exemple.fr/?q=1", "à 10:30, https://exemple.fr/?q=1"),
        ("? seul", "? seul"),
        ("deux  ? espaces", "deux  ? espaces"),
        ("", ""),
    ],
)
def test_spaced(typed, said):
    assert french.spaced(typed) == said
