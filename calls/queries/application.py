"""A dossier as its pages show it: answers read against the form, progress, what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from calls.conditions.evaluation import WHOLE, RuleResult, Scope, judge
from calls.conditions.mirror import Description, mirror_of
from calls.definition import FormDefinition, QuestionDefinition, SectionDefinition, definition_of
from calls.enums import QuestionKind
from calls.grid import Rows
from calls.models import Answer, Application, ApplicationQuerySet, Guest
from calls.queries.area import labels_of, within_of
from calls.queries.partner import partner_names
from calls.reading import Reading, area_references, latest_year, read_answer, say_typed, say_value, table_of, today
from community.queries import reach_of
from kit.addresses import is_web_address
from territories.models import Area
from territories.queries import areas_by_key


@dataclass(frozen=True, slots=True)
class Missing:
    """A question that stops the deposit, and why in a few words."""

    section_key: str
    key: str
    label: str
    problem: str


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """How far a section is: what it requires, what is answered, what stops the deposit."""

    key: str
    title: str
    required: int
    answered: int
    missing: tuple[Missing, ...]
    started: bool

    @property
    def is_complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Sheet:
    """The form of a dossier with its answers as read; `versions` are what the next save is based on."""

    definition: FormDefinition
    readings: dict[str, Reading]
    answers: dict[str, Answer]
    areas: Mapping[str, Area]
    names: Mapping[str, str] = field(default_factory=dict)
    """Of partners, by `siret:…`."""

    @cached_property
    def area_labels(self) -> dict[str, str]:
        return {**labels_of(self.areas), **self.names}

    def reading(self, key: str) -> Reading:
        return self.readings.get(key, Reading(""))

    def said(self, question: QuestionDefinition) -> str:
        """The answer in words, or as typed while it cannot be read."""
        reading = self.reading(question.key)
        if reading.is_answered or question.is_files:
            return say_value(question, reading.value, self.area_labels)
        return say_typed(question, reading.typed, self.area_labels) if question.is_composite else "\n".join(typed_texts(reading.typed))

    def rows(self, question: QuestionDefinition) -> Rows | None:
        """The answer as a table, where it is one."""
        if not question.is_composite or not (typed := self.reading(question.key).typed):
            return None
        return table_of(question, typed_texts(typed), self.area_labels).rows()

    def link(self, question: QuestionDefinition) -> str:
        """The address of a site, which may be followed."""
        value = self.reading(question.key).value if question.kind == QuestionKind.URL else None
        return value if value and is_web_address(value) else ""

    @cached_property
    def within(self) -> dict[str, frozenset[str]]:
        """Where the answered areas lie, if a condition looks at that."""
        return within_of(self.areas) if self.definition.looks_at_areas else {}

    @cached_property
    def _judged(self) -> tuple[Scope, tuple[RuleResult, ...]]:
        if not self.definition.conditions:
            return WHOLE, ()
        return judge(self.definition, {key: reading.value for key, reading in self.readings.items()}, self.within)

    @property
    def scope(self) -> Scope:
        """Which questions concern this dossier, as its answers stand."""
        return self._judged[0]

    @property
    def rules(self) -> tuple[RuleResult, ...]:
        """What the answers say of each rule of eligibility."""
        return self._judged[1]

    @cached_property
    def shown(self) -> tuple[SectionDefinition, ...]:
        """The sections and questions that concern this dossier: what is read, counted and deposited."""
        if not self.scope.hidden:
            return self.definition.sections
        return tuple(
            replace(section, questions=tuple(question for question in section.questions if question.key not in self.scope.hidden))
            for section in self.definition.sections
            if section.key not in self.scope.hidden_sections
        )

    def mirror(self, section: SectionDefinition) -> Description | None:
        """What the page of a section needs to show and hide its questions by itself; None where nothing depends on an answer."""
        given = {key: reading.value for key, reading in self.readings.items() if key not in self.scope.hidden}
        if not self.definition.conditions:
            return None
        return mirror_of(self.definition, section, given, self.within, today=today(), latest_year=latest_year())

    def shows(self, section: SectionDefinition) -> bool:
        return section.key not in self.scope.hidden_sections

    @cached_property
    def progress(self) -> tuple[SectionProgress, ...]:
        return tuple(self._progress_of(section) for section in self.shown)

    @cached_property
    def missing(self) -> tuple[Missing, ...]:
        return tuple(missing for section in self.progress for missing in section.missing)

    def _progress_of(self, section: SectionDefinition) -> SectionProgress:
        required = [question for question in section.questions if self.scope.requires(question)]
        return SectionProgress(
            key=section.key,
            title=section.title,
            required=len(required),
            answered=sum(self.reading(question.key).is_answered for question in required),
            missing=tuple(self._missing_in(section)),
            started=any(self.reading(question.key).typed for question in section.questions),
        )

    def _missing_in(self, section: SectionDefinition) -> Iterable[Missing]:
        for question in section.questions:
            reading = self.reading(question.key)
            if reading.problem:
                yield Missing(section.key, question.key, question.label, reading.problem)
            elif self.scope.requires(question) and not reading.is_answered:
                yield Missing(section.key, question.key, question.label, "à compléter.")


def sheet_of(application: Application) -> Sheet:
    """The whole dossier: its form (cached), its answers (one query), the names of its areas, those of its partners (at most one each)."""
    definition = definition_of(application.round)
    answers = {answer.question_key: answer for answer in application.answers.order_by()}
    areas = areas_by_key(area_references(answer.typed for answer in answers.values()))
    labels = labels_of(areas)
    readings = {key: reading_of(question, answers[key], labels) for key, question in definition.by_key.items() if key in answers}
    naming = [text for key in definition.naming_partners if key in answers for text in typed_texts(answers[key].typed)]
    return Sheet(definition, readings, answers, areas, partner_names(naming) if naming else {})


def reading_of(question: QuestionDefinition, answer: Answer, labels: Mapping[str, str]) -> Reading:
    """The answer as it was read when it was saved, under the same frozen form; only areas may have changed since."""
    if answer.value is not None and not question.is_area:
        return Reading(answer.typed, answer.value)
    return read_answer(question, typed_texts(answer.typed), labels)


def typed_texts(typed: str | list[str]) -> list[str]:
    """What was typed, as the list of texts that a browser sends."""
    return typed if isinstance(typed, list) else [typed]


NAMED_ON_PAGES = ("round__call", "organisation", "project")
"""What the pages of a dossier name. The current deposit and the mandate, which most dossiers lack, are fetched where they are used: a
join costs PostgreSQL more to plan than they cost to fetch."""


def application_for(user: User, *related: str, **lookup: object) -> "Application | None":
    """One dossier if `user` may see it, with what its pages name, or with the `related` rows of a page that names less."""
    return seen_by(user, Application.objects.select_related(*(related or NAMED_ON_PAGES)).filter(**lookup))


def application_to_save(user: User, uuid: UUID) -> "Application | None":
    """One dossier if `user` may see it, with what a save needs before it locks the row."""
    round_ = ("round__state", "round__published_at", "round__form_edition")
    needed = Application.objects.only("uuid", "organisation", "guests", "guest_editors", *round_).select_related("round")
    return seen_by(user, needed.filter(uuid=uuid))


def revision_for(user: User, uuid: UUID) -> int | None:
    """How often the answers of one dossier changed, if `user` may see it: what a page that is open asks every few seconds."""
    found = Application.objects.filter(uuid=uuid).order_by()
    own = next(iter(found.filter(started_by=user).values_list("revision", flat=True)), None)
    return own if own is not None else next(iter(found.visible_to(user).values_list("revision", flat=True)), None)


def seen_by(user: User, wanted: ApplicationQuerySet) -> "Application | None":
    """The one dossier of `wanted`, if `user` sees it. Whoever started it, who comes most, costs the shorter query."""
    reach, wanted = reach_of(user), wanted.order_by()
    application = next(iter(wanted.filter(started_by=user)), None) or next(iter(wanted.visible_to(user, reach)), None)
    if application is not None:
        application.readers[user.pk] = reach
    return application


def writers_of(application: Application) -> list[User]:
    """Who started the dossier, who wrote in it, and who granted the mandate it is prepared under; only accounts that are active.

    A guest whose invitation was taken back is told nothing more.
    """
    granted_by = application.mandate.granted_by_id if application.mandate else None
    gone = Guest.objects.filter(application=application, revoked_at__isnull=False, user__isnull=False).exclude(user__in=application.guests)
    gone = gone.exclude(user__memberships__organisation=application.organisation_id)
    wrote = Q(pk__in=application.answers.values("by")) & ~Q(pk__in=gone.values("user"))
    return list(User.objects.filter(Q(pk__in=[application.started_by_id, granted_by]) | wrote, is_active=True).order_by("pk"))
