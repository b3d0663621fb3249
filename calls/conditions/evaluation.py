"""What conditions make of a form for some answers: what is asked, what is required, which rules are met. One pass, in the form's order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from calls.conditions.model import Condition, Row
from calls.conditions.operators import Within, row_holds
from calls.definition import FormDefinition, QuestionDefinition, RuleDefinition
from calls.enums import Mode, Operator, RuleOutcome


@dataclass(frozen=True, slots=True)
class Scope:
    """What of a form concerns a dossier. Hidden questions are those that the answers rule out, and those that wait for an answer (`pending`)."""

    hidden_sections: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    pending: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()

    def requires(self, question: QuestionDefinition) -> bool:
        """Whether the deposit asks for an answer."""
        return question.key not in self.hidden and (question.required or question.key in self.required)


WHOLE = Scope()
"""Everything is asked, and nothing more required than the questions say."""


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What the answers say of one rule."""

    rule: RuleDefinition
    outcome: RuleOutcome


class _Answers:
    """The answers known so far. A question that is ruled out has none for good; one that is not asked yet, or stands later, may have one."""

    def __init__(self, within: Within) -> None:
        self.within = within
        self.kinds: dict[str, str] = {}
        self.values: dict[str, Any] = {}
        self.ruled_out: set[str] = set()

    def holds(self, condition: Condition | None) -> bool | None:
        """True without a condition; None while an answer that counts is missing."""
        if condition is None:
            return True
        found = [self._row(row) for row in condition.rows]
        decisive = condition.mode == Mode.ANY
        if decisive in found:
            return decisive
        return None if None in found else not decisive

    def _row(self, row: Row) -> bool | None:
        if row.question in self.ruled_out:
            return row.operator == Operator.NOT_ANSWERED
        return row_holds(row, self.kinds.get(row.question, ""), self.values.get(row.question), self.within)


def scope_of(definition: FormDefinition, values: Mapping[str, Any], within: Within) -> Scope:
    """What the answers make of the form. A condition sees the questions before its own only; a hidden answer is no answer."""
    return _read(definition, values, within)[0]


def judge(definition: FormDefinition, values: Mapping[str, Any], within: Within) -> tuple[Scope, tuple[RuleResult, ...]]:
    """As `scope_of`, and what each rule comes to: met, not met, or not known while an answer is missing."""
    scope, answers = _read(definition, values, within)
    outcomes = {True: RuleOutcome.MET, False: RuleOutcome.NOT_MET, None: RuleOutcome.UNKNOWN}
    return scope, tuple(RuleResult(rule, outcomes[answers.holds(rule.condition)]) for rule in definition.rules)


def eligibility(results: Iterable[RuleResult]) -> RuleOutcome:
    """All the rules together: one that is not met decides; one that is not known leaves the rest open."""
    outcomes = {result.outcome for result in results}
    worst = (RuleOutcome.NOT_MET, RuleOutcome.UNKNOWN)
    return next((outcome for outcome in worst if outcome in outcomes), RuleOutcome.MET)


def _read(definition: FormDefinition, values: Mapping[str, Any], within: Within) -> tuple[Scope, _Answers]:
    answers = _Answers(within)
    hidden_sections: set[str] = set()
    hidden: set[str] = set()
    required: set[str] = set()
    for section in definition.sections:
        asked = answers.holds(section.shown_if)
        shown = 0
        for question in section.questions:
            holds = _both(asked, answers.holds(question.shown_if))
            must = answers.holds(question.required_if) is True and question.required_if is not None
            answers.kinds[question.key] = question.kind
            if holds is True:
                shown += 1
                answers.values[question.key] = values.get(question.key)
                required |= {question.key} if must else set()
                continue
            hidden.add(question.key)
            if holds is False:
                answers.ruled_out.add(question.key)
        if asked is not True or not (shown or not section.questions):
            hidden_sections.add(section.key)
    scope = Scope(frozenset(hidden_sections), frozenset(hidden), frozenset(hidden - answers.ruled_out), frozenset(required))
    return scope, answers


def _both(*parts: bool | None) -> bool | None:
    if False in parts:
        return False
    return None if None in parts else True
