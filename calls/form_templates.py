"""Starting forms, notices and declarations of a round, read from `calls/data/*.toml`."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from calls.enums import BudgetSide, Mode, QuestionKind, Visibility
from kit import french

DATA = Path(__file__).parent / "data"
TEMPLATES = ("pionnier",)
REFERENCE = "{reference}"
LEAP_DAY = (2, 29)
Stored = dict[str, Any]
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
        last = french.day_of(opens_at).year - 1
        return {"minimum": last - self.years + 1, "maximum": last} if self.years else {}


@dataclass(frozen=True, slots=True)
class SectionTemplate:
    fields: dict[str, Any]
    questions: tuple[QuestionTemplate, ...]


@dataclass(frozen=True, slots=True)
class RuleTemplate:
    """A rule of eligibility. `years` says how long before the opening its `{reference}` is: the sentence and the rows hold that day."""

    key: str
    sentence: str
    condition: Stored
    years: int

    def fields(self, opens_on: date) -> dict[str, Any]:
        """The rule of a round that opens that day."""
        day = opens_on.replace(day=28) if (opens_on.month, opens_on.day) == LEAP_DAY else opens_on
        reference = day.replace(year=day.year - self.years)
        rows = [{**row, "value": reference.isoformat() if row["value"] == REFERENCE else row["value"]} for row in self.condition["rows"]]
        sentence = self.sentence.replace(REFERENCE, french.day(reference))
        return {"key": self.key, "sentence": sentence, "condition": {**self.condition, "rows": rows}}


@dataclass(frozen=True, slots=True)
class FormTemplate:
    name: str
    sections: tuple[SectionTemplate, ...]
    rules: tuple[RuleTemplate, ...] = ()


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
    rules = tuple(RuleTemplate(row["key"], row["sentence"], _condition(row), row.get("years", 0)) for row in data.get("rule", ()))
    return FormTemplate(data["name"], tuple(_section(section) for section in data["section"]), rules)


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
    fields["shown_if"] = _condition(row["shown_if"]) if "shown_if" in row else None
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
        "shown_if": _condition(row["shown_if"]) if "shown_if" in row else None,
        "required_if": _condition(row["required_if"]) if "required_if" in row else None,
        "known_as": row.get("known_as", ""),
        "most_files": row.get("most_files"),
        "largest_mb": row.get("largest_mb"),
        "file_families": row.get("file_families", []),
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


def _condition(row: dict[str, Any]) -> Stored:
    """A condition as it is stored, from `all = [["question", "operator", value]]` or `any = […]`."""
    mode = Mode.ALL if "all" in row else Mode.ANY
    rows = [dict(zip(("question", "operator", "value"), [*each, None], strict=False)) for each in row[mode]]
    return {"mode": mode.value, "rows": rows}


def _decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
