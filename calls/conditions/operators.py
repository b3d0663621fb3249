"""Which comparisons each kind of question knows, and what each comes to."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from calls.conditions.model import Row
from calls.enums import Operator, QuestionKind
from kit.search_key import search_key

Within = Mapping[str, frozenset[str]]
"""By the reference of an area: its own and those of the areas in which it lies."""

PRESENCE = (Operator.ANSWERED, Operator.NOT_ANSWERED)
TEXT = (Operator.CONTAINS, Operator.NOT_CONTAINS, *PRESENCE)
ORDERED = (
    *(Operator.EQUALS, Operator.DIFFERENT, Operator.GREATER, Operator.AT_LEAST, Operator.LESS, Operator.AT_MOST),
    *PRESENCE,
)
AREA = (Operator.IN_AREA, Operator.NOT_IN_AREA, *PRESENCE)
OPERATORS: dict[str, tuple[Operator, ...]] = {
    QuestionKind.SHORT_TEXT: TEXT,
    QuestionKind.LONG_TEXT: TEXT,
    QuestionKind.NUMBER: ORDERED,
    QuestionKind.AMOUNT: ORDERED,
    QuestionKind.DATE: ORDERED,
    QuestionKind.YES_NO: (Operator.EQUALS, Operator.DIFFERENT, *PRESENCE),
    QuestionKind.SINGLE_CHOICE: (Operator.EQUALS, Operator.DIFFERENT, Operator.ONE_OF, *PRESENCE),
    QuestionKind.MULTIPLE_CHOICE: (Operator.CONTAINS, Operator.NOT_CONTAINS, Operator.ONE_OF, *PRESENCE),
    QuestionKind.COMMUNE: AREA,
    QuestionKind.EPCI: AREA,
    QuestionKind.DEPARTEMENT: AREA,
}
NUMBERS = frozenset({QuestionKind.NUMBER, QuestionKind.AMOUNT})
TEXTS = frozenset({QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT})
NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,2})?")
COMPARISONS: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUALS: lambda answer, value: answer == value,
    Operator.DIFFERENT: lambda answer, value: answer != value,
    Operator.GREATER: lambda answer, value: answer > value,
    Operator.AT_LEAST: lambda answer, value: answer >= value,
    Operator.LESS: lambda answer, value: answer < value,
    Operator.AT_MOST: lambda answer, value: answer <= value,
}


def operators_of(kind: str) -> tuple[Operator, ...]:
    """The comparisons that a kind knows; a kind unknown here is answered, or not."""
    return OPERATORS.get(kind, PRESENCE)


def row_holds(row: Row, kind: str, answer: Any, within: Within) -> bool | None:
    """What a row says of an answer; None while there is none, except to « n’a pas de réponse ». Never raises."""
    if row.operator == Operator.NOT_ANSWERED:
        return answer is None
    if answer is None:
        return None
    if row.operator == Operator.ANSWERED:
        return True
    return row.operator in operators_of(kind) and _compares(row, kind, answer, within)


def _compares(row: Row, kind: str, answer: Any, within: Within) -> bool:
    operator, value = row.operator, row.value
    if operator in {Operator.IN_AREA, Operator.NOT_IN_AREA}:
        places = answer if isinstance(answer, list) else [answer]
        lies = any(value in within.get(place, frozenset({place})) for place in places)
        return lies == (operator == Operator.IN_AREA)
    if operator in {Operator.CONTAINS, Operator.NOT_CONTAINS}:
        held = search_key(str(value)) in search_key(answer) if kind in TEXTS else value in answer
        return held == (operator == Operator.CONTAINS)
    if operator == Operator.ONE_OF:
        wanted = value if isinstance(value, tuple) else ()
        return any(one in wanted for one in (answer if isinstance(answer, list) else [answer]))
    if kind in NUMBERS:
        return is_number(value) and COMPARISONS[operator](Decimal(answer), Decimal(str(value)))
    return isinstance(value, type(answer)) and COMPARISONS[operator](answer, value)


def is_number(value: object) -> bool:
    """Whether the value of a row is a canonical number."""
    return isinstance(value, str) and NUMBER.fullmatch(value) is not None
