"""Whom one invites to a dossier, and the yes of a person whose account is not the invited address."""

from django import forms
from django.core.validators import EmailValidator

from calls.enums import GuestAccess
from calls.forms.fields import LineField


class GuestForm(forms.Form):
    """An address, and what the person may do."""

    email = LineField(
        label="Adresse électronique",
        max_length=254,
        help_text="Exemple : prenom.nom@exemple.fr. La personne reçoit un lien valable 14 jours.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        validators=[EmailValidator("Cette adresse n’est pas complète. Exemple : prenom.nom@exemple.fr.")],
        error_messages={"required": "Saisissez l’adresse de la personne à inviter."},
    )
    access = forms.ChoiceField(
        label="Ce qu’elle pourra faire",
        choices=GuestAccess.choices,
        widget=forms.RadioSelect,
        initial=GuestAccess.EDIT,
        error_messages={
            "required": "Choisissez ce que la personne pourra faire.",
            "invalid_choice": "Choisissez ce que la personne pourra faire.",
        },
    )


class GuestAcceptanceForm(forms.Form):
    """The yes of a person whose account is not the invited address."""

    agreed = forms.BooleanField(
        label="J’accepte avec ce compte-ci",
        error_messages={"required": "Cochez cette case pour accepter avec ce compte, ou connectez-vous avec l’autre adresse."},
    )
