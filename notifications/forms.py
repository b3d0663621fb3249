"""What a person chooses to get by mail."""

from typing import Any, cast

from django import forms
from dsfr.forms import DsfrBaseForm

from notifications.enums import Pace, Topic


class PreferencesForm(DsfrBaseForm):  # type: ignore[misc] # django-dsfr is untyped
    """One choice for each topic that may be refused."""

    def __init__(self, *args: Any, paces: dict[Topic, Pace], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for topic, pace in paces.items():
            self.fields[topic.value] = forms.ChoiceField(
                label=topic.label,
                help_text=topic.explanation,
                choices=Pace.choices,
                initial=pace,
                widget=forms.RadioSelect,
                error_messages={"required": f"Choisissez pour « {topic.label} ».", "invalid_choice": "Choisissez une des trois réponses."},
            )

    def chosen(self) -> dict[Topic, Pace]:
        return {Topic(name): Pace(value) for name, value in cast("dict[str, str]", self.cleaned_data).items()}
