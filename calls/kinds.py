"""Which parts of a question matter for each kind of answer."""

from calls.enums import QuestionKind

PARTS: dict[str, frozenset[str]] = {
    QuestionKind.SHORT_TEXT: frozenset({"max_words"}),
    QuestionKind.LONG_TEXT: frozenset({"max_words"}),
    QuestionKind.NUMBER: frozenset({"minimum", "maximum", "whole", "unit"}),
    QuestionKind.AMOUNT: frozenset({"minimum", "maximum", "whole"}),
    QuestionKind.DATE: frozenset({"past"}),
    QuestionKind.YES_NO: frozenset(),
    QuestionKind.SINGLE_CHOICE: frozenset({"choices"}),
    QuestionKind.MULTIPLE_CHOICE: frozenset({"choices"}),
    QuestionKind.COMMUNE: frozenset({"several"}),
    QuestionKind.EPCI: frozenset({"several"}),
    QuestionKind.DEPARTEMENT: frozenset({"several"}),
    QuestionKind.EMAIL: frozenset(),
    QuestionKind.PHONE: frozenset(),
    QuestionKind.URL: frozenset(),
    QuestionKind.PARTNER: frozenset(),
    QuestionKind.GROUP: frozenset({"parts", "minimum", "maximum"}),
    QuestionKind.BUDGET: frozenset({"parts", "several"}),
    QuestionKind.YEARS: frozenset({"parts", "minimum", "maximum"}),
}
"""`minimum` and `maximum` count the rows of a group and are the first and last year of a table of years; `several` lets a budget take lines of
the applicant's own; `parts` are columns or lines."""
EMPTY = {"max_words": None, "minimum": None, "maximum": None, "whole": False, "unit": "", "several": False, "past": False}
"""What a part holds when its kind has no use for it."""

PART_KINDS: dict[str, tuple[QuestionKind, ...]] = {
    QuestionKind.GROUP: (
        QuestionKind.SHORT_TEXT,
        QuestionKind.NUMBER,
        QuestionKind.AMOUNT,
        QuestionKind.DATE,
        QuestionKind.YES_NO,
        QuestionKind.SINGLE_CHOICE,
        QuestionKind.EMAIL,
        QuestionKind.PHONE,
        QuestionKind.URL,
        QuestionKind.PARTNER,
    ),
    QuestionKind.BUDGET: (QuestionKind.AMOUNT,),
    QuestionKind.YEARS: (QuestionKind.AMOUNT, QuestionKind.NUMBER),
}
"""What the cells of a table may hold, by the kind of its question."""
MOST_PARTS, MOST_ROWS, MOST_YEARS, MOST_FREE_LINES = 12, 30, 10, 10


def has_choices(kind: str) -> bool:
    return "choices" in PARTS[kind]
