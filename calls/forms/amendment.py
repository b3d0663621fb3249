"""What staff write of an amendment: its explanation, a text corrected, a rule relaxed."""

from typing import Any, cast

from django import forms
from django.db import models
from django.db.models import Model

from calls.amendable import NEEDED, RULES, TEXTS, can_relax, rules_of, tightens
from calls.forms.fields import LineField, NumberField, ProseField
from calls.forms.form import QuestionForm
from calls.kinds import PARTS
from calls.models import Choice, Question
from calls.models.form import LARGEST_FILE_MB, MAX_WORDS, MOST_FILES

CHOICE = "choix-"


class ExplanationForm(forms.Form):
    """What changes and why."""

    explanation = ProseField(
        label="Ce qui change, et pourquoi",
        required=False,
        max_length=3000,
        help_text="Chaque candidat lira ces mots, dans un courriel et sur la page de son dossier ; ils figurent sur la page de l’appel.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class AmendForm(forms.Form):
    """The texts of one row, and, for a question, the rules that can be relaxed; each starts from what stands or is already amended."""

    def __init__(self, *args: Any, target: Model, pending: dict[tuple[type[Model], int, str], Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target, self.pending = target, pending
        for name in TEXTS[type(target)]:
            self._add(name, target, name)
        if isinstance(target, Question):
            for choice in target.choices.all():
                self._add(f"{CHOICE}{choice.pk}", choice, "label")
            for name in rules_of(target):
                if name in {"required", *PARTS[target.kind]} and can_relax(name, getattr(target, name)):
                    self._add(name, target, name)

    def _add(self, name: str, row: Model, column: str) -> None:
        field = cast("models.Field[Any, Any]", row._meta.get_field(column))  # noqa: SLF001 - Django's own way in
        label = f"Choix « {row} »" if isinstance(row, Choice) else str(field.verbose_name).capitalize()
        self.initial[name] = self.pending.get((type(row), row.pk, column), getattr(row, column))
        needed, limit = column in NEEDED, getattr(field, "max_length", None)
        match column:
            case "required" | "whole":
                self.fields[name] = forms.BooleanField(label=label, required=False, help_text="Décocher lève la règle.")
            case "max_words":
                self.fields[name] = forms.IntegerField(
                    label=label, required=False, min_value=1, max_value=MAX_WORDS, help_text="Plus grand, ou vide : sans limite."
                )
            case "most_files" | "largest_mb":
                largest = MOST_FILES if column == "most_files" else LARGEST_FILE_MB
                self.fields[name] = forms.IntegerField(
                    label=label, min_value=1, max_value=largest, help_text=f"Plus grand, {largest} au plus."
                )
            case "minimum":
                self.fields[name] = NumberField(label=label, required=False, help_text="Plus petit, ou vide : sans minimum.")
            case "maximum":
                self.fields[name] = NumberField(label=label, required=False, help_text="Plus grand, ou vide : sans maximum.")
            case _ if limit:
                self.fields[name] = LineField(label=label, required=needed, max_length=limit)
            case _:
                self.fields[name] = ProseField(label=label, required=needed)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in RULES:
            if name in cleaned and (problem := tightens(name, getattr(self.target, name), cleaned[name])):
                self.add_error(name, problem)
        return cleaned

    def values(self) -> list[tuple[Model, dict[str, Any]]]:
        """Each row with its new values, once the form is valid."""
        own = {name: value for name, value in self.cleaned_data.items() if not name.startswith(CHOICE)}
        choices = {choice.pk: choice for choice in self.target.choices.all()} if isinstance(self.target, Question) else {}
        others = [(choice, {"label": self.cleaned_data[f"{CHOICE}{pk}"]}) for pk, choice in choices.items()]
        return [(self.target, own), *others]


class AddedQuestionForm(QuestionForm):
    """A question that an amendment adds: always optional."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["required"]
