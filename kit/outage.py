"""The page that answers while the database is away: it says so, keeps what was sent, and when it arrived."""

import sys

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.template.loader import render_to_string
from django.views.defaults import server_error as unexpected_error

from kit import french
from kit.arrival import CSRF_FIELD, STAMP_FIELD, STAMP_HEADER, arrived_at, stamp_of

RETRY_AFTER = 5
"""Seconds; what a restart of PostgreSQL takes."""
SECRETS = ("password", "code", "token", "credential")


def server_error(request: HttpRequest) -> HttpResponse:
    """What an exception that nothing caught answers: 503 when the database is away, else the error page."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return unexpected_error(request)


def unavailable(request: HttpRequest) -> HttpResponse:
    """A POST comes back with all that it sent, ready to be sent again as the request that it was; never with a secret."""
    headers = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
    context: dict[str, object] = {"address": request.get_full_path(), "sent": [], "files": False, "arrived_at": ""}
    if _can_be_sent_again(request):
        stamp = stamp_of(request)
        headers[STAMP_HEADER] = stamp
        sent = [(name, text) for name, texts in request.POST.lists() for text in texts if name != STAMP_FIELD]
        context |= {
            "sent": [*sent, (STAMP_FIELD, stamp)],
            "files": bool(request.FILES),
            "arrived_at": french.instant(arrived_at(request), seconds=True),
        }
    return HttpResponse(render_to_string("503.html", context), status=503, headers=headers)


def _can_be_sent_again(request: HttpRequest) -> bool:
    """A POST that could be read, and that holds no secret to write in a page."""
    if request.method != "POST":
        return False
    try:
        names = [name.lower() for name in request.POST if name != CSRF_FIELD]
    except (SuspiciousOperation, UnreadablePostError):  # it was never whole, or too long
        return False
    return not any(secret in name for name in names for secret in SECRETS)
