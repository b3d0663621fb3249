"""Writes of conditions and of rules of eligibility, and what they refuse to the changes of a form. Only in a round in preparation."""

from collections.abc import Iterable
from typing import Literal

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.models import User
from calls.conditions.checks import Holder, faults_of, users_of, value_problem
from calls.conditions.model import Condition, parse_condition
from calls.conditions.words import quoted
from calls.definition import read_definition
from calls.freeze import lock_draft
from calls.models import EligibilityRule, Question, Round, Section
from kit import french
from kit.workflow import RefusedTransition

Purpose = Literal["shown_if", "required_if"]
LONGEST_KEY = 60


class RefusedCondition(RefusedTransition):
    """The condition means nothing here, or something else relies on what would change."""


@transaction.atomic
def condition_question(question: Question, condition: Condition | None, *, by: User, purpose: Purpose) -> Question:
    """Say when a question is asked, or when it is required; None is always, or as the question says. Refuses what could never hold."""
    draft = lock_draft(question.round, by=by)
    setattr(question, purpose, condition and condition.as_json())
    question.save(update_fields=[purpose])
    _refuse_faults(draft, "question", question.key)
    return question


@transaction.atomic
def condition_section(section: Section, condition: Condition | None, *, by: User) -> Section:
    """Say when a section is shown; None is always. Refuses what could never hold."""
    draft = lock_draft(section.round, by=by)
    section.shown_if = condition and condition.as_json()
    section.save(update_fields=["shown_if"])
    _refuse_faults(draft, "section", section.key)
    return section


@transaction.atomic
def add_rule(round: Round, condition: Condition, *, by: User, sentence: str) -> EligibilityRule:
    """Add a rule of eligibility after the others. Refuses what could never hold."""
    draft = lock_draft(round, by=by)
    last = draft.rules.aggregate(last=Max("position"))["last"]
    key = _free_key(sentence, set(draft.rules.values_list("key", flat=True)))
    position = 0 if last is None else last + 1
    rule = EligibilityRule.objects.create(round=draft, key=key, sentence=sentence, condition=condition.as_json(), position=position)
    _refuse_faults(draft, "rule", rule.key)
    return rule


@transaction.atomic
def change_rule(rule: EligibilityRule, condition: Condition, *, by: User, sentence: str) -> EligibilityRule:
    """Change a rule; its key stays. Refuses what could never hold."""
    draft = lock_draft(rule.round, by=by)
    rule.sentence, rule.condition = sentence, condition.as_json()
    rule.save(update_fields=["sentence", "condition"])
    _refuse_faults(draft, "rule", rule.key)
    return rule


@transaction.atomic
def delete_rule(rule: EligibilityRule, *, by: User) -> None:
    lock_draft(rule.round, by=by)
    rule.delete()


def refuse_if_named(round: Round, keys: Iterable[str], *, but: Iterable[str] = ()) -> None:
    """Raise, with their names, if conditions look at one of these questions; those of the questions and sections `but` go with them."""
    gone = set(but)
    users = [holder for holder in users_of(read_definition(round), keys) if holder.kind == "rule" or holder.key not in gone]
    if users:
        raise RefusedCondition(f"Suppression impossible : {_named(users)} y fait référence. Changez d’abord cette condition.")


def follow_question(round: Round, question: Question, old_key: str) -> None:
    """After a change of `question`: what looked at it under its old key looks at it under the new one.

    Raises, with their names, if a condition looks at it in a way that no longer makes sense: another kind, a choice gone.
    """
    if old_key != question.key:
        _rename(round, old_key, question.key)
    definition = read_definition(round)
    for holder in users_of(definition, [question.key]):
        for row in holder.condition.rows:
            problem = value_problem(definition.by_key[question.key], row) if row.question == question.key else ""
            if problem:
                raise RefusedCondition(f"Changement impossible : {_named([holder])} y fait référence. {problem}")


def _rename(round: Round, old: str, new: str) -> None:
    for question in Question.objects.filter(round=round):
        for purpose in ("shown_if", "required_if"):
            _rename_in(question, purpose, old, new)
    for section in Section.objects.filter(round=round):
        _rename_in(section, "shown_if", old, new)
    for rule in EligibilityRule.objects.filter(round=round):
        _rename_in(rule, "condition", old, new)


def _rename_in(row: Question | Section | EligibilityRule, name: str, old: str, new: str) -> None:
    condition = parse_condition(getattr(row, name))
    if condition and old in condition.names:
        setattr(row, name, condition.renamed(old, new).as_json())
        row.save(update_fields=[name])


def _refuse_faults(round: Round, kind: str, key: str) -> None:
    fault = next((fault for fault in faults_of(read_definition(round)) if (fault.kind, fault.key) == (kind, key)), None)
    if fault is not None:
        raise RefusedCondition(fault.sentence)


def _named(users: list[Holder]) -> str:
    return french.joined(list(dict.fromkeys(f"{holder.what} {quoted(holder.name)}" for holder in users)))


def _free_key(sentence: str, taken: set[str]) -> str:
    stem = slugify(sentence.replace("’", " "))[: LONGEST_KEY - 4].strip("-_") or "regle"
    keys = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(key for key in keys if key not in taken)
