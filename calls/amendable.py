"""What an amendment may change of a published round: any text, and rules towards more freedom. Pure."""

from decimal import Decimal
from typing import Any

from django.db.models import Model

from calls.enums import ChangeKind, QuestionKind
from calls.models import Call, Choice, Question, Round, Section

TEXTS: dict[type[Model], tuple[str, ...]] = {
    Call: ("summary", "presentation", "rules", "selection", "benefits"),
    Round: ("completeness_notice", "appeal_notice", "privacy_notice"),
    Section: ("title", "introduction"),
    Question: ("label", "help_text"),
    Choice: ("label",),
}
FILE_LIMITS = ("most_files", "largest_mb")
RULES = ("required", "max_words", "minimum", "maximum", "whole", *FILE_LIMITS)
"""Of a question: each may be relaxed, never tightened."""
NEEDED = frozenset({"summary", "title", "label"})
"""Texts that may not become empty."""


def kind_of(field: str) -> ChangeKind:
    return ChangeKind.RELAXATION if field in RULES else ChangeKind.TEXT


def rules_of(question: Question) -> tuple[str, ...]:
    """The rules that an amendment may relax; the bounds of a table of years are its columns, and no rules."""
    columns = {"minimum", "maximum"} if question.kind == QuestionKind.YEARS else set()
    foreign = set() if question.kind == QuestionKind.FILES else set(FILE_LIMITS)
    return tuple(name for name in RULES if name not in columns | foreign)


def can_relax(field: str, value: Any) -> bool:
    """Whether there is something to relax."""
    return bool(value) if field in {"required", "whole"} else value is not None


def tightens(field: str, before: Any, after: Any) -> str:
    """Why `after` is no relaxation of `before`, in a sentence; nothing when it is one, or the same."""
    if before == after:
        return ""
    match field:
        case "required" | "whole":
            return "" if before and not after else "Une règle peut être levée par un avenant, pas ajoutée."
        case "minimum":
            relaxed = after is None or (before is not None and after < before)
            return (
                "" if relaxed else "Un avenant peut abaisser ce minimum, ou le lever, pas le relever : des réponses déposées tomberaient."
            )
        case "most_files" | "largest_mb":
            relaxed = before is not None and after is not None and after > before
            return "" if relaxed else "Un avenant peut relever cette limite, pas l’abaisser ni la lever : des fichiers déposés tomberaient."
        case _:
            relaxed = after is None or (before is not None and after > before)
            return (
                "" if relaxed else "Un avenant peut relever cette limite, ou la lever, pas l’abaisser : des réponses déposées tomberaient."
            )


def plain(value: Any) -> Any:
    """As JSON keeps it."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def typed(field: str, value: Any) -> Any:
    """As the column takes it back."""
    return Decimal(value) if field in {"minimum", "maximum"} and value is not None else value
