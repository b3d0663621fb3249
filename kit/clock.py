"""The one clock of the platform; tests and demonstration data set it, nothing else asks the machine for the time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_source: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 - a module variable that `standing_at` replaces


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _source()


@contextmanager
def standing_at(instant: datetime) -> Iterator[None]:
    """Stop the clock of this whole process at an aware `instant`."""
    if instant.tzinfo is None:
        raise ValueError("The clock needs an aware instant.")
    global _source  # noqa: PLW0603 - threads of a live test server must see the same clock
    previous, _source = _source, lambda: instant.astimezone(UTC)
    try:
        yield
    finally:
        _source = previous
