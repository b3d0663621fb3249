"""A condition as staff write it, without JavaScript: rows of a question, a comparison and a value typed as people say it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from calls.conditions.checks import value_problem
from calls.conditions.model import MOST_ROWS, NO_VALUE, Condition, Row, RowValue
from calls.conditions.operators import AREA, NUMBERS, OPERATORS, operators_of
from calls.conditions.places import places_called
from calls.conditions.words import plain_value, quoted
from calls.definition import QuestionDefinition, SectionDefinition
from calls.enums import Mode, Operator, QuestionKind
from calls.forms.fields import LineField
from kit import french
from kit.days import parse_day
from kit.money import parse_decimal
from kit.search_key import search_key
from territories.enums import AreaKind

BLANK_ROWS = 2
FEWEST_ROWS = 3
LONGEST = 300
YES_NO = {"oui": True, "non": False}


class ConditionForm(forms.Form):
    """All or any of some rows; a row without a question counts for nothing. `cleaned_data["condition"]` is None when no row is filled."""

    rows = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=MOST_ROWS)
    mode = forms.ChoiceField(
        label="La condition est remplie par",
        choices=Mode.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez si toutes les lignes comptent, ou une seule."},
    )

    def __init__(
        self,
        *args: Any,
        sections: Sequence[SectionDefinition],
        areas: dict[str, str],
        condition: Condition | None = None,
        count: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sections = sections
        self.questions = {question.key: question for section in sections for question in section.questions}
        written = condition.rows if condition else ()
        self.count = min(MOST_ROWS, max(count, len(written) + BLANK_ROWS * (not self.is_bound), FEWEST_ROWS))
        self.initial.setdefault("mode", condition.mode if condition else Mode.ALL)
        self.initial["rows"] = self.count
        for index in range(self.count):
            self._add_row(index, written[index] if index < len(written) else None, areas)

    def _add_row(self, index: int, row: Row | None, areas: dict[str, str]) -> None:
        offered = [("", "—"), *((section.title, _named(section)) for section in self.sections if section.questions)]
        name = f"ligne {index + 1}"
        self.fields[f"question_{index}"] = forms.ChoiceField(label=f"Question, {name}", choices=offered, required=False)
        self.fields[f"operator_{index}"] = forms.ChoiceField(label=f"Comparaison, {name}", choices=Operator.choices, required=False)
        value = LineField(label=f"Valeur, {name}", required=False, max_length=LONGEST, widget=forms.TextInput(attrs={"list": "valeurs"}))
        self.fields[f"value_{index}"] = value
        if row is not None:
            question = self.questions.get(row.question)
            self.initial.setdefault(f"question_{index}", row.question)
            self.initial.setdefault(f"operator_{index}", row.operator)
            self.initial.setdefault(f"value_{index}", _typed(row, question, areas) if question else "")

    @property
    def lines(self) -> list[tuple[forms.BoundField, ...]]:
        """The rows, each with its three fields."""
        return [tuple(self[f"{part}_{index}"] for part in ("question", "operator", "value")) for index in range(self.count)]

    @property
    def plain(self) -> list[forms.BoundField]:
        """The fields that stand before the rows."""
        return [self[name] for name in self.fields if name != "rows" and name[-1:] not in "0123456789"]

    @property
    def proposals(self) -> list[str]:
        """What may be typed where the answers are known: the labels of the choices, yes and no."""
        labels = [choice.label for question in self.questions.values() for choice in question.choices]
        yes_no = any(question.kind == QuestionKind.YES_NO for question in self.questions.values())
        return list(dict.fromkeys([*(["Oui", "Non"] if yes_no else []), *labels]))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        rows = [row for index in range(self.count) if (row := self._row(index, cleaned)) is not None]
        mode = cleaned.get("mode")
        cleaned["condition"] = Condition(Mode(mode), tuple(rows)) if rows and mode else None
        return cleaned

    def _row(self, index: int, cleaned: dict[str, Any]) -> Row | None:
        question = self.questions.get(cleaned.get(f"question_{index}", ""))
        typed = cleaned.get(f"value_{index}", "")
        if question is None:
            if typed and f"question_{index}" not in self.errors:
                self.add_error(f"question_{index}", "Choisissez la question que cette valeur concerne.")
            return None
        operator = Operator(cleaned.get(f"operator_{index}") or Operator.EQUALS)
        if operator not in operators_of(question.kind):
            known = french.joined([quoted(each.label) for each in operators_of(question.kind)], "ou")
            self.add_error(f"operator_{index}", f"Avec {quoted(question.label)}, la comparaison est {known}.")
            return None
        if operator in NO_VALUE:
            return Row(question.key, operator)
        try:
            row = Row(question.key, operator, read_value(question, operator, typed))
        except ValidationError as error:
            self.add_error(f"value_{index}", error)
            return None
        if problem := value_problem(question, row):
            self.add_error(f"value_{index}", problem)
            return None
        return row


class NeededConditionForm(ConditionForm):
    """A rule of eligibility: its sentence, and a condition that must be there."""

    sentence = LineField(
        label="La règle, telle que les candidats la liront",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Une phrase qui dit ce qui est demandé : « Votre organisation a plus de trois ans au 1er janvier 2027. »",
        error_messages={"required": "Écrivez la règle en une phrase."},
    )
    field_order = ("sentence", "mode")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned["condition"] is None and not any(name.startswith(("question", "value", "operator")) for name in self.errors):
            self.add_error("question_0", "Remplissez au moins une ligne : c’est elle qui est vérifiée.")
        return cleaned


def read_value(question: QuestionDefinition, operator: Operator, typed: str) -> RowValue:
    """What staff typed, as the row keeps it; `ValidationError` with a French sentence for what it cannot be."""
    if not typed:
        raise ValidationError("Écrivez la valeur à laquelle comparer la réponse.")
    if question.kind == QuestionKind.YES_NO:
        if search_key(typed) not in YES_NO:
            raise ValidationError("Écrivez « Oui » ou « Non ».")
        return YES_NO[search_key(typed)]
    if question.choices:
        texts = typed.split(";") if operator == Operator.ONE_OF else [typed]
        keys = tuple(dict.fromkeys(_choice(question, text) for text in texts if text.strip()))
        return keys if operator == Operator.ONE_OF else keys[0]
    if question.kind in NUMBERS:
        number = parse_decimal(typed.removesuffix(question.unit).strip() if question.unit else typed)
        return format(number.normalize(), "f")
    if question.kind == QuestionKind.DATE:
        return parse_day(typed).isoformat()
    return _area(typed) if OPERATORS.get(question.kind) == AREA else typed


def _choice(question: QuestionDefinition, text: str) -> str:
    wanted = search_key(text)
    found = next((choice.key for choice in question.choices if wanted in {search_key(choice.label), search_key(choice.key)}), None)
    if found is None:
        labels = french.joined([quoted(choice.label) for choice in question.choices], "ou")
        raise ValidationError(f"Écrivez l’un des choix de la question : {labels}.")
    return found


def _area(text: str) -> str:
    found = places_called(text)
    if found.certain is not None:
        return found.certain.key
    names = [f"{area.label}, {AreaKind(area.kind).label.lower()}" for area in found.areas]
    several = f" Vouliez-vous dire {french.joined([quoted(name) for name in names[:5]], 'ou')} ?" if names else ""
    raise ValidationError(f"« {text} » ne désigne pas un territoire précis : écrivez son nom entier, ou son code.{several}")


def _named(section: SectionDefinition) -> list[tuple[str, str]]:
    return [(question.key, question.label) for question in section.questions]


def _typed(row: Row, question: QuestionDefinition, areas: dict[str, str]) -> str:
    values: Iterable[RowValue] = row.value if isinstance(row.value, tuple) else (row.value,)
    return " ; ".join(plain_value(value, question, areas) for value in values)
