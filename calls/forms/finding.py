"""What staff type of a dossier: an outcome and its reason."""

from typing import Any

from django import forms

from calls.enums import Outcome
from calls.forms.fields import ProseField

LARGEST_KEY = 2**63 - 1


class FindingForm(forms.Form):
    """`deposit` and `finding` say what the reviewer had in view when the page was drawn."""

    outcome = forms.ChoiceField(
        choices=Outcome.choices, widget=forms.RadioSelect, error_messages={"required": "Choisissez « Oui » ou « Non »."}
    )
    reason = ProseField(
        label="Motif",
        required=False,
        max_length=5_000,
        help_text="Obligatoire si la réponse est non : il sera lu par vos collègues, et pourra l’être par le candidat.",
    )
    deposit = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY, widget=forms.HiddenInput)
    finding = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY, widget=forms.HiddenInput)

    mark_optional = False

    def __init__(self, *args: Any, question: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].label = question

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("outcome") == Outcome.UNFAVOURABLE and "reason" in cleaned and not cleaned["reason"]:
            self.add_error("reason", "Dites pourquoi : un constat défavorable porte son motif.")
        if cleaned.get("outcome"):
            cleaned["outcome"] = Outcome(cleaned["outcome"])
        return cleaned
