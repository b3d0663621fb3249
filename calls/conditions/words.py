"""A condition said in French, with the words of the questions that it looks at."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, overload

from calls.conditions.model import Condition, Row, RowValue
from calls.conditions.operators import NUMBERS, is_number
from calls.enums import Mode, Operator, QuestionKind
from kit import french
from kit.money import euros

if TYPE_CHECKING:
    from calls.definition import ChoiceDefinition, QuestionDefinition

GONE = "une question supprimée"
SAID: dict[Operator, str] = {
    Operator.EQUALS: "est {}",
    Operator.DIFFERENT: "n’est pas {}",
    Operator.ONE_OF: "est {}",
    Operator.CONTAINS: "contient {}",
    Operator.NOT_CONTAINS: "ne contient pas {}",
    Operator.GREATER: "est supérieure à {}",
    Operator.AT_LEAST: "est d’au moins {}",
    Operator.LESS: "est inférieure à {}",
    Operator.AT_MOST: "est d’au plus {}",
    Operator.IN_AREA: "est dans le territoire {}",
    Operator.NOT_IN_AREA: "est hors du territoire {}",
    Operator.ANSWERED: "est donnée",
    Operator.NOT_ANSWERED: "n’est pas donnée",
}
SAID_OF_DAYS: dict[Operator, str] = {
    Operator.EQUALS: "est le {}",
    Operator.DIFFERENT: "n’est pas le {}",
    Operator.GREATER: "est postérieure au {}",
    Operator.AT_LEAST: "n’est pas antérieure au {}",
    Operator.LESS: "est antérieure au {}",
    Operator.AT_MOST: "n’est pas postérieure au {}",
}
SAID_OF_SEVERAL: dict[Operator, str] = {
    Operator.ONE_OF: "comprend {}",
    Operator.CONTAINS: "comprend {}",
    Operator.NOT_CONTAINS: "ne comprend pas {}",
}


@dataclass(frozen=True, slots=True)
class Named:
    """The questions of a form by key, and the names of areas by reference."""

    questions: "Mapping[str, QuestionDefinition]"
    areas: Mapping[str, str]


@overload
def said(condition: Condition, named: Named) -> Condition: ...
@overload
def said(condition: None, named: Named) -> None: ...
def said(condition: Condition | None, named: Named) -> Condition | None:
    """The condition with its words: « la réponse à « A » est « Oui » et … »."""
    if condition is None:
        return None
    rows = [say_row(row, named) for row in condition.rows]
    return replace(condition, words=french.joined(rows, "et" if condition.mode == Mode.ALL else "ou"))


def say_row(row: Row, named: Named) -> str:
    question = named.questions.get(row.question)
    if question is None:
        return f"la réponse à {GONE} {SAID[row.operator].format('…')}"
    several = SAID_OF_SEVERAL if question.kind == QuestionKind.MULTIPLE_CHOICE else {}
    days = SAID_OF_DAYS if question.kind == QuestionKind.DATE else {}
    pattern = {**SAID, **several, **days}[row.operator]
    return f"la réponse à {quoted(question.label)} {pattern.format(say_value(row, question, named.areas))}"


def say_value(row: Row, question: "QuestionDefinition", areas: Mapping[str, str]) -> str:
    """The value of a row as people say it, quoted where it is words."""
    values = row.value if isinstance(row.value, tuple) else (row.value,)
    return french.joined([plain_value(value, question, areas, quoted) for value in values], "ou")


def plain_value(value: RowValue, question: "QuestionDefinition", areas: Mapping[str, str], frame: Callable[[str], str] = str) -> str:
    """One value as people say it; `frame` is put around what is words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return frame("Oui" if value else "Non")
    if question.kind in NUMBERS and is_number(value):
        number = Decimal(str(value))
        return euros(number) if question.kind == QuestionKind.AMOUNT else f"{french.number(number)} {question.unit}".strip()
    if question.kind == QuestionKind.DATE and (day := _day(str(value))):
        return french.day(day)
    return frame({**areas, **_labels(question.choices)}.get(str(value), str(value)))


def quoted(words: str) -> str:
    return f"«{french.NBSP}{words}{french.NBSP}»"


def _labels(choices: "Iterable[ChoiceDefinition]") -> dict[str, str]:
    return {choice.key: choice.label for choice in choices}


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
