"""What a reader looks for in the history of a dossier, and a text that a person takes up again."""

from collections.abc import Sequence

from django import forms

from accounts.models import User
from calls.definition import FormDefinition


class HistoryFilterForm(forms.Form):
    """A section, a person, both or none; what names neither is as good as nothing."""

    section = forms.ChoiceField(label="Section", required=False)
    par = forms.ChoiceField(label="Personne", required=False)

    def __init__(self, *args: object, definition: FormDefinition, people: Sequence[User], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.definition = definition
        self.fields["section"].choices = [("", "Toutes les sections"), *((one.key, one.title) for one in definition.sections)]  # type: ignore[attr-defined]
        self.fields["par"].choices = [("", "Toutes les personnes"), *((str(one.pk), str(one)) for one in people)]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def keys(self) -> list[str] | None:
        """The questions of the section, or None for all."""
        section = self.definition.section(self.cleaned_data.get("section", ""))
        return [question.key for question in section.questions] if section else None

    @property
    def person(self) -> int | None:
        return int(self.cleaned_data.get("par") or 0) or None


class VersionForm(forms.Form):
    """Which text is taken up again, and over which version of the answer it is to be written."""

    text = forms.IntegerField(min_value=1)
    version = forms.IntegerField(min_value=0)
