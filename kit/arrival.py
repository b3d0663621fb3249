"""When a request arrived: stamped before anything else, because a deposit is in time by its arrival.

A request that the platform could not answer (its database was away) is given a sealed word of its arrival; sent again as it was, with that
word, it counts as having arrived then.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from kit import clock

ATTRIBUTE = "_arrived_at"
STAMP_HEADER = "X-Arrival-Stamp"
STAMP_FIELD = "arrival_stamp"
STAMP_LIFE = timedelta(minutes=15)
"""How long a request may be sent again as the one that was not answered."""
CSRF_FIELD = "csrfmiddlewaretoken"
_SALT = "kit.arrival"


class ArrivalMiddleware:
    """First of all middleware. Behind a trusted proxy, `ARRIVAL_HEADER` names the header that it sets (`t=<seconds>.<ms>`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        setattr(request, ATTRIBUTE, _proxy_stamp(request) or clock.now())
        return self.get_response(request)


def arrived_at(request: HttpRequest) -> datetime:
    """The instant at which `request` reached the platform: the first time, where it comes again with the sealed word of that."""
    instant: datetime = getattr(request, ATTRIBUTE)
    word = request.headers.get(STAMP_HEADER) or (request.POST.get(STAMP_FIELD) if request.method == "POST" else None)
    first = _stamped(request, word) if word else None
    return first if first is not None and instant - STAMP_LIFE <= first <= instant else instant


def stamp_of(request: HttpRequest) -> str:
    """The sealed word of when `request` arrived, good for the same request alone: its address, its session, what it sends."""
    return signing.dumps({"at": arrived_at(request).isoformat(), "of": _digest(request)}, salt=_SALT)


def _stamped(request: HttpRequest, word: str) -> datetime | None:
    try:
        said = signing.loads(word, salt=_SALT)
    except signing.BadSignature:
        return None
    return datetime.fromisoformat(said["at"]) if said["of"] == _digest(request) else None


def _digest(request: HttpRequest) -> str:
    sent = sorted((name, request.POST.getlist(name)) for name in request.POST if name not in {STAMP_FIELD, CSRF_FIELD})
    words = [request.path, request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""), sent]
    return hashlib.sha256(json.dumps(words, ensure_ascii=True).encode()).hexdigest()


def _proxy_stamp(request: HttpRequest) -> datetime | None:
    if not settings.ARRIVAL_HEADER:
        return None
    text = request.headers.get(settings.ARRIVAL_HEADER, "").removeprefix("t=")
    try:
        stamp = datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return min(stamp, clock.now())
