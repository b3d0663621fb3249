"""A round's form as staff reorder it: sections and their questions, in order."""

from dataclasses import dataclass

from calls.models import Question, Round, Section


@dataclass(frozen=True, slots=True)
class SectionOutline:
    """A section, its questions, and whether it stands first or last."""

    section: Section
    questions: tuple[Question, ...]
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class Outline:
    sections: tuple[SectionOutline, ...]
    question_count: int
    required_count: int


def outline_of(round: Round) -> Outline:
    """Two queries, whatever the form's length."""
    sections = list(round.sections.all())
    by_section: dict[int, list[Question]] = {}
    for question in round.questions.order_by("position", "pk"):
        by_section.setdefault(question.section_id, []).append(question)
    rows = tuple(
        SectionOutline(section, tuple(by_section.get(section.pk, ())), rank == 0, rank == len(sections) - 1)
        for rank, section in enumerate(sections)
    )
    questions = [question for row in rows for question in row.questions]
    return Outline(rows, len(questions), sum(question.required for question in questions))
