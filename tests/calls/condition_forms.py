"""Forms for the engine of conditions, in one line each; nothing of them is stored."""

from calls.conditions.model import Condition, required_condition
from calls.definition import ChoiceDefinition, FormDefinition, QuestionDefinition, RuleDefinition, SectionDefinition
from calls.enums import QuestionKind, Visibility
from tests.factories.calls import condition

CHOICES = (ChoiceDefinition("asso", "Association"), ChoiceDefinition("scic", "SCIC"), ChoiceDefinition("autre", "Autre"))


def question(key: str, kind: QuestionKind = QuestionKind.YES_NO, **fields) -> QuestionDefinition:
    plain = {
        "label": key.capitalize(),
        "help_text": "",
        "required": False,
        "visibility": Visibility.PUBLIC,
        "max_words": None,
        "minimum": None,
        "maximum": None,
        "whole": False,
        "unit": "",
        "several": False,
        "choices": CHOICES if kind.value.endswith("choice") else (),
    }
    return QuestionDefinition(**{"key": key, "kind": kind, **plain, **fields})


def when(*rows: list, mode: str = "all") -> Condition:
    return required_condition(condition(*rows, mode=mode))


def form(*questions: QuestionDefinition, rules: tuple[RuleDefinition, ...] = ()) -> FormDefinition:
    return FormDefinition((SectionDefinition("une", "Une", "", questions),), rules)


def rule(key: str, *rows: list, mode: str = "all") -> RuleDefinition:
    return RuleDefinition(key, f"Règle {key}.", when(*rows, mode=mode))
