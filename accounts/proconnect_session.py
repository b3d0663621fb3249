"""What a visitor's session remembers of ProConnect: departures whose return is awaited, and how to sign out there."""

import secrets
import time
from dataclasses import asdict
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts import proconnect
from accounts.limits import View
from accounts.proconnect import STALE, Departure, ProConnectRefusal

DEPARTURES = "proconnect_departures"
ID_TOKEN = "proconnect_id_token"  # noqa: S105 - the name of a key
LEAVING = "proconnect_leaving"
AWAITED_SECONDS = 20 * 60
MOST_DEPARTURES = 5
"""One for each tab in which a person began; an older one is forgotten."""


def own_address(name: str) -> str:
    """An address of ours as ProConnect knows it, whatever the request's headers say."""
    return f"{settings.SITE_URL}{reverse(name)}"


def remember_departure(request: HttpRequest, departure: Departure, page: str) -> None:
    """Await the return of `departure`, which leads to `page`."""
    awaited = [*_awaited(request).items(), (departure.state, {**asdict(departure), "page": page, "at": time.time()})]
    request.session[DEPARTURES] = dict(awaited[-MOST_DEPARTURES:])


def take_departure(request: HttpRequest, state: str) -> tuple[Departure, str]:
    """The departure that `state` answers, and the page first wanted; it serves once. Refuses a state that this session did not send."""
    awaited = _awaited(request)
    found = awaited.pop(state, None)
    request.session[DEPARTURES] = awaited
    if found is None:
        raise ProConnectRefusal(STALE)
    return Departure(state=found["state"], nonce=found["nonce"], verifier=found["verifier"]), found["page"]


def leaving_proconnect_too(page: View) -> View:
    """The page that signs out: whoever came through ProConnect signs out there too, once they are signed out here."""

    @wraps(page)
    def left(request: HttpRequest) -> HttpResponseBase:
        id_token = request.session.get(ID_TOKEN) if request.method == "POST" else None
        answer = page(request)
        if id_token is None or request.user.is_authenticated or not proconnect.is_configured():
            return answer
        request.session[LEAVING] = {"id_token": id_token, "state": secrets.token_urlsafe(32)}
        request.session.pop(ID_TOKEN, None)
        return redirect("accounts:proconnect_leave")

    return left


def _awaited(request: HttpRequest) -> dict[str, dict[str, str]]:
    kept = request.session.get(DEPARTURES, {})
    return {state: said for state, said in kept.items() if time.time() - float(said["at"]) < AWAITED_SECONDS}
