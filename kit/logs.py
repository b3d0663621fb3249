"""Structured logs: one line of JSON a fact, each with the number of the request that it belongs to."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
ATTRIBUTE = "_request_id"
ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")

logger = logging.getLogger("frenchimpact.request")
_request_id: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """The number of the request under way; nothing outside a request."""
    return _request_id.get()


class RequestIdFilter(logging.Filter):
    """Adds `request_id` to each record; Django speaks of a refused request after its answer left the middleware, and names it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id() or getattr(getattr(record, "request", None), ATTRIBUTE, "")
        return True


class RequestLogMiddleware:
    """Numbers each request (the proxy's number is kept when it looks like one), gives the number back, logs one line about it.

    The line holds neither query string nor person: an address may carry a name that someone searched.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        number = given if ACCEPTED.fullmatch(given) else uuid.uuid4().hex
        setattr(request, ATTRIBUTE, number)
        token = _request_id.set(number)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response[HEADER] = number
            logger.info("request", extra=_facts(request, response, started))
        finally:
            _request_id.reset(token)
        return response


def _facts(request: HttpRequest, response: HttpResponse, started: float) -> dict[str, object]:
    match = request.resolver_match
    return {
        "method": request.method,
        "path": request.path,
        "view": match.view_name if match else "",
        "status": response.status_code,
        "milliseconds": round((time.perf_counter() - started) * 1000, 1),
    }
