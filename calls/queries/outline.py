"""A round's form as staff reorder it: sections and their questions, in order."""

from dataclasses import dataclass

from calls.conditions.checks import faults_of
from calls.conditions.model import Condition
from calls.definition import FormDefinition, QuestionDefinition, definition_from
from calls.models import Question, Round, Section


@dataclass(frozen=True, slots=True)
class QuestionOutline:
    """A question, and its conditions in words."""

    question: Question
    shown_if: str
    required_if: str


@dataclass(frozen=True, slots=True)
class SectionOutline:
    """A section, its questions, and whether it stands first or last."""

    section: Section
    shown_if: str
    lines: tuple[QuestionOutline, ...]
    is_first: bool
    is_last: bool

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(line.question for line in self.lines)


@dataclass(frozen=True, slots=True)
class Outline:
    sections: tuple[SectionOutline, ...]
    question_count: int
    required_count: int
    faults: tuple[str, ...]
    """What is wrong with the conditions, in sentences."""


def outline_of(round: Round, *, says_conditions: bool = True) -> Outline:
    """Four queries whatever the form's length; two for who does not need its conditions said."""
    sections, questions = list(round.sections.all()), list(round.questions.order_by("position", "pk"))
    definition = definition_from(round, sections, questions) if says_conditions else FormDefinition(())
    by_section: dict[int, list[Question]] = {}
    for question in questions:
        by_section.setdefault(question.section_id, []).append(question)
    rows = tuple(
        SectionOutline(
            section,
            _words(known.shown_if if (known := definition.section(section.key)) else None),
            tuple(_outlined(question, definition.by_key.get(question.key)) for question in by_section.get(section.pk, ())),
            rank == 0,
            rank == len(sections) - 1,
        )
        for rank, section in enumerate(sections)
    )
    faults = tuple(fault.sentence for fault in faults_of(definition))
    return Outline(rows, len(questions), sum(question.required for question in questions), faults)


def _outlined(question: Question, known: QuestionDefinition | None) -> QuestionOutline:
    if known is None:
        return QuestionOutline(question, "", "")
    return QuestionOutline(question, _words(known.shown_if), _words(known.required_if) if not question.required else "")


def _words(condition: Condition | None) -> str:
    return condition.words if condition else ""
