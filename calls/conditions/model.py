"""A condition as values: one level, all or any of some rows; read from the JSON that is stored, or refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calls.enums import Mode, Operator

RowValue = str | bool | tuple[str, ...] | None
MOST_ROWS = 8
LONGEST_VALUE = 300
NO_VALUE = frozenset({Operator.ANSWERED, Operator.NOT_ANSWERED})
TAKE_BOOLEAN = frozenset({Operator.EQUALS, Operator.DIFFERENT})


class ConditionError(ValueError):
    """What is stored, or sent, is no condition; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison of the answer to a question."""

    question: str
    operator: Operator
    value: RowValue = None


@dataclass(frozen=True, slots=True)
class Condition:
    """`words` is the condition said in French, where the labels of its questions were at hand."""

    mode: Mode
    rows: tuple[Row, ...]
    words: str = ""

    @property
    def names(self) -> frozenset[str]:
        """The keys of the questions that it looks at."""
        return frozenset(row.question for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        return {
            "mode": self.mode.value,
            "rows": [
                {
                    "question": row.question,
                    "operator": row.operator.value,
                    "value": list(row.value) if isinstance(row.value, tuple) else row.value,
                }
                for row in self.rows
            ],
        }

    def renamed(self, old: str, new: str) -> "Condition":
        """The same, where the question `old` is now called `new`."""
        return Condition(
            self.mode, tuple(Row(new if row.question == old else row.question, row.operator, row.value) for row in self.rows), self.words
        )


def parse_condition(data: object) -> Condition | None:
    """The condition that `data` stores; None for none. Raises `ConditionError` for anything else."""
    if data is None:
        return None
    if not isinstance(data, Mapping) or data.keys() != {"mode", "rows"} or data["mode"] not in Mode.values:
        raise ConditionError("Une condition a un mode et des lignes.")
    rows = data["rows"]
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ROWS:
        raise ConditionError(f"Une condition a de 1 à {MOST_ROWS} lignes.")
    return Condition(Mode(data["mode"]), tuple(_row(row) for row in rows))


def required_condition(data: object) -> Condition:
    """As `parse_condition`, where there must be one."""
    condition = parse_condition(data)
    if condition is None:
        raise ConditionError("Il manque une condition.")
    return condition


def _row(data: object) -> Row:
    if not isinstance(data, Mapping) or data.keys() != {"question", "operator", "value"}:
        raise ConditionError("Une ligne nomme une question, une comparaison et une valeur.")
    question, operator = data["question"], data["operator"]
    if not isinstance(question, str) or not question or operator not in Operator.values:
        raise ConditionError("Une ligne nomme une question et une comparaison connue.")
    return Row(question, Operator(operator), _value(Operator(operator), data["value"]))


def _value(operator: Operator, value: object) -> RowValue:
    if operator in NO_VALUE:
        right = value is None
    elif operator == Operator.ONE_OF:
        right = isinstance(value, list) and bool(value) and all(map(_is_text, value))
    else:
        right = _is_text(value) or (isinstance(value, bool) and operator in TAKE_BOOLEAN)
    if not right:
        raise ConditionError("La valeur d’une ligne va avec sa comparaison.")
    return tuple(value) if isinstance(value, list) else value  # type: ignore[return-value] # its shape was just checked


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_VALUE
