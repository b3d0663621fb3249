"""The second factor of staff: no page of the platform before it, because what staff may read follows them on every page."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.mfa.internal.constants import LoginStageKey
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import ResolverMatch, reverse
from django.utils.http import urlencode

from accounts.models import User

# The pages by which one signs in, signs out and sets the second factor up: allauth's, which have no namespace, and this app's.
OWN_ROUTES = ("account_", "mfa_", "usersessions_")
STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SecondFactorMiddleware:
    """Sends staff whose session holds no second factor to the page that asks for it, or that sets it up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        user = request.user
        if not (settings.REQUIRE_SECOND_FACTOR and isinstance(user, User) and user.is_staff):
            return None
        if _is_own_page(request.resolver_match) or session_has_second_factor(request, user):
            return None
        return _ask_second_factor(request, user)


def session_has_second_factor(request: HttpRequest, user: User) -> bool:
    """Whether this very session was opened, or confirmed, with a second factor."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, user))


def record_new_factor(*, request: HttpRequest, user: User, authenticator: Authenticator, **_signal: Any) -> None:
    """Setting a factor up proves that one holds it: the session counts as confirmed (receiver of allauth's `authenticator_added`)."""
    if authenticator.type in STRONG:
        record_authentication(request, user, method="mfa", id=authenticator.pk, type=authenticator.type)


def enter_through_proconnect(request: HttpRequest, user: User, page: str, *, trusted_factor: bool) -> HttpResponse:
    """Sign `user` in, then on to `page`; a second factor that ProConnect vouches for (`trusted_factor`) stands for ours."""
    record_authentication(request, user, method="proconnect")
    state: dict[str, Any] = {}
    if trusted_factor:
        record_authentication(request, user, method="mfa", type="proconnect")
        state = {"stages": {LoginStageKey.MFA_AUTHENTICATE.value: {"handled": True}}}
    login = Login(user=user, email_verification=EmailVerificationMethod.NONE, redirect_url=page or None, state=state)
    answer: HttpResponse = perform_login(request, login)
    return answer


def _is_own_page(match: ResolverMatch | None) -> bool:
    return match is not None and (
        match.namespaces == ["accounts"] or (not match.namespaces and (match.url_name or "").startswith(OWN_ROUTES))
    )


def _ask_second_factor(request: HttpRequest, user: User) -> HttpResponse:
    if not Authenticator.objects.filter(user=user, type__in=STRONG).exists():
        messages.warning(request, "Votre compte d’agent demande un second facteur. Activez-en un pour continuer.")
        return HttpResponseRedirect(reverse("mfa_index"))
    ways = get_adapter(request).get_reauthentication_methods(user)
    page = next(way["url"] for way in ways if way["id"].startswith("mfa_"))
    back = request.get_full_path() if request.method == "GET" else reverse(settings.LOGIN_REDIRECT_URL)
    return HttpResponseRedirect(f"{page}?{urlencode({'next': back})}")
