"""A round's form as plain values: read once, kept once the round is published (publishing freezes it)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property, lru_cache

from calls.conditions.model import Condition, parse_condition, required_condition
from calls.conditions.places import place_names
from calls.conditions.words import Named, said
from calls.enums import Operator, QuestionKind, RoundState, Visibility
from calls.kinds import EXTENSIONS
from calls.models import Choice, Declaration, EligibilityRule, Part, Question, Round, Section
from kit import french
from kit.french import spaced

COMPOSITE_KINDS = (QuestionKind.GROUP, QuestionKind.BUDGET, QuestionKind.YEARS)
AREA_KINDS = (QuestionKind.COMMUNE, QuestionKind.EPCI, QuestionKind.DEPARTEMENT)
IN_AREA = frozenset({Operator.IN_AREA, Operator.NOT_IN_AREA})
ROUNDS_KEPT = 64
FILES_BY_DEFAULT, MEGABYTES_BY_DEFAULT = 1, 10


@dataclass(frozen=True, slots=True)
class ChoiceDefinition:
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class QuestionDefinition:
    """What an answer is checked against; see `calls.models.Question` for the meaning of each part."""

    key: str
    kind: QuestionKind
    label: str
    help_text: str
    required: bool
    visibility: Visibility
    max_words: int | None
    minimum: Decimal | None
    maximum: Decimal | None
    whole: bool
    unit: str
    several: bool
    choices: tuple[ChoiceDefinition, ...]
    past: bool = False
    parts: "tuple[QuestionDefinition, ...]" = ()
    """The columns or the lines of a table, each as the question of one cell."""
    side: str = ""
    """Of a line of a budget."""
    shown_if: Condition | None = None
    required_if: Condition | None = None
    known_as: str = ""
    most_files: int = FILES_BY_DEFAULT
    largest_mb: int = MEGABYTES_BY_DEFAULT
    extensions: tuple[str, ...] = ()

    @property
    def is_composite(self) -> bool:
        """Whether the answer is a table."""
        return self.kind in COMPOSITE_KINDS

    @property
    def names_partners(self) -> bool:
        return self.kind == QuestionKind.PARTNER or any(part.kind == QuestionKind.PARTNER for part in self.parts)

    @property
    def is_files(self) -> bool:
        return self.kind == QuestionKind.FILES

    @property
    def is_area(self) -> bool:
        return self.kind in AREA_KINDS

    @property
    def takes_list(self) -> bool:
        """Whether the answer is a list of values."""
        return self.kind == QuestionKind.MULTIPLE_CHOICE or (self.is_area and self.several)


@dataclass(frozen=True, slots=True)
class SectionDefinition:
    key: str
    title: str
    introduction: str
    questions: tuple[QuestionDefinition, ...]
    shown_if: Condition | None = None

    @property
    def may_hide(self) -> bool:
        """Whether some answers may leave nothing of it to fill in."""
        return self.shown_if is not None or all(question.shown_if for question in self.questions)


@dataclass(frozen=True, slots=True)
class RuleDefinition:
    """A rule of eligibility: what the answers must say, and the sentence that says it to people."""

    key: str
    sentence: str
    condition: Condition


@dataclass(frozen=True)
class FormDefinition:
    """The whole form, in order, and the rules that its answers are held against."""

    sections: tuple[SectionDefinition, ...]
    rules: tuple[RuleDefinition, ...] = ()

    def section(self, key: str) -> SectionDefinition | None:
        return next((section for section in self.sections if section.key == key), None)

    def following(self, key: str) -> SectionDefinition | None:
        """The section after that of `key`."""
        keys = [section.key for section in self.sections]
        return next(iter(self.sections[keys.index(key) + 1 :]), None)

    def preceding(self, key: str) -> SectionDefinition | None:
        """The section before that of `key`."""
        keys = [section.key for section in self.sections]
        return self.sections[keys.index(key) - 1] if keys[0] != key else None

    def questions(self) -> Iterator[QuestionDefinition]:
        for section in self.sections:
            yield from section.questions

    @cached_property
    def naming_partners(self) -> tuple[str, ...]:
        """The keys of the questions whose answers hold the SIRET of partners."""
        return tuple(question.key for question in self.questions() if question.names_partners)

    @cached_property
    def by_key(self) -> dict[str, QuestionDefinition]:
        return {question.key: question for question in self.questions()}

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition of the form and of its rules."""
        held = [condition for section in self.sections for condition in (section.shown_if, *_conditions_of(section))]
        return tuple(condition for condition in (*held, *(rule.condition for rule in self.rules)) if condition is not None)

    @cached_property
    def looks_at_areas(self) -> bool:
        """Whether some condition asks where an answered area lies."""
        return any(row.operator in IN_AREA for condition in self.conditions for row in condition.rows)


def definition_of(round: Round) -> FormDefinition:
    """The form of `round`: kept by the process when it is frozen, from three queries otherwise."""
    if round.state == RoundState.DRAFT or round.published_at is None:
        return read_definition(round)
    return _frozen_definition(round.pk, round.published_at, round.form_edition)


def declarations_of(round: Round) -> tuple[Declaration, ...]:
    """What the round asks to declare: kept by the process when it is frozen, from one query otherwise."""
    if round.state == RoundState.DRAFT or round.published_at is None:
        return tuple(round.declarations.all())
    return _frozen_declarations(round.pk, round.published_at)


# Nothing has to be forgotten: publishing freezes, each amendment has its edition, and the instant of publication tells a round from another
# that would take its number.
@lru_cache(maxsize=ROUNDS_KEPT)
def _frozen_definition(round_pk: int, published_at: datetime, form_edition: int) -> FormDefinition:  # noqa: ARG001 - parts of the key
    return read_definition(Round(pk=round_pk))


@lru_cache(maxsize=ROUNDS_KEPT)
def _frozen_declarations(round_pk: int, published_at: datetime) -> tuple[Declaration, ...]:  # noqa: ARG001 - a part of the key
    return tuple(Declaration.objects.filter(round=round_pk))


def read_definition(round: Round) -> FormDefinition:
    """The form as the tables say now: five queries, and one for the names of areas where a condition looks at some."""
    return definition_from(round, Section.objects.filter(round=round), Question.objects.filter(round=round).order_by("position", "pk"))


def definition_from(round: Round, sections: Iterable[Section], asked: Iterable[Question]) -> FormDefinition:
    """The same, from sections and questions in order that someone has at hand: two queries less."""
    choices: dict[int, list[ChoiceDefinition]] = {}
    for choice in Choice.objects.filter(question__round=round):
        choices.setdefault(choice.question_id, []).append(ChoiceDefinition(choice.key, spaced(choice.label)))
    parts: dict[int, list[Part]] = {}
    for part in Part.objects.filter(question__round=round):
        parts.setdefault(part.question_id, []).append(part)
    questions: dict[int, list[QuestionDefinition]] = {}
    for question in asked:
        questions.setdefault(question.section_id, []).append(
            define(question, tuple(choices.get(question.pk, ())), parts.get(question.pk, ()))
        )
    read = FormDefinition(
        tuple(
            SectionDefinition(
                section.key,
                spaced(section.title),
                spaced(section.introduction),
                tuple(questions.get(section.pk, ())),
                parse_condition(section.shown_if),
            )
            for section in sections
        ),
        tuple(
            RuleDefinition(rule.key, spaced(rule.sentence), required_condition(rule.condition))
            for rule in EligibilityRule.objects.filter(round=round)
        ),
    )
    return in_words(read) if read.conditions else read


def in_words(definition: FormDefinition) -> FormDefinition:
    """The same form, each condition with its words: what a page says of it."""
    places = {str(row.value) for condition in definition.conditions for row in condition.rows if row.operator in IN_AREA}
    named = Named(definition.by_key, place_names(places) if places else {})
    sections = tuple(
        replace(
            section,
            shown_if=said(section.shown_if, named),
            questions=tuple(
                replace(question, shown_if=said(question.shown_if, named), required_if=said(question.required_if, named))
                if question.shown_if or question.required_if
                else question
                for question in section.questions
            ),
        )
        for section in definition.sections
    )
    rules = tuple(replace(rule, condition=said(rule.condition, named)) for rule in definition.rules)
    return FormDefinition(sections, rules)


def _conditions_of(section: SectionDefinition) -> Iterator[Condition | None]:
    for question in section.questions:
        yield question.shown_if
        yield question.required_if


def define(question: Question, choices: tuple[ChoiceDefinition, ...], parts: Iterable[Part] = ()) -> QuestionDefinition:
    return QuestionDefinition(
        key=question.key,
        kind=QuestionKind(question.kind),
        label=spaced(question.label),
        help_text=spaced(question.help_text),
        required=question.required,
        visibility=Visibility(question.visibility),
        max_words=question.max_words,
        minimum=question.minimum,
        maximum=question.maximum,
        whole=question.whole,
        unit=question.unit,
        several=question.several,
        choices=choices,
        past=question.past,
        parts=tuple(_cell(question, part) for part in parts),
        shown_if=parse_condition(question.shown_if),
        required_if=parse_condition(question.required_if),
        known_as=question.known_as,
        most_files=question.most_files or FILES_BY_DEFAULT,
        largest_mb=question.largest_mb or MEGABYTES_BY_DEFAULT,
        extensions=tuple(one for family in question.file_families or EXTENSIONS for one in EXTENSIONS[family]),
    )


def _cell(question: Question, part: Part) -> QuestionDefinition:
    """What one cell of a table is read against. The amounts of a budget are never negative: a charge is not a resource."""
    label = spaced(part.label)
    return QuestionDefinition(
        key=part.key,
        kind=QuestionKind(part.kind),
        label=label,
        help_text="",
        required=part.required,
        visibility=Visibility(question.visibility),
        max_words=None,
        minimum=Decimal(0) if question.kind == QuestionKind.BUDGET else None,
        maximum=None,
        whole=False,
        unit="",
        several=False,
        choices=tuple(ChoiceDefinition(choice, spaced(choice)) for choice in part.choices),
        side=part.side,
    )


def expected_files(question: QuestionDefinition) -> str:
    """How many files, of what size, in which formats."""
    formats = french.joined([extension.upper() for extension in question.extensions if extension != "jpeg"], "ou")
    many = "Un fichier" if question.most_files == 1 else f"{question.most_files} fichiers au plus"
    each = "" if question.most_files == 1 else " chacun"
    return f"{many}, {question.largest_mb}{french.NBSP}Mo au plus{each}, au format {formats}."
