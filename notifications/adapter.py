"""Where sign-in meets the outbox: every mail of allauth is a message owed, like any other, and leaves after the transaction.

It lives here and not in `accounts` because `accounts` stands below `notifications`; allauth finds it by its name in the settings.
"""

import uuid
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.limits import account_from_address, may_ask_for_mail
from accounts.models import User
from notifications.actions import Rendering, owe_message
from notifications.enums import SIGN_IN
from notifications.rendering import DEMONSTRATION_MARK, one_line

# A message of this kind says what changed on an account: its owner finds it again in the inbox.
ACCOUNT = "account"
# These hold a code or a link that opens an account, or answer someone who may not be its owner: nothing of them stays in the inbox.
SECRET_TEMPLATES = frozenset(
    {
        "account/email/account_already_exists",
        "account/email/email_confirmation",
        "account/email/email_confirmation_signup",
        "account/email/login_code",
        "account/email/password_reset_key",
        "account/email/unknown_account",
    }
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth is untyped
    """allauth's account adapter: mails through the outbox, limits per (account, address), French sentences."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "Ce compte est désactivé.",
        "email_password_mismatch": "L’adresse ou le mot de passe n’est pas le bon.",
        "incorrect_code": "Ce code n’est pas le bon.",
        "incorrect_password": "Ce mot de passe n’est pas le bon.",
        "rate_limited": "Trop de demandes en peu de temps. Patientez une minute avant de recommencer.",
        "same_as_current": "La nouvelle valeur doit différer de l’actuelle.",
        "too_many_login_attempts": (
            "Trop d’essais en peu de temps pour ce compte. Patientez quelques minutes, ou demandez un code par courriel."
        ),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Owe the mail; allauth would send it within the request."""
        words = {"email": email, "site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, **context}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", words).split())
        text = render_to_string(f"{template_prefix}_message.txt", words).strip() + "\n"
        secret = template_prefix in SECRET_TEMPLATES
        owe_message(
            f"{template_prefix}:{uuid.uuid4().hex}",
            Rendering(
                kind=SIGN_IN if secret else ACCOUNT,
                subject=one_line((DEMONSTRATION_MARK if settings.DEMONSTRATION else "") + subject),
                text=text,
                html="",
                digest_line=subject,
                url="" if secret else reverse("accounts:profile"),
                carries_secret=secret,
            ),
            recipient=None if secret else User.objects.filter(email__iexact=email).first(),
            email=email,
        )

    def should_send_confirmation_mail(self, request: HttpRequest, email_address: EmailAddress, signup: bool) -> bool:  # noqa: FBT001 - allauth's signature
        """Whoever signs in without having proved their address is sent a code; the form of a sign-up has already counted its own."""
        if not signup and not may_ask_for_mail(request, email_address.email):
            raise ImmediateHttpResponse(respond_429(request))
        return True

    def clean_email(self, email: str) -> str:
        """Refuse what the column cannot hold; allauth would cut the end off and write to someone else."""
        longest = User._meta.get_field("email").max_length  # noqa: SLF001 - Django's documented door to a model's fields
        if longest is not None and len(email) > longest:
            raise ValidationError(f"Cette adresse est trop longue : {longest} caractères au plus.")
        return email

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link names the site's own address, whatever the request's headers say."""
        page: str = urlsplit(super().get_reset_password_from_key_url(key)).path
        return f"{settings.SITE_URL}{page}"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failed passwords per account *and* address: a rival elsewhere slows nobody but themselves (decision 0020)."""
        return account_from_address(request, credentials.get("email", ""))
