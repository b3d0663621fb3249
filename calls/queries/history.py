"""Who changed which answer of a dossier and when, and what each answer said before."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from calls.definition import FormDefinition, QuestionDefinition
from calls.differences import Piece, is_rewritten, pieces_between
from calls.models import Answer, AnswerVersion, Application
from calls.queries.area import labels_of
from calls.queries.attachment import file_names
from calls.reading import area_references, say_typed
from territories.queries import areas_by_key

COLUMNS = ("question_key", "version", "at", "by")
SOMEONE = "Une personne dont le compte est supprimé"

Row = tuple[str, int, datetime, int | None]


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a dossier's history: an answer that someone wrote, and where it stands in the form."""

    key: str
    label: str
    section: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """What an answer said once: by whom, when, and what that changed to what it said before. `pk` is of a text that may be taken up again."""

    pk: int | None
    who: str
    at: datetime
    said: str
    pieces: tuple[Piece, ...]

    @property
    def rewritten(self) -> bool:
        return is_rewritten(self.pieces)


def changes_to(application: Application, keys: Collection[str] | None = None, by: int | None = None) -> QuerySet[Answer, Row]:
    """The writings of the dossier, present and past, the latest first: of some questions, or of one person."""
    present, past = application.answers.all(), application.answer_versions.all()
    wanted: dict[str, Any] = {} if keys is None else {"question_key__in": list(keys)}
    if by is not None:
        wanted["by"] = by
    rows = present.filter(**wanted).order_by().values_list(*COLUMNS)
    return rows.union(past.filter(**wanted).order_by().values_list(*COLUMNS), all=True).order_by("-at", "question_key", "-version")


def said_changes(rows: Iterable[Row], definition: FormDefinition) -> list[Change]:
    """The same in words: one query, for the names."""
    rows = list(rows)
    names = {person.pk: str(person) for person in User.objects.filter(pk__in={by for *_, by in rows if by is not None})}
    places = {question.key: (question.label, section.title) for section in definition.sections for question in section.questions}
    return [Change(key, *places.get(key, (key, "")), names.get(by or 0, SOMEONE), at) for key, _, at, by in rows]


def people_who_wrote(application: Application) -> list[User]:
    """Whoever wrote an answer that stands, or stood: one query."""
    wrote = application.answers.order_by().values("by").union(application.answer_versions.order_by().values("by"))
    return list(User.objects.filter(pk__in=wrote).order_by("first_name", "last_name", "pk"))


def past_of(application: Application, key: str) -> QuerySet[AnswerVersion]:
    """What one answer said before, the latest first."""
    return application.answer_versions.filter(question_key=key, row=0).select_related("by").order_by("-version")


def present_of(application: Application, key: str) -> Answer | None:
    """What it says now."""
    return application.answers.filter(question_key=key, row=0).select_related("by").first()


def said_versions(
    question: QuestionDefinition, present: Answer | None, past: list[AnswerVersion], before: AnswerVersion | None
) -> list[Version]:
    """The versions in words, the latest first, each against the one before it; `before` is what the last of them is compared with."""
    texts: list[Answer | AnswerVersion] = [*([present] if present else []), *past]
    named = [*texts, *([before] if before else [])]
    labels = (
        file_names(one.typed for one in named)
        if question.is_files
        else labels_of(areas_by_key(area_references(one.typed for one in named)))
    )
    said = [say_typed(question, one.typed, labels) for one in texts]
    said.append(say_typed(question, before.typed, labels) if before else "")
    return [
        Version(
            one.pk if isinstance(one, AnswerVersion) else None,
            str(one.by) if one.by else SOMEONE,
            one.at,
            said[index],
            tuple(pieces_between(said[index + 1], said[index])),
        )
        for index, one in enumerate(texts)
    ]
