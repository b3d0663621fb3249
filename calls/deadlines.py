"""Deadline arithmetic: pure functions of instants, all aware."""

import calendar
from datetime import date, datetime, timedelta

from calls.enums import Phase, RoundState


def phase_at(instant: datetime, *, state: str, opens_at: datetime, closes_at: datetime | None) -> Phase:
    """Where a round stands: open from `opens_at` to `closes_at`, both included; no closing means open for good."""
    if state == RoundState.CANCELLED:
        return Phase.CANCELLED
    if state == RoundState.DRAFT:
        return Phase.PREPARATION
    if instant < opens_at:
        return Phase.COMING
    return Phase.OPEN if in_time(instant, closes_at) else Phase.CLOSED


def in_time(arrived_at: datetime, closes_at: datetime | None) -> bool:
    """A request is in time when it arrived at or before the closing."""
    return closes_at is None or arrived_at <= closes_at


def closing_that_applies(round_closes_at: datetime | None, extended_until: datetime | None) -> datetime | None:
    """The round's closing, or the later one granted to a single dossier after an incident."""
    if round_closes_at is None or extended_until is None:
        return round_closes_at
    return max(round_closes_at, extended_until)


def implicit_decision_on(received_on: date, months: int) -> date:
    """The day, at 0 h, when silence becomes a decision: `months` after reception, day for day (clamped to the month's end), then the next day.

    A dossier received on 26 February is implicitly decided on 27 April; one received on 31 December, on 1 March (28 February, then the next day).
    """
    return months_later(received_on, months) + timedelta(days=1)


def months_later(day: date, months: int) -> date:
    """The same day of the month, `months` later, or the last of a shorter month."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, calendar.monthrange(year, month0 + 1)[1]))


def erasure_on(changed_on: date, months: int, told_on: date, notice: timedelta) -> date:
    """The day on which an idle draft goes: `months` after its last change, and never before the notice has run."""
    return max(months_later(changed_on, months), told_on + notice)


def reminder_mark(instant: datetime, closes_at: datetime, marks: tuple[timedelta, ...]) -> timedelta | None:
    """The most urgent of `marks` (lengths before the closing) that `instant` has reached; none before the first, none from the closing on."""
    if instant >= closes_at:
        return None
    return min((mark for mark in marks if instant >= closes_at - mark), default=None)
