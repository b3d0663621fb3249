"""Who is slowed down: one account as seen from one address, never an account everywhere, never an address as a whole."""

from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.core import ratelimit
from allauth.core.internal.ratelimit import consume, truncate_ip
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

View = Callable[[HttpRequest], HttpResponseBase]


def account_from_address(request: HttpRequest, email: str) -> str:
    """The key that a limit counts under: this account, tried from this address (a /64 in IPv6)."""
    address: str = truncate_ip(get_adapter(request).get_client_ip(request))
    return f"{email.strip().lower()}|{address}"


def may_ask_for_mail(request: HttpRequest, email: str) -> bool:
    """Whether `request` may still have a mail sent to `email`; counts this asking."""
    allowed: bool = ratelimit.consume(request, action="mail_asked", key=account_from_address(request, email))
    return allowed


def may_try(request: HttpRequest, action: str, what: str) -> bool:
    """Whether `request` may still try `what` (an account, a number) from its address, under the limit named `action`; counts this try."""
    allowed: bool = ratelimit.consume(request, action=action, key=account_from_address(request, what))
    return allowed


def may_depart(request: HttpRequest) -> bool:
    """Whether this visitor may still be sent to ProConnect, which a link does: counted by the visit, whose account is not known yet."""
    if not request.session.session_key:
        request.session.create()
    visit = account_from_address(request, request.session.session_key or "")
    return consume(request, app="allauth.account", action="proconnect", key=visit, limit_get=True) is not None


def counting_new_codes(page: View) -> View:
    """The page that awaits the code of an address, where another may be asked: counted alike whether or not there is an account behind."""

    @wraps(page)
    def counted(request: HttpRequest) -> HttpResponseBase:
        awaited = request.session.get(EMAIL_VERIFICATION_CODE_SESSION_KEY)
        asks_again = request.method == "POST" and request.POST.get("action") == "resend"
        if awaited and asks_again and not may_ask_for_mail(request, awaited["email"]):
            messages.error(request, get_adapter(request).error_messages["rate_limited"])
            return redirect("account_email_verification_sent")
        return page(request)

    return counted
