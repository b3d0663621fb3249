"""A circuit breaker: after a failure, leave the other side alone for a while instead of paying its timeout each time."""

from datetime import datetime, timedelta

from kit import clock


class Breaker:
    """Closed at first; `trip()` opens it for `rest`, `reset()` closes it. One per process and per service."""

    def __init__(self, rest: timedelta) -> None:
        self.rest = rest
        self._open_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self._open_until is not None and clock.now() < self._open_until

    def trip(self) -> None:
        self._open_until = clock.now() + self.rest

    def reset(self) -> None:
        self._open_until = None
