"""The names asked at sign-up; allauth mixes these fields into its own form, so this module imports nothing of allauth's forms."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.models import User

# Control characters, and marks that reverse or hide text: a name that holds one would lie on every page that shows it.
HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


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
        text = super().to_python(value) or ""
        if HIDDEN.search(text):
            raise ValidationError("Ce texte contient des caractères invisibles. Saisissez-le au clavier, sans le copier.")
        return " ".join(text.split())


class SignUpFields(forms.Form):
    """What the platform asks beside the e-mail and the password."""

    first_name = NameField(label="Prénom", autocomplete="given-name")
    last_name = NameField(label="Nom", autocomplete="family-name")
    field_order = ("first_name", "last_name", "email", "password1")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Asked for by allauth; the names are already saved by its adapter."""
