"""Starting forms, notices and declarations of a round, read from `calls/data/*.toml`."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from calls.enums import BudgetSide, QuestionKind, Visibility
from kit.french import day_of

DATA = Path(__file__).parent / "data"
TEMPLATES = ("pionnier",)
NOTICES = ("completeness_notice", "appeal_notice", "privacy_notice")


@dataclass(frozen=True, slots=True)
class QuestionTemplate:
    """The fields of a question, its choices as (key, label), its columns or lines, and how many years a table of years counts."""

    fields: dict[str, Any]
    choices: tuple[tuple[str, str], ...]
    parts: tuple[dict[str, Any], ...] = ()
    years: int = 0

    def years_before(self, opens_at: datetime) -> dict[str, int]:
        """The bounds of a table of years, the last of them the year before the round opens; nothing for another question."""
        last = day_of(opens_at).year - 1
        return {"minimum": last - self.years + 1, "maximum": last} if self.years else {}


@dataclass(frozen=True, slots=True)
class SectionTemplate:
    fields: dict[str, str]
    questions: tuple[QuestionTemplate, ...]


@dataclass(frozen=True, slots=True)
class FormTemplate:
    name: str
    sections: tuple[SectionTemplate, ...]


@dataclass(frozen=True, slots=True)
class StartingNotices:
    """Texts that every new round starts with, and the declarations that it asks."""

    notices: dict[str, str]
    declarations: tuple[dict[str, Any], ...]


@cache
def form_template(name: str) -> FormTemplate:
    """The starting form called `name`, one of `TEMPLATES`."""
    if name not in TEMPLATES:
        raise ValueError(name)
    data = _read(name)
    return FormTemplate(data["name"], tuple(_section(section) for section in data["section"]))


@cache
def starting_notices() -> StartingNotices:
    data = _read("notices")
    declarations = tuple({**row, "text": row["text"].strip()} for row in data["declaration"])
    return StartingNotices({name: data[name].strip() for name in NOTICES}, declarations)


def _read(name: str) -> dict[str, Any]:
    with (DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def _section(row: dict[str, Any]) -> SectionTemplate:
    fields = {"key": row["key"], "title": row["title"], "introduction": row.get("introduction", "")}
    return SectionTemplate(fields, tuple(_question(question) for question in row["question"]))


def _question(row: dict[str, Any]) -> QuestionTemplate:
    fields = {
        "key": row["key"],
        "kind": QuestionKind(row["kind"]),
        "label": row["label"],
        "help_text": row.get("help", ""),
        "required": row.get("required", True),
        "visibility": Visibility(row.get("visibility", Visibility.COMMUNICABLE)),
        "max_words": row.get("max_words"),
        "minimum": _decimal(row.get("minimum")),
        "maximum": _decimal(row.get("maximum")),
        "whole": row.get("whole", False),
        "unit": row.get("unit", ""),
        "several": row.get("several", False),
        "past": row.get("past", False),
    }
    choices = tuple((key, label) for key, label in row.get("choices", ()))
    return QuestionTemplate(fields, choices, tuple(_part(part) for part in row.get("part", ())), row.get("years", 0))


def _part(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": row["key"],
        "label": row["label"],
        "kind": QuestionKind(row.get("kind", QuestionKind.AMOUNT)),
        "side": BudgetSide(row["side"]) if "side" in row else "",
        "required": row.get("required", False),
        "choices": row.get("choices", []),
    }


def _decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
