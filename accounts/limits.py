"""Who is slowed down: one account as seen from one address, never an account everywhere, never an address as a whole."""

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from allauth.core.internal.ratelimit import truncate_ip
from django.http import HttpRequest


def account_from_address(request: HttpRequest, email: str) -> str:
    """The key that a limit counts under: this account, tried from this address (a /64 in IPv6)."""
    address: str = truncate_ip(get_adapter(request).get_client_ip(request))
    return f"{email.strip().lower()}|{address}"


def may_ask_for_mail(request: HttpRequest, email: str) -> bool:
    """Whether `request` may still have a mail sent to `email`; counts this asking."""
    allowed: bool = ratelimit.consume(request, action="mail_asked", key=account_from_address(request, email))
    return allowed
