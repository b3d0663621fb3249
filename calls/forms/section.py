"""A section of a dossier as a browser shows and sends it: each question a field, read but never refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.http import QueryDict
from territories.queries import search_areas

from calls.definition import QuestionDefinition, SectionDefinition
from calls.enums import QuestionKind
from calls.models import Answer
from calls.queries.application import Sheet, typed_texts
from calls.queries.area import area_names
from calls.reading import AREA_KIND, NO, YES, Areas, Reading, area_references, read_answer, say_typed

TEMPLATES: dict[QuestionKind, str] = {
    QuestionKind.SHORT_TEXT: "calls/fields/line.html",
    QuestionKind.LONG_TEXT: "calls/fields/text.html",
    QuestionKind.NUMBER: "calls/fields/line.html",
    QuestionKind.AMOUNT: "calls/fields/line.html",
    QuestionKind.DATE: "calls/fields/line.html",
    QuestionKind.YES_NO: "calls/fields/choices.html",
    QuestionKind.SINGLE_CHOICE: "calls/fields/choices.html",
    QuestionKind.MULTIPLE_CHOICE: "calls/fields/choices.html",
    QuestionKind.COMMUNE: "calls/fields/area.html",
    QuestionKind.EPCI: "calls/fields/area.html",
    QuestionKind.DEPARTEMENT: "calls/fields/area.html",
}
AREA_SUGGESTIONS = 12


@dataclass(frozen=True, slots=True)
class Option:
    """One box or button of a field."""

    value: str
    label: str
    checked: bool


@dataclass(frozen=True)
class Field:
    """What a field's template is handed. `problem` is the sentence to show; `conflict` what someone else wrote meanwhile."""

    question: QuestionDefinition
    reading: Reading
    version: int
    areas: Areas
    marks_missing: bool
    conflict: Answer | None = None
    conflict_said: str = ""

    @property
    def name(self) -> str:
        return field_name(self.question.key)

    @property
    def template(self) -> str:
        return TEMPLATES[self.question.kind]

    @property
    def text(self) -> str:
        return self.reading.typed if isinstance(self.reading.typed, str) else ""

    @property
    def problem(self) -> str:
        return self.reading.problem

    @property
    def expected(self) -> str:
        """What the answer must look like, in a few words."""
        question = self.question
        match question.kind:
            case QuestionKind.DATE:
                return "Format attendu : jour/mois/année, par exemple 26/02/2018."
            case QuestionKind.AMOUNT:
                return "En euros."
            case QuestionKind.NUMBER:
                return f"En chiffres{f' ({question.unit})' if question.unit else ''}."
            case QuestionKind.SHORT_TEXT | QuestionKind.LONG_TEXT if question.max_words:
                return f"{question.max_words} mots au plus."
            case _:
                return ""

    @property
    def input_mode(self) -> str:
        return "decimal" if self.question.kind in {QuestionKind.AMOUNT, QuestionKind.NUMBER} else ""

    @property
    def search_label(self) -> str:
        return "Ajouter un territoire" if self.chosen_areas and self.multiple else "Chercher"

    @property
    def said(self) -> str:
        """The answer in words, for whoever only reads."""
        return say_typed(self.question, self.reading.typed, self.areas)

    @property
    def conflict_author(self) -> str:
        return str(self.conflict.by) if self.conflict and self.conflict.by else "Une autre personne"

    @property
    def is_missing(self) -> bool:
        return self.marks_missing and self.question.required and not self.reading.typed

    @property
    def multiple(self) -> bool:
        return self.question.takes_list

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """The boxes or buttons of a field with choices."""
        chosen = set(typed_texts(self.reading.typed))
        if self.question.kind == QuestionKind.YES_NO:
            return (Option(YES, "Oui", YES in chosen), Option(NO, "Non", NO in chosen))
        return tuple(Option(choice.key, choice.label, choice.key in chosen) for choice in self.question.choices)

    @cached_property
    def chosen_areas(self) -> tuple[Option, ...]:
        return tuple(Option(text, self.areas[text], checked=True) for text in typed_texts(self.reading.typed) if text in self.areas)

    @cached_property
    def area_search(self) -> str:
        """What was typed and names no area yet."""
        return next((text for text in typed_texts(self.reading.typed) if text and text not in self.areas), "")

    @cached_property
    def area_suggestions(self) -> tuple[Option, ...]:
        """The areas that what was typed may mean: one query, only while a choice is awaited."""
        if not self.area_search:
            return ()
        found = search_areas(self.area_search, [AREA_KIND[self.question.kind]], AREA_SUGGESTIONS).areas
        return tuple(Option(f"{area.kind}:{area.code}", str(area), checked=False) for area in found)

    @property
    def area_kind(self) -> str:
        return AREA_KIND[self.question.kind]


def field_name(key: str) -> str:
    return f"q-{key}"


@dataclass(frozen=True)
class SectionForm:
    """The fields of a section; `readings` and `based_on` are what `save_answers` takes."""

    section: SectionDefinition
    readings: Mapping[str, Reading]
    based_on: Mapping[str, int]
    areas: Areas
    marks_missing: bool = False
    conflicts: Mapping[str, Answer] = field(default_factory=dict)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return tuple(self._field(question) for question in self.section.questions)

    @cached_property
    def errors(self) -> tuple[Field, ...]:
        """Fields to list at the top: unreadable, or changed meanwhile by someone else."""
        return tuple(field for field in self.fields if field.problem or field.conflict)

    def _field(self, question: QuestionDefinition) -> Field:
        conflict = self.conflicts.get(question.key)
        return Field(
            question,
            self.readings.get(question.key, Reading("")),
            conflict.version if conflict else self.based_on.get(question.key, 0),
            self.areas,
            self.marks_missing,
            conflict,
            say_typed(question, conflict.typed, self.areas) if conflict else "",
        )

    def with_conflicts(self, conflicts: Mapping[str, Answer]) -> "SectionForm":
        """The same fields, each conflict beside the text it met; pressing « Enregistrer » again keeps what this page shows."""
        areas = area_names(area_references(answer.typed for answer in conflicts.values()))
        return replace(self, conflicts=conflicts, areas={**self.areas, **areas})


def stored_section(section: SectionDefinition, sheet: Sheet) -> SectionForm:
    """The section as it is stored."""
    started = any(sheet.reading(question.key).typed for question in section.questions)
    return SectionForm(
        section, sheet.readings, {key: answer.version for key, answer in sheet.answers.items()}, sheet.areas, marks_missing=started
    )


def sent_section(section: SectionDefinition, data: QueryDict) -> SectionForm:
    """The section as a browser sends it. Words typed for an area become its reference when they mean one area only."""
    texts = {question.key: _sent_texts(question, data) for question in section.questions}
    areas = area_names(area_references(texts.values()))
    readings = {question.key: read_answer(question, texts[question.key], areas) for question in section.questions}
    based_on = {question.key: _version(data.get(f"{field_name(question.key)}-version")) for question in section.questions}
    return SectionForm(section, readings, based_on, areas, marks_missing=True)


def _sent_texts(question: QuestionDefinition, data: QueryDict) -> list[str]:
    name = field_name(question.key)
    texts = data.getlist(name)
    search = data.get(f"{name}-search", "").strip() if question.is_area else ""
    if not search:
        return texts
    certain = search_areas(search, [AREA_KIND[question.kind]]).certain
    if certain is None:
        return [*texts, search]
    reference = f"{certain.kind}:{certain.code}"
    return [*texts, reference] if question.several else [reference]


def _version(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - a version is short
