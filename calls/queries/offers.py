"""« Tell us once »: what an empty answer could say, from the organisation's earlier dossiers and from what is known of it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F

from accounts.models import User
from calls.definition import QuestionDefinition
from calls.enums import KnownFact, QuestionKind
from calls.models import Answer, Application
from calls.queries.application import typed_texts
from calls.queries.area import labels_of
from calls.reading import Reading, Typed, area_references, read_answer, say_value
from community.enums import EssEvidence, LegalFamily
from community.models import Organisation
from community.queries import reach_of
from kit import french
from kit.search_key import search_key
from territories.models import Area
from territories.queries import areas_by_key

ANSWER, FACT = "reponse", "fiche"
EVIDENCE_KEYS = {"forme-juridique": EssEvidence.STATUS, "mention-ess": EssEvidence.ESS_FLAG, "agrement-esus": EssEvidence.ESUS}
"""How the starting form names what the organisation's own page names otherwise; the other keys and labels are compared as they are."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer that a person may take up: `source` names it among those of its question, `origin` says where it comes from."""

    source: str
    origin: str
    reading: Reading
    said: str


@dataclass(frozen=True, slots=True)
class Offers:
    """Those of some questions, by key, and the areas that they name."""

    by_key: dict[str, tuple[Offer, ...]]
    areas: dict[str, Area]

    def named(self, key: str, source: str) -> Offer | None:
        return next((offer for offer in self.by_key.get(key, ()) if offer.source == source), None)


def offers_for(application: Application, questions: Collection[QuestionDefinition], user: User) -> Offers:
    """What `user`, who acts for the organisation, may take up for these questions, none of which is answered.

    One query; one more when a question is known of organisations, and one when territories come into play. None without questions,
    nor for those that ask for files (calls.queries.given).
    """
    questions = [question for question in questions if not question.is_files]
    if not questions:
        return Offers({}, {})
    answers = _earlier_answers(application, [question.key for question in questions], user)
    page, facts = _facts(application, questions)
    areas = areas_by_key(area_references([*(answer.typed for answer in answers.values()), *facts.values()]))
    labels = labels_of(areas)
    found: dict[str, tuple[Offer, ...]] = {}
    for question in questions:
        said: list[Offer] = []
        if question.key in answers:
            said.append(_offer(question, ANSWER, _origin(answers[question.key], user), answers[question.key].typed, labels))
        if question.key in facts:
            said.append(_offer(question, FACT, page, facts[question.key], labels))
        kept = {offer.said: offer for offer in reversed(said) if offer.reading.is_answered}
        if kept:
            found[question.key] = tuple(reversed(kept.values()))
    return Offers(found, dict(areas))


def _offer(question: QuestionDefinition, source: str, origin: str, typed: Typed, labels: dict[str, str]) -> Offer:
    reading = read_answer(question, typed_texts(typed), labels)
    return Offer(source, origin, reading, say_value(question, reading.value, labels))


def _earlier_answers(application: Application, keys: list[str], user: User) -> dict[str, Answer]:
    """Of the organisation's other dossiers that one sees, those deposited first, then the latest."""
    reach = application.readers.get(user.pk) or reach_of(user)
    others = (
        Application.objects.seen_without_invitation(user, reach).filter(organisation=application.organisation_id).exclude(pk=application.pk)
    )
    answers = Answer.objects.filter(application__in=others.order_by().values("pk"), question_key__in=keys, row=0, value__isnull=False)
    first = answers.order_by("question_key", F("application__current_deposit").desc(nulls_last=True), "-at", "-pk").distinct("question_key")
    return {answer.question_key: answer for answer in first.select_related("by", "application__project")}


def _origin(answer: Answer, user: User) -> str:
    whose = "Votre réponse" if answer.by_id == user.pk else f"Réponse de {answer.by}" if answer.by else "Réponse"
    dossier = answer.application
    place = f"dossier {dossier.number}" if dossier.number else f"brouillon « {dossier.project} »"
    return f"{whose} du {french.day(french.day_of(answer.at, user.time_zone))} ({place})"


def _facts(application: Application, questions: Collection[QuestionDefinition]) -> tuple[str, dict[str, Typed]]:
    """Where facts come from, in words, and what each of the questions that they answer would be told."""
    known = [question for question in questions if question.known_as]
    if not known:
        return "", {}
    organisation = Organisation.objects.select_related("commune").get(pk=application.organisation_id)
    checked = organisation.identity_checked_at
    when = f", reprise du répertoire le {french.day(french.day_of(checked))}" if checked else ""
    said = {question.key: _fact(question, organisation) for question in known}
    return f"Fiche de votre organisation{when}", {key: typed for key, typed in said.items() if typed}


def _fact(question: QuestionDefinition, organisation: Organisation) -> Typed:
    match question.known_as, question.kind:
        case KnownFact.CREATION, QuestionKind.DATE if organisation.creation_date:
            return organisation.creation_date.strftime("%d/%m/%Y")
        case KnownFact.COMMUNE, QuestionKind.COMMUNE if organisation.commune:
            return [organisation.commune.key]
        case KnownFact.ESS_EVIDENCE, QuestionKind.SINGLE_CHOICE if organisation.ess_evidence != EssEvidence.NONE:
            return _choice(question, EssEvidence(organisation.ess_evidence))
        case KnownFact.FAMILY, QuestionKind.SINGLE_CHOICE:
            return _choice(question, LegalFamily(organisation.family))
        case _:
            return ""


def _choice(question: QuestionDefinition, fact: EssEvidence | LegalFamily) -> str:
    """The choice that says the same as the fact, by its key or by its words."""
    for choice in question.choices:
        if EVIDENCE_KEYS.get(choice.key, choice.key.replace("-", "_")) == fact or search_key(choice.label) == search_key(str(fact.label)):
            return choice.key
    return ""
