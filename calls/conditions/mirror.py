"""What the page of a section tells the browser of its conditions, so that it shows at once what the server would: plain values for JSON."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from calls.conditions.model import Condition
from calls.conditions.operators import OPERATORS, Within
from calls.definition import FormDefinition, QuestionDefinition, SectionDefinition

Description = dict[str, Any]


def mirror_of(
    definition: FormDefinition, section: SectionDefinition, values: Mapping[str, Any], within: Within, *, today: date, latest_year: int
) -> Description | None:
    """The questions of `section` that conditions join, and the answers given elsewhere that they look at; None when there is no condition.

    `values` are the answers of the questions that are asked.
    """
    conditions = [condition for question in section.questions for condition in (question.shown_if, question.required_if) if condition]
    if not conditions:
        return None
    named = frozenset().union(*(condition.names for condition in conditions))
    here = [question for question in section.questions if question.key in named or question.shown_if or question.required_if]
    elsewhere = [question for question in _before(definition, section) if question.key in named]
    return {
        "today": today.isoformat(),
        "latest_year": latest_year,
        "kinds": {question.key: question.kind.value for question in elsewhere},
        "known": {question.key: _listed(question, values.get(question.key)) for question in elsewhere},
        "given": {question.key: _listed(question, values.get(question.key)) for question in here if question.kind not in OPERATORS},
        "within": {reference: sorted(around) for reference, around in within.items()},
        "questions": [_described(question) for question in here],
    }


def _before(definition: FormDefinition, section: SectionDefinition) -> list[QuestionDefinition]:
    index = [other.key for other in definition.sections].index(section.key)
    return [question for other in definition.sections[:index] for question in other.questions]


def _described(question: QuestionDefinition) -> Description:
    return {
        "key": question.key,
        "kind": question.kind.value,
        "unit": question.unit,
        "whole": question.whole,
        "several": question.several,
        "past": question.past,
        "max_words": question.max_words,
        "minimum": _plain(question.minimum),
        "maximum": _plain(question.maximum),
        "choices": [choice.key for choice in question.choices],
        "shown_if": _bare(question.shown_if),
        "required_if": _bare(question.required_if),
    }


def _bare(condition: Condition | None) -> Description | None:
    return condition.as_json() if condition else None


def _plain(bound: Decimal | None) -> str | None:
    return None if bound is None else format(bound.quantize(Decimal("0.01")), "f")


def _listed(question: QuestionDefinition, value: Any) -> Any:
    """An answer as the browser compares it: areas are always a list, and a kind that it does not read is answered or not."""
    if question.kind not in OPERATORS:
        return None if value is None else True
    return [value] if question.is_area and isinstance(value, str) else value
