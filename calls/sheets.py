"""The list of dossiers as a table for a spreadsheet: its header and its rows, from what was deposited."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from calls.definition import QuestionDefinition, definition_of
from calls.enums import Capacity, Outcome, QuestionKind, Visibility
from calls.models import Application, Round
from calls.queries.dossier import identifier_in
from calls.queries.staff import Offer
from kit.spreadsheets import Cell

HEADER = (
    "Numéro",
    "Session",
    "État",
    "Modifié depuis le dépôt",
    "Arrivée (heure de Paris)",
    "Organisation",
    "Identifiant",
    "Famille juridique",
    "Régions",
    "Départements",
    "Thèmes",
    "Projet",
    "Signataire",
    "Fonction",
    "En qualité de",
    "Recevable",
    "Éligible",
    "Suivi par",
)
OUTCOMES: dict[str | None, str] = {None: "À examiner", **{value: str(label) for value, label in Outcome.choices}}
BETWEEN = " ; "


class DossierSheet:
    """Writes one row a dossier; with a round, one more column for each of its questions."""

    def __init__(self, offer: Offer, round: Round | None) -> None:
        self.themes, self.regions = dict(offer.themes), dict(offer.regions)
        self.departements = {code: label.partition(" – ")[2] for code, label in offer.departements}
        self.questions: Sequence[QuestionDefinition] = list(definition_of(round).questions()) if round else []

    def header(self) -> list[str]:
        return [*HEADER, *(_titled(question) for question in self.questions)]

    def rows(self, applications: Iterable[Application]) -> Iterator[list[Cell]]:
        """Each with its deposit (content included), round, follower, `admissible` and `eligible` at hand: costs no query."""
        for application in applications:
            yield self._row(application)

    def _row(self, application: Application) -> list[Cell]:
        deposit = application.current_deposit
        assert deposit is not None  # noqa: S101 - a deposited dossier has one: a constraint says so
        content: dict[str, Any] = json.loads(deposit.content)["content"]
        answers = {answer["key"]: answer for section in content["sections"] for answer in section["answers"]}
        return [
            application.number,
            application.round.code,
            application.get_state_display(),
            application.changed_since_deposit,
            deposit.arrived_at,
            deposit.organisation_name,
            identifier_in(content["organisation"]),
            deposit.get_legal_family_display(),
            BETWEEN.join(self.regions.get(code, code) for code in deposit.region_codes),
            BETWEEN.join(self.departements.get(code, code) for code in deposit.departement_codes),
            BETWEEN.join(self.themes.get(code, code) for code in deposit.theme_codes),
            deposit.project_name,
            deposit.signatory_name,
            deposit.signatory_function,
            str(Capacity(deposit.capacity).label),
            OUTCOMES[application.admissible],  # type: ignore[attr-defined] # annotated by the list
            OUTCOMES[application.eligible],  # type: ignore[attr-defined] # annotated by the list
            str(application.follower or ""),
            *(_cell(answers.get(question.key)) for question in self.questions),
        ]


def _titled(question: QuestionDefinition) -> str:
    return f"{question.label} [confidentiel]" if question.visibility == Visibility.CONFIDENTIAL else question.label


def _cell(answer: dict[str, Any] | None) -> Cell:
    """The value where spreadsheets know its type, else the words."""
    if answer is None:
        return None
    value = answer["value"]
    match answer["kind"]:
        case QuestionKind.NUMBER | QuestionKind.AMOUNT:
            return Decimal(value)
        case QuestionKind.DATE:
            return date.fromisoformat(value)
        case QuestionKind.YES_NO:
            return bool(value)
    said: str = answer["said"]
    return said
