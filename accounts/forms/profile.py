"""What one says about oneself, and the confirmation asked before leaving."""

from typing import Any

from django import forms

from accounts.enums import TimeZone
from accounts.forms.sign_up import NameField
from accounts.models import User


class ProfileForm(forms.ModelForm[User]):
    """One's names and time zone."""

    first_name = NameField(label="Prénom", autocomplete="given-name")
    last_name = NameField(label="Nom", autocomplete="family-name")
    time_zone = forms.ChoiceField(
        label="Fuseau horaire",
        choices=TimeZone.choices,
        help_text="Les échéances sont données à l’heure de Paris et, si elle diffère, à la vôtre.",
        error_messages={"invalid_choice": "Choisissez un fuseau horaire dans la liste."},
    )

    class Meta:
        model = User
        fields = ("first_name", "last_name", "time_zone")


class DeleteAccountForm(forms.Form):
    """One types one's own address, so that a stray click deletes nothing."""

    email = forms.CharField(
        label="Votre adresse électronique",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Saisissez votre adresse pour confirmer."},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["email"].help_text = f"Saisissez {user.email} pour confirmer."

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email.strip().lower() != self.user.email.lower():
            raise forms.ValidationError("Cette adresse n’est pas celle de votre compte.")
        return email
