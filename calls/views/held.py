"""What a page of a section sent after its session had expired: held until the same person signs in again, and shown to nobody else.

With JavaScript the page itself keeps the text and goes on (static/js/autosave.js); this is for the form that leaves as a whole.
"""

from collections.abc import Callable
from functools import wraps
from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict

from accounts.models import SignedInRequest, User

HELD = "saisie-en-attente"
LONGEST = 500_000
"""Characters: a section full of long answers is a tenth of that."""

View = Callable[[SignedInRequest, UUID, str], HttpResponse]
Door = Callable[[HttpRequest, UUID, str], HttpResponse]


def holding_what_was_sent(view: View) -> Door:
    """Leads to the sign-in page whoever is signed out, as any page does, and holds what they sent."""

    @login_not_required
    @wraps(view)
    def door(request: HttpRequest, uuid: UUID, key: str) -> HttpResponse:
        if isinstance(request.user, User):
            return view(cast("SignedInRequest", request), uuid, key)
        if request.method == "POST" and request.POST.get("person"):
            sent = request.POST.urlencode()
            if len(sent) <= LONGEST:
                request.session[HELD] = {"path": request.path, "person": request.POST["person"], "sent": sent}
        return redirect_to_login(request.path)

    return door


def take_held(request: SignedInRequest) -> QueryDict | None:
    """What this person sent to this page and is held; it is held no more, nor is what another person sent before."""
    held = request.session.get(HELD)
    if held is None or (held["path"] != request.path and held["person"] == request.user.browser_key):
        return None
    del request.session[HELD]
    return QueryDict(held["sent"]) if held["person"] == request.user.browser_key else None
