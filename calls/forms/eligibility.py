"""The answers to « Puis-je candidater ? », kept in the visitor's session until a dossier takes them up."""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.http import QueryDict

from calls.conditions.evaluation import RuleResult, Scope, eligibility, judge
from calls.conditions.mirror import Description, mirror_of
from calls.definition import FormDefinition
from calls.enums import RuleOutcome
from calls.forms.section import SectionForm, sent_section
from calls.models import Round
from calls.queries.application import typed_texts
from calls.queries.area import labels_of, within_of
from calls.reading import Reading, Typed, area_references, latest_year, read_answer, today
from territories.queries import areas_by_key

KEPT = "puis-je-candidater"
Session = MutableMapping[str, Any]


@dataclass(frozen=True)
class Check:
    """The questions as a browser shows them, and what the answers say of each rule."""

    definition: FormDefinition
    answers: SectionForm

    @property
    def is_begun(self) -> bool:
        return any(reading.typed for reading in self.answers.readings.values())

    @cached_property
    def judged(self) -> tuple[Scope, tuple[RuleResult, ...]]:
        values = {key: reading.value for key, reading in self.answers.readings.items()}
        return judge(self.definition, values, within_of(self.answers.areas))

    @property
    def rules(self) -> tuple[RuleResult, ...]:
        return self.judged[1]

    @property
    def outcome(self) -> RuleOutcome:
        return eligibility(self.rules)

    @cached_property
    def form(self) -> SectionForm:
        return replace(self.answers, scope=self.judged[0])

    @property
    def mirror(self) -> Description | None:
        return mirror_of(self.definition, self.answers.section, {}, within_of(self.answers.areas), today=today(), latest_year=latest_year())


def kept_check(definition: FormDefinition, session: Session, round_: Round) -> Check:
    """As it was answered in this session."""
    (section,) = definition.sections
    typed = kept_answers(session, round_)
    areas = areas_by_key(area_references(typed.values()))
    labels = labels_of(areas)
    readings = {
        question.key: read_answer(question, typed_texts(typed[question.key]), labels)
        for question in section.questions
        if question.key in typed
    }
    return Check(definition, SectionForm(section, readings, {}, areas, marks_missing=bool(typed)))


def keep_sent(definition: FormDefinition, data: QueryDict, session: Session, round_: Round) -> None:
    """Keep what was sent, readable or not, for as long as the session lasts."""
    (section,) = definition.sections
    sent = sent_section(section, data, None)
    typed = {key: reading.typed for key, reading in sent.readings.items() if reading.typed and reading.is_storable}
    session[KEPT] = {**session.get(KEPT, {}), str(round_.pk): typed}


def kept_answers(session: Mapping[str, Any], round_: Round) -> dict[str, Typed]:
    kept: dict[str, Typed] = session.get(KEPT, {}).get(str(round_.pk), {})
    return kept


def take_up(check: FormDefinition, session: Session, round_: Round) -> dict[str, Reading]:
    """The answers for a dossier that starts, taken out of the session; nothing of them was seen by anyone."""
    readings = dict(kept_check(check, session, round_).answers.readings)
    session[KEPT] = {key: typed for key, typed in session.get(KEPT, {}).items() if key != str(round_.pk)}
    return readings
