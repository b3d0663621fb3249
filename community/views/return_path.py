"""Where a person was going before they had to enter their organisation: `?suite=` remembered until it is entered or claimed."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

KEY = "community:suite"


def remember(request: HttpRequest) -> None:
    """Keep the address asked for, if it is one of this site; a visit without one forgets it."""
    wanted = request.GET.get("suite", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        request.session[KEY] = wanted
    else:
        request.session.pop(KEY, None)


def take(request: HttpRequest) -> str:
    """The address kept, once."""
    return str(request.session.pop(KEY, ""))
