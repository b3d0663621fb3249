"""The names asked at sign-up; allauth mixes these fields into its own form, so this module imports nothing of allauth's forms."""

from django import forms
from django.http import HttpRequest

from accounts.models import User
from kit.plain_text import clean_line


class NameField(forms.CharField):
    """A first or a last name: one line of 100 visible characters at most."""

    def __init__(self, *, label: str, autocomplete: str) -> None:
        super().__init__(
            label=label,
            max_length=100,
            widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
            error_messages={"required": f"Indiquez votre {label.lower()}."},
        )

    def to_python(self, value: object) -> str:
        """Signs that reverse or hide text are removed: a name that held one would lie on every page that shows it."""
        return clean_line(super().to_python(value) or "", said=self.max_length)


class SignUpFields(forms.Form):
    """What the platform asks beside the e-mail and the password."""

    first_name = NameField(label="Prénom", autocomplete="given-name")
    last_name = NameField(label="Nom", autocomplete="family-name")
    field_order = ("first_name", "last_name", "email", "password1")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Asked for by allauth; the names are already saved by its adapter."""
