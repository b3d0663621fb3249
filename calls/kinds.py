"""Which parts of a question matter for each kind of answer."""

from typing import Any

from calls.enums import FileFamily, KnownFact, QuestionKind

PARTS: dict[str, frozenset[str]] = {
    QuestionKind.SHORT_TEXT: frozenset({"max_words"}),
    QuestionKind.LONG_TEXT: frozenset({"max_words"}),
    QuestionKind.NUMBER: frozenset({"minimum", "maximum", "whole", "unit"}),
    QuestionKind.AMOUNT: frozenset({"minimum", "maximum", "whole"}),
    QuestionKind.DATE: frozenset({"past", "known_as"}),
    QuestionKind.YES_NO: frozenset(),
    QuestionKind.SINGLE_CHOICE: frozenset({"choices", "known_as"}),
    QuestionKind.MULTIPLE_CHOICE: frozenset({"choices"}),
    QuestionKind.COMMUNE: frozenset({"several", "known_as"}),
    QuestionKind.EPCI: frozenset({"several"}),
    QuestionKind.DEPARTEMENT: frozenset({"several"}),
    QuestionKind.EMAIL: frozenset(),
    QuestionKind.PHONE: frozenset(),
    QuestionKind.URL: frozenset(),
    QuestionKind.PARTNER: frozenset(),
    QuestionKind.GROUP: frozenset({"parts", "minimum", "maximum"}),
    QuestionKind.BUDGET: frozenset({"parts", "several"}),
    QuestionKind.YEARS: frozenset({"parts", "minimum", "maximum"}),
    QuestionKind.FILES: frozenset({"most_files", "largest_mb", "file_families"}),
}
"""`minimum` and `maximum` count the rows of a group and are the first and last year of a table of years; `several` lets a budget take lines of
the applicant's own; `parts` are columns or lines."""
EMPTY: dict[str, Any] = {
    "max_words": None,
    "minimum": None,
    "maximum": None,
    "whole": False,
    "unit": "",
    "several": False,
    "past": False,
    "known_as": "",
    "most_files": None,
    "largest_mb": None,
    "file_families": [],
}
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
FACTS: dict[str, tuple[KnownFact, ...]] = {
    QuestionKind.DATE: (KnownFact.CREATION,),
    QuestionKind.SINGLE_CHOICE: (KnownFact.ESS_EVIDENCE, KnownFact.FAMILY),
    QuestionKind.COMMUNE: (KnownFact.COMMUNE,),
}
"""What is known of an organisation and may be offered as an answer of each kind."""
EXTENSIONS: dict[str, tuple[str, ...]] = {
    FileFamily.DOCUMENTS: ("pdf", "docx", "odt"),
    FileFamily.SHEETS: ("xlsx", "ods"),
    FileFamily.PICTURES: ("jpg", "jpeg", "png"),
}


def has_choices(kind: str) -> bool:
    return "choices" in PARTS[kind]
