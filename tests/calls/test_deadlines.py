"""Deadline arithmetic: to the microsecond, through both changes of the clocks, wherever the reader is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from calls.actions.reminder import MARKS
from calls.deadlines import closing_that_applies, implicit_decision_on, in_time, phase_at, reminder_mark
from calls.enums import CallKind, Phase, RoundState
from kit import french

PARIS = ZoneInfo("Europe/Paris")
MICROSECOND = timedelta(microseconds=1)
ZONES = st.sampled_from([ZoneInfo(zone) for zone in (*french.PLACES, "UTC", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago")])
# Around both changes of the clocks of several years, where one hour is missing or comes twice, and anywhere.
CHANGES = [datetime(year, month, day, 1, tzinfo=UTC) for year, month, day in ((2025, 3, 30), (2025, 10, 26), (2026, 3, 29), (2026, 10, 25))]
NEAR_CHANGES = st.builds(lambda at, by: at + by, st.sampled_from(CHANGES), st.timedeltas(timedelta(hours=-3), timedelta(hours=3)))
INSTANTS = NEAR_CHANGES | st.datetimes(datetime(2018, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive


@given(INSTANTS, ZONES, st.integers(-3, 3))
def test_in_time_up_to_the_microsecond_of_the_closing_wherever_one_is(closes_at, zone, microseconds):
    arrived_at = (closes_at + microseconds * MICROSECOND).astimezone(zone)

    assert in_time(arrived_at, closes_at.astimezone(PARIS)) == (microseconds <= 0)


@given(INSTANTS)
def test_without_closing_everything_is_in_time(arrived_at):
    assert in_time(arrived_at, None)


def test_the_hour_that_comes_twice_is_two_instants():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=PARIS)
    second = first.replace(fold=1)

    assert in_time(first.astimezone(UTC), second.astimezone(UTC))
    assert not in_time(second.astimezone(UTC), first.astimezone(UTC))


@given(INSTANTS, st.timedeltas(timedelta(minutes=1), timedelta(days=400)), st.integers(-2, 2), st.booleans())
def test_phase_changes_on_the_opening_and_after_the_closing(opens_at, length, microseconds, at_closing):
    closes_at = opens_at + length
    instant = (closes_at if at_closing else opens_at) + microseconds * MICROSECOND

    phase = phase_at(instant, state=RoundState.PUBLISHED, opens_at=opens_at, closes_at=closes_at)

    if at_closing:
        assert phase == (Phase.OPEN if microseconds <= 0 else Phase.CLOSED)
    else:
        assert phase == (Phase.COMING if microseconds < 0 else Phase.OPEN)


@pytest.mark.parametrize(("state", "phase"), [(RoundState.DRAFT, Phase.PREPARATION), (RoundState.CANCELLED, Phase.CANCELLED)])
def test_phase_of_a_round_that_is_not_published_does_not_ask_the_clock(state, phase):
    opens_at = datetime(2026, 1, 1, tzinfo=UTC)

    assert phase_at(opens_at + timedelta(days=1), state=state, opens_at=opens_at, closes_at=None) == phase


def test_permanent_round_stays_open():
    opens_at = datetime(2026, 1, 1, tzinfo=UTC)

    assert phase_at(opens_at + timedelta(days=9_999), state=RoundState.PUBLISHED, opens_at=opens_at, closes_at=None) == Phase.OPEN


@given(st.none() | INSTANTS, st.none() | INSTANTS)
def test_an_extension_never_moves_a_closing_back(closes_at, extended_until):
    applies = closing_that_applies(closes_at, extended_until)

    if closes_at is None:
        assert applies is None
    else:
        assert applies >= closes_at
        assert applies in {closes_at, extended_until}


@pytest.mark.parametrize(
    ("received", "months", "decided"),
    [
        (date(2018, 2, 26), 2, date(2018, 4, 27)),
        (date(2025, 12, 31), 2, date(2026, 3, 1)),
        (date(2023, 12, 31), 2, date(2024, 3, 1)),
        (date(2026, 1, 30), 1, date(2026, 3, 1)),
        (date(2024, 1, 30), 1, date(2024, 3, 1)),
        (date(2026, 1, 28), 1, date(2026, 3, 1)),
        (date(2026, 8, 31), 1, date(2026, 10, 1)),
        (date(2026, 11, 30), 3, date(2027, 3, 1)),
        (date(2026, 6, 15), 12, date(2027, 6, 16)),
    ],
)
def test_silence_becomes_a_decision_the_day_after(received, months, decided):
    assert implicit_decision_on(received, months) == decided


@given(st.dates(date(2018, 1, 1), date(2090, 1, 1)), st.integers(1, 24))
def test_silence_is_monotonous_and_never_shorter_than_its_months(received, months):
    decided = implicit_decision_on(received, months)

    assert decided <= implicit_decision_on(received + timedelta(days=1), months)
    assert (decided.year * 12 + decided.month) - (received.year * 12 + received.month) in {months, months + 1}
    assert 28 * months < (decided - received).days <= 31 * months + 1


@pytest.mark.parametrize(
    ("before", "mark"),
    [
        (timedelta(days=7, microseconds=1), None),
        (timedelta(days=7), timedelta(days=7)),
        (timedelta(days=2, microseconds=1), timedelta(days=7)),
        (timedelta(days=2), timedelta(days=2)),
        (timedelta(hours=3, microseconds=1), timedelta(days=2)),
        (timedelta(hours=3), timedelta(hours=3)),
        (MICROSECOND, timedelta(hours=3)),
        (timedelta(0), None),
        (-MICROSECOND, None),
    ],
)
def test_reminder_is_that_of_the_most_urgent_mark_reached(before, mark):
    closes_at = datetime(2026, 3, 29, 12, tzinfo=PARIS)

    assert reminder_mark(closes_at.astimezone(UTC) - before, closes_at.astimezone(UTC), MARKS) == mark


@given(INSTANTS, st.timedeltas(timedelta(0), timedelta(days=8)), st.timedeltas(timedelta(0), timedelta(days=8)))
def test_reminders_only_become_more_urgent(closes_at, before, later):
    first, second = sorted((closes_at - before, closes_at - later))
    marks = [reminder_mark(instant, closes_at, MARKS) for instant in (first, second)]

    if None not in marks:
        assert marks[1] <= marks[0]


@pytest.mark.parametrize(
    ("phase", "session", "call"),
    [
        (Phase.PREPARATION, "En préparation", "En préparation"),
        (Phase.COMING, "À venir", "À venir"),
        (Phase.OPEN, "Ouverte", "Ouvert"),
        (Phase.CLOSED, "Close", "Clos"),
        (Phase.CANCELLED, "Annulée", "Annulé"),
    ],
)
def test_phase_agrees_with_what_it_is_said_of(phase, session, call):
    assert (phase.label, phase.said_of(CallKind.PROJECTS), phase.said_of(CallKind.LABEL)) == (session, call, session)
