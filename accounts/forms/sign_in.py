"""allauth's forms about the address, the password and the mailed code: in our words, and limited per (account, address)."""

from typing import Any, ClassVar

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseBase

from accounts import proconnect
from accounts.forms.plain_words import PlainWords, Words
from accounts.limits import may_ask_for_mail
from accounts.models import User

EMAIL = Words("Adresse électronique", "Format attendu : nom@domaine.fr", "Indiquez votre adresse électronique.")
PASSWORD = Words("Mot de passe", "", "Indiquez votre mot de passe.")
NEW_PASSWORD = Words(
    "Nouveau mot de passe",
    "12 caractères au moins. Évitez votre nom et les mots de passe courants ; une phrase convient très bien.",
    "Choisissez un mot de passe.",
)
CODE = Words(
    "Code reçu par courriel",
    "Huit lettres. Les tirets, les espaces et les majuscules ne comptent pas.",
    "Indiquez le code que vous avez reçu.",
)


def refuse_too_many_mails(email: str) -> None:
    if not may_ask_for_mail(context.request, email):
        raise get_adapter().validation_error("rate_limited")


class SignInForm(PlainWords, allauth_forms.LoginForm):  # type: ignore[misc] # allauth is untyped
    """Sign in with an e-mail and a password."""

    words: ClassVar = {
        "login": EMAIL,
        "password": PASSWORD,
        "remember": Words("Se souvenir de moi sur cet appareil", "À éviter sur un poste partagé."),
    }

    @property
    def demonstration_accounts(self) -> list[dict[str, str]]:
        """The accounts that the demonstration's sign-in page offers; none elsewhere."""
        accounts: list[dict[str, str]] = settings.DEMONSTRATION_ACCOUNTS if settings.DEMONSTRATION else []
        return accounts

    @property
    def offers_proconnect(self) -> bool:
        return proconnect.is_configured()


class SignUpForm(PlainWords, allauth_forms.SignupForm):  # type: ignore[misc] # allauth is untyped
    """Create an account; the person and the address are written together."""

    words: ClassVar = {"email": EMAIL, "password1": NEW_PASSWORD._replace(label="Mot de passe")}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.errors:
            refuse_too_many_mails(cleaned["email"])
        return cleaned

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponseBase | None]:
        try:
            with transaction.atomic():
                saved: tuple[User | None, HttpResponseBase | None] = super().try_save(request)
        except IntegrityError:  # the same address signed up in another tab between the check and the write
            self.account_already_exists = True
            saved = super().try_save(request)
        return saved


class AskCodeForm(PlainWords, allauth_forms.RequestLoginCodeForm):  # type: ignore[misc] # allauth is untyped
    """Ask for a code by mail."""

    words: ClassVar = {"email": EMAIL}

    def clean_email(self) -> str:
        email: str = super().clean_email()
        refuse_too_many_mails(email)
        return email


class AskResetForm(PlainWords, allauth_forms.ResetPasswordForm):  # type: ignore[misc] # allauth is untyped
    """Ask for a link that sets a new password."""

    words: ClassVar = {"email": EMAIL}

    def clean_email(self) -> str:
        email: str = super().clean_email()
        refuse_too_many_mails(email)
        return email


class EnterLoginCodeForm(PlainWords, allauth_forms.ConfirmLoginCodeForm):  # type: ignore[misc] # allauth is untyped
    """Sign in with the code received."""

    words: ClassVar = {"code": CODE}


class EnterVerificationCodeForm(PlainWords, allauth_forms.ConfirmEmailVerificationCodeForm):  # type: ignore[misc] # allauth is untyped
    """Prove that one reads the address with the code received."""

    words: ClassVar = {"code": CODE}


class ResetPasswordForm(PlainWords, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc] # allauth is untyped
    """Set a new password from the link received."""

    words: ClassVar = {"password1": NEW_PASSWORD}
    dropped: ClassVar = ("password2",)


class ChangePasswordForm(PlainWords, allauth_forms.ChangePasswordForm):  # type: ignore[misc] # allauth is untyped
    """Change one's password, which one can show while typing: it is not asked twice."""

    words: ClassVar = {"oldpassword": PASSWORD._replace(label="Mot de passe actuel"), "password1": NEW_PASSWORD}
    dropped: ClassVar = ("password2",)


class SetPasswordForm(PlainWords, allauth_forms.SetPasswordForm):  # type: ignore[misc] # allauth is untyped
    """Give a password to an account that has none."""

    words: ClassVar = {"password1": NEW_PASSWORD}
    dropped: ClassVar = ("password2",)


class ConfirmPasswordForm(PlainWords, allauth_forms.ReauthenticateForm):  # type: ignore[misc] # allauth is untyped
    """Confirm who one is before a sensitive change."""

    words: ClassVar = {"password": PASSWORD}


class ChangeEmailForm(PlainWords, allauth_forms.AddEmailForm):  # type: ignore[misc] # allauth is untyped
    """Ask for another address; it replaces the first once it is proved."""

    words: ClassVar = {"email": EMAIL._replace(label="Nouvelle adresse électronique")}

    def clean_email(self) -> str:
        email: str = super().clean_email()
        refuse_too_many_mails(email)
        return email
