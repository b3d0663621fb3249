"""The clock."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from kit import clock

NOON = datetime(2018, 2, 26, 12, tzinfo=timezone(timedelta(hours=1)))


def test_now_is_aware_and_passes():
    before = datetime.now(UTC)

    assert before <= clock.now() <= datetime.now(UTC)


def test_standing_clock_says_its_instant_in_utc():
    with clock.standing_at(NOON):
        assert clock.now() == NOON
        assert clock.now().tzinfo == UTC


def fail_while_standing():
    with clock.standing_at(NOON):
        with clock.standing_at(NOON + timedelta(days=1)):
            assert clock.now() == NOON + timedelta(days=1)
        assert clock.now() == NOON
        raise KeyError


def test_clocks_nest_and_start_again_after_an_error():
    with pytest.raises(KeyError):
        fail_while_standing()

    assert clock.now() > datetime(2025, 1, 1, tzinfo=UTC)


def test_naive_instant_is_refused():
    with pytest.raises(ValueError, match="aware"), clock.standing_at(datetime(2018, 2, 26, 12)):  # noqa: DTZ001 - the point
        pass
