"""Which parts of a question matter for each kind of answer."""

from calls.enums import QuestionKind

PARTS: dict[str, frozenset[str]] = {
    QuestionKind.SHORT_TEXT: frozenset({"max_words"}),
    QuestionKind.LONG_TEXT: frozenset({"max_words"}),
    QuestionKind.NUMBER: frozenset({"minimum", "maximum", "whole", "unit"}),
    QuestionKind.AMOUNT: frozenset({"minimum", "maximum", "whole"}),
    QuestionKind.DATE: frozenset(),
    QuestionKind.YES_NO: frozenset(),
    QuestionKind.SINGLE_CHOICE: frozenset({"choices"}),
    QuestionKind.MULTIPLE_CHOICE: frozenset({"choices"}),
    QuestionKind.COMMUNE: frozenset({"several"}),
    QuestionKind.EPCI: frozenset({"several"}),
    QuestionKind.DEPARTEMENT: frozenset({"several"}),
}
EMPTY = {"max_words": None, "minimum": None, "maximum": None, "whole": False, "unit": "", "several": False}
"""What a part holds when its kind has no use for it."""


def has_choices(kind: str) -> bool:
    return "choices" in PARTS[kind]
