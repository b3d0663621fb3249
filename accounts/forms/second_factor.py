"""allauth's forms about the second factor, in our words, and proof against credentials that no browser sends."""

from typing import Any, ClassVar

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms

from accounts.forms.plain_words import PlainWords, Words

ANY_CODE = Words(
    "Code de vérification",
    "Les six chiffres que montre votre application, ou l’un de vos codes de secours.",
    "Indiquez un code.",
)
KEY_NAME = Words("Nom de la clé", "Pour la reconnaître parmi d’autres : « clé du bureau », « téléphone »…")

# What the parsers of WebAuthn let through beside the TypeError that allauth expects.
MALFORMED = (AttributeError, KeyError, TypeError, ValueError)


class EnterFactorForm(PlainWords, base_forms.AuthenticateForm):  # type: ignore[misc] # allauth is untyped
    """The second step of signing in."""

    words: ClassVar = {"code": ANY_CODE}


class ConfirmFactorForm(PlainWords, base_forms.ReauthenticateForm):  # type: ignore[misc] # allauth is untyped
    """Confirm who one is before a sensitive change."""

    words: ClassVar = {"code": ANY_CODE}


class ActivateTotpForm(PlainWords, totp_forms.ActivateTOTPForm):  # type: ignore[misc] # allauth is untyped
    """Prove that the application shows the right codes."""

    words: ClassVar = {"code": Words("Code de vérification", "Les six chiffres que montre votre application.", "Indiquez le code.")}


class AddKeyForm(PlainWords, webauthn_forms.AddWebAuthnForm):  # type: ignore[misc] # allauth is untyped
    """Register a security key or a passkey."""

    words: ClassVar = {
        "name": KEY_NAME,
        "passwordless": Words(
            "Me connecter avec cette clé seule, sans mot de passe",
            "La clé demandera votre empreinte, votre visage ou un code.",
        ),
    }

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except MALFORMED:
            raise get_adapter().validation_error("incorrect_code") from None
        return cleaned


class RenameKeyForm(PlainWords, webauthn_forms.EditWebAuthnForm):  # type: ignore[misc] # allauth is untyped
    """Give a key another name."""

    words: ClassVar = {"name": KEY_NAME}


class EnterKeyForm(webauthn_forms.AuthenticateWebAuthnForm):  # type: ignore[misc] # allauth is untyped
    """The second step of signing in, with a key."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except MALFORMED:
            raise get_adapter().validation_error("incorrect_code") from None


class ConfirmKeyForm(EnterKeyForm, webauthn_forms.ReauthenticateWebAuthnForm):  # type: ignore[misc] # allauth is untyped
    """Confirm who one is with a key."""


class PasskeyForm(EnterKeyForm, webauthn_forms.LoginWebAuthnForm):  # type: ignore[misc] # allauth is untyped
    """Sign in with a key alone."""
