"""Deadline arithmetic: pure functions of instants, all aware."""

from datetime import datetime

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
