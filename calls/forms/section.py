"""A section of a dossier as a browser shows and sends it: each question a field, read but never refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString

from accounts.models import User
from calls.actions.application import Saving
from calls.conditions.evaluation import WHOLE, Scope
from calls.definition import QuestionDefinition, SectionDefinition
from calls.enums import AttachmentState, QuestionKind
from calls.forms.sent import area_widget, base_name, field_name, is_sent, mark_of, sent_areas, sent_version, texts_of
from calls.forms.table import AUTOCOMPLETE, INPUT_MODES, INPUT_TYPES, EntryTable, entry_table, partner_said
from calls.forms.words import TEMPLATES, words_of
from calls.grid import Grid, Rows
from calls.models import Answer
from calls.queries.application import Sheet, typed_texts
from calls.queries.area import labels_of
from calls.queries.attachment import FileLine
from calls.reading import AREA_KIND, NO, YES, Reading, Typed, area_references, read_answer, say_typed, say_value, table_of
from kit import french
from kit.addresses import is_web_address
from territories.fields import AreaAnswer, AreaInput, understand
from territories.models import Area
from territories.queries import areas_by_key


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
    areas: Mapping[str, Area]
    marks_missing: bool
    conflict: Answer | None = None
    conflict_said: str = ""
    reader: User | None = None
    base: str = ""
    """Tells the stored text from any other: a field sent back as the page showed it was not touched there. Empty where it is not known."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Of partners, by `siret:…`."""
    scope: Scope = WHOLE
    unkept: bool = False
    offers: tuple[Any, ...] = ()
    """What may be taken up while it is empty (calls.forms.offers)."""
    files: tuple[FileLine, ...] = ()
    refusals: tuple[str, ...] = ()
    """What was said of files that the request brought and that were not kept."""
    given: Any = None
    """The files that may be taken up while it has none (calls.forms.offers)."""

    @cached_property
    def name(self) -> str:
        return field_name(self.question.key)

    @property
    def template(self) -> str:
        return TEMPLATES[self.question.kind]

    @property
    def text(self) -> str:
        return self.reading.typed if isinstance(self.reading.typed, str) else ""

    @cached_property
    def problem(self) -> str:
        searched = self.area_answer.problem if self.question.is_area and self.reading.problem else ""
        return searched or " ".join(filter(None, (*self.refusals, self.reading.problem)))

    @property
    def words(self) -> SafeString:
        """The label, what is expected, and the help."""
        return words_of(self.question, is_missing=self.is_missing, required=self.required)

    @property
    def required(self) -> bool:
        return self.question.required or self.question.key in self.scope.required

    @property
    def is_hidden(self) -> bool:
        """Whether the answers given leave it out; what someone must still look at is never hidden."""
        return self.question.key in self.scope.hidden and not (self.conflict or self.unkept)

    @property
    def input_mode(self) -> str:
        return INPUT_MODES.get(self.question.kind, "")

    @property
    def input_type(self) -> str:
        return INPUT_TYPES.get(self.question.kind, "text")

    @property
    def autocomplete(self) -> str:
        return AUTOCOMPLETE.get(self.question.kind, "off")

    @property
    def labels(self) -> dict[str, str]:
        return {**labels_of(self.areas), **self.names}

    @property
    def partner(self) -> str:
        """The name behind the SIRET, or that it is not known."""
        return partner_said(self.reading.value, self.names)

    @cached_property
    def grid(self) -> Grid:
        return table_of(self.question, typed_texts(self.reading.typed), self.labels)

    @cached_property
    def table(self) -> EntryTable:
        """What is to be filled of an answer that is a table."""
        return entry_table(self.name, self.grid, self.names)

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything to be said of the answer: one sentence, or those of a table."""
        if self.question.is_composite:
            return tuple(sentence for _, sentence in self.grid.problems)
        return (self.problem,) if self.problem else ()

    @property
    def said(self) -> str:
        """The answer in words, for whoever only reads."""
        if self.question.is_files:
            return say_value(self.question, self.reading.value, {})
        return say_typed(self.question, self.reading.typed, self.labels)

    @property
    def rows(self) -> Rows | None:
        """The answer as a table to be read, where it is one."""
        return self.grid.rows() if self.question.is_composite and self.grid.typed else None

    @property
    def link(self) -> str:
        """The address of a site, which may be followed."""
        return self.reading.value if self.question.kind == QuestionKind.URL and is_web_address(self.reading.value or "") else ""

    @property
    def conflict_rows(self) -> Rows | None:
        """The table that someone else wrote meanwhile."""
        if self.conflict is None or not self.question.is_composite or not self.conflict_said:
            return None
        return table_of(self.question, typed_texts(self.conflict.typed), self.labels).rows()

    @property
    def conflict_author(self) -> str:
        """Who wrote the other text; nothing for the reader's own other tab."""
        if self.conflict is None or (self.reader is not None and self.conflict.by_id == self.reader.pk):
            return ""
        return str(self.conflict.by) if self.conflict.by else "Une autre personne"

    @property
    def conflict_when(self) -> str:
        return french.lately(self.conflict.at, self.reader.time_zone if self.reader else french.PARIS) if self.conflict else ""

    @property
    def key(self) -> str:
        return self.question.key

    @property
    def history_url(self) -> str:
        """Where its earlier versions are, from the page of its section: a field does not know its dossier."""
        return f"../../historique/{self.question.key}/" if self.version else ""

    @property
    def is_missing(self) -> bool:
        return self.marks_missing and self.required and not self.reading.typed

    @property
    def is_troubled(self) -> bool:
        """Whether something is to be said beside it."""
        return bool(self.problem or self.conflict)

    @property
    def accepted(self) -> str:
        """The formats, as a browser's own window of choice takes them."""
        return ",".join(f".{extension}" for extension in self.question.extensions)

    @property
    def can_add(self) -> bool:
        """Whether one more file may be given."""
        return sum(file.state != AttachmentState.RECEIVING for file in self.files) < self.question.most_files

    @property
    def may_resume(self) -> bool:
        return any(file.state == AttachmentState.RECEIVING for file in self.files)

    @cached_property
    def control(self) -> str:
        """The kind of box of a choice."""
        return "checkbox" if self.question.takes_list else "radio"

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """The boxes or buttons of a field with choices."""
        chosen = set(typed_texts(self.reading.typed))
        if self.question.kind == QuestionKind.YES_NO:
            return (Option(YES, "Oui", YES in chosen), Option(NO, "Non", NO in chosen))
        return tuple(Option(choice.key, choice.label, choice.key in chosen) for choice in self.question.choices)

    @cached_property
    def area_search(self) -> str:
        """What was typed and names no area yet."""
        return next((text for text in typed_texts(self.reading.typed) if text and text not in self.areas), "")

    @cached_property
    def area_input(self) -> AreaInput:
        keys = [self.areas[text].key for text in typed_texts(self.reading.typed) if text in self.areas]
        return AreaInput(text=self.area_search, keys=tuple(keys))

    @cached_property
    def area_answer(self) -> AreaAnswer:
        """What was typed comes to: it is searched only while it awaits a choice."""
        if self.area_search:
            return understand(self.area_input, (AREA_KIND[self.question.kind],), multiple=self.question.several)
        return AreaAnswer(tuple(self.areas[text] for text in typed_texts(self.reading.typed) if text in self.areas))

    @cached_property
    def area_widget(self) -> SafeString:
        """The territories' own control."""
        widget = area_widget(self.question)
        widget.answer = self.area_answer
        rendered: SafeString = widget.render(
            self.name, self.area_input, {"id": self.name, "class": "fr-input", "aria-describedby": f"{self.name}-aide {self.name}-etat"}
        )
        return rendered


@dataclass(frozen=True)
class SectionForm:
    """The fields of a section. `sent` holds the keys of the answers that the request brought whole: they alone are to be saved."""

    section: SectionDefinition
    readings: Mapping[str, Reading]
    based_on: Mapping[str, int]
    areas: Mapping[str, Area]
    reader: User | None = None
    marks_missing: bool = False
    sent: frozenset[str] = frozenset()
    conflicts: Mapping[str, Answer] = field(default_factory=dict)
    stored: Mapping[str, Typed] | None = None
    refused: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    scope: Scope = WHOLE
    offers: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    files: Mapping[str, Sequence[FileLine]] = field(default_factory=dict)
    refusals: Mapping[str, Sequence[str]] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def takes_files(self) -> bool:
        return any(question.is_files for question in self.section.questions)

    @property
    def unsaved(self) -> bool:
        """Whether the page holds text that is not stored."""
        return bool(self.unkept)

    @cached_property
    def unkept(self) -> frozenset[str]:
        """What the page shows and nothing stores: text that met another one, or too long, or that a refused save brought."""
        if self.refused:
            return self.sent
        return frozenset(self.conflicts) | {key for key in self.sent if not self.readings[key].is_storable}

    @property
    def others_kept(self) -> bool:
        return self.unsaved and not self.refused

    @property
    def sent_readings(self) -> dict[str, Reading]:
        return {key: reading for key, reading in self.readings.items() if key in self.sent}

    @property
    def naming(self) -> list[str]:
        """What was sent that may hold the SIRET of partners."""
        keys = [question.key for question in self.section.questions if question.key in self.sent and question.names_partners]
        return [text for key in keys for text in typed_texts(self.readings[key].typed)]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return tuple(self.field_of(question) for question in self.section.questions)

    @cached_property
    def errors(self) -> tuple[Field, ...]:
        """Fields to list at the top: unreadable, or changed meanwhile by someone else."""
        return tuple(field for field in self.fields if field.is_troubled and not field.is_hidden)

    def field_of(self, question: QuestionDefinition) -> Field:
        conflict = self.conflicts.get(question.key)
        return Field(
            question,
            self.readings.get(question.key, Reading("")),
            conflict.version if conflict else self.based_on.get(question.key, 0),
            self.areas,
            self.marks_missing,
            conflict,
            say_typed(question, conflict.typed, {**labels_of(self.areas), **self.names}) if conflict else "",
            self.reader,
            "" if self.stored is None else mark_of(self.stored.get(question.key, "")),
            self.names,
            self.scope,
            question.key in self.unkept,
            self.offers.get(question.key, ()),
            tuple(self.files.get(question.key, ())),
            tuple(self.refusals.get(question.key, ())),
            self.given.get(question.key),
        )

    @property
    def empty(self) -> tuple[QuestionDefinition, ...]:
        """The questions whose field is empty."""
        return tuple(question for question in self.section.questions if not self.readings.get(question.key, Reading("")).typed)

    def over(self, sheet: Sheet) -> "SectionForm":
        """The same fields, those that the request did not bring as they are stored."""
        return replace(
            self,
            readings={**sheet.readings, **self.readings},
            based_on={**_versions(sheet), **self.based_on},
            areas={**sheet.areas, **self.areas},
            stored=_stored(sheet),
            names=sheet.names,
            scope=sheet.scope,
        )

    def refuse(self) -> "SectionForm":
        """The same fields, of which nothing was stored."""
        return replace(self, refused=True)

    def after(self, saving: Saving) -> "SectionForm":
        """The same fields once saved, each conflict beside the text it met; pressing « Enregistrer » again keeps what this page shows."""
        areas = areas_by_key(area_references(answer.typed for answer in saving.conflicts.values()))
        return replace(self, conflicts=saving.conflicts, based_on={**self.based_on, **saving.versions}, areas={**self.areas, **areas})


def stored_section(section: SectionDefinition, sheet: Sheet, reader: User) -> SectionForm:
    """The section as it is stored."""
    started = any(sheet.reading(question.key).typed for question in section.questions)
    return SectionForm(
        section,
        sheet.readings,
        _versions(sheet),
        sheet.areas,
        reader,
        marks_missing=started,
        stored=_stored(sheet),
        names=sheet.names,
        scope=sheet.scope,
    )


def sent_section(section: SectionDefinition, data: QueryDict, reader: User | None) -> SectionForm:
    """The section as a browser sends it. Words typed for an area become its reference when they mean one area only.

    A question that the request does not bring whole is left as it is stored (see `is_sent`); so is one that comes back as the page
    showed it, whatever someone else wrote there since.
    """
    sent = [question for question in section.questions if not question.is_files and is_sent(question, data)]
    areas, texts = sent_areas([question for question in sent if question.is_area], data)
    labels = labels_of(areas)
    readings = {
        question.key: read_answer(question, texts[question.key] if question.is_area else texts_of(question, data), labels)
        for question in sent
    }
    touched = [question for question in sent if data.get(base_name(question)) != mark_of(readings[question.key].typed)]
    readings = {question.key: readings[question.key] for question in touched}
    based_on = {question.key: sent_version(question, data) for question in touched}
    return SectionForm(section, readings, based_on, areas, reader, marks_missing=True, sent=frozenset(readings))


def _stored(sheet: Sheet) -> dict[str, Typed]:
    return {key: answer.typed for key, answer in sheet.answers.items()}


def _versions(sheet: Sheet) -> dict[str, int]:
    return {key: answer.version for key, answer in sheet.answers.items()}
