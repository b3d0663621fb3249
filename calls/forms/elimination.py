"""What staff write of an elimination: the request, the service of archives, the visa, the reasons, the confirmation."""

from datetime import date
from typing import Any

from django import forms

from calls.forms.fields import LineField, ProseField
from kit import clock, french


class RequestForm(forms.Form):
    """A dossier to eliminate because a person asked for it."""

    number = LineField(
        label="Numéro du dossier", max_length=20, help_text="Par exemple PIO18-0042. Un brouillon se supprime, il ne s’élimine pas."
    )
    reference = LineField(
        label="Référence de la demande d’effacement",
        max_length=100,
        help_text="Celle du courrier ou du registre des demandes. Sans nom de personne : elle figure au bordereau.",
    )


class SubmitForm(forms.Form):
    """To whom the list is sent."""

    archives_service = LineField(
        label="Service d’archives destinataire",
        max_length=200,
        help_text="Par exemple « Mission des archives nationales auprès des ministères ».",
    )


class VisaForm(forms.Form):
    """What the archives answered."""

    reference = LineField(label="Référence du visa", max_length=100)
    on = forms.DateField(
        label="Date du visa",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Ce jour n’existe pas : choisissez-le dans le calendrier ou écrivez-le sous la forme 26/02/2018."},
    )
    given_by = LineField(label="Donné par", max_length=200, help_text="Nom et qualité de la personne qui a signé le visa.")

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > french.day_of(clock.now()):
            raise forms.ValidationError("Cette date est dans l’avenir.")
        return on


class WhyForm(forms.Form):
    """A reason."""

    reason = ProseField(label="Motif", max_length=1000)


class CarryOutForm(forms.Form):
    """The number of the list, typed to confirm."""

    confirmation = LineField(label="Numéro du bordereau", max_length=20)

    def __init__(self, *args: Any, number: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirmation"].help_text = f"Pour confirmer, tapez {number}."
