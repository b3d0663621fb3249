"""When a request arrived: stamped before anything else, because a deposit is in time by its arrival."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kit import clock

ATTRIBUTE = "_arrived_at"


class ArrivalMiddleware:
    """First of all middleware. Behind a trusted proxy, `ARRIVAL_HEADER` names the header that it sets (`t=<seconds>.<ms>`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        setattr(request, ATTRIBUTE, _proxy_stamp(request) or clock.now())
        return self.get_response(request)


def arrived_at(request: HttpRequest) -> datetime:
    """The instant at which `request` reached the platform."""
    instant: datetime = getattr(request, ATTRIBUTE)
    return instant


def _proxy_stamp(request: HttpRequest) -> datetime | None:
    if not settings.ARRIVAL_HEADER:
        return None
    text = request.headers.get(settings.ARRIVAL_HEADER, "").removeprefix("t=")
    try:
        stamp = datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return min(stamp, clock.now())
