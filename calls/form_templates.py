"""Starting forms, notices and declarations of a round, read from `calls/data/*.toml`."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from calls.enums import QuestionKind, Visibility

DATA = Path(__file__).parent / "data"
TEMPLATES = ("pionnier",)
NOTICES = ("completeness_notice", "appeal_notice", "privacy_notice")


@dataclass(frozen=True, slots=True)
class QuestionTemplate:
    """The fields of a question, and its choices as (key, label)."""

    fields: dict[str, Any]
    choices: tuple[tuple[str, str], ...]


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
    }
    return QuestionTemplate(fields, tuple((key, label) for key, label in row.get("choices", ())))


def _decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
