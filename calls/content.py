"""What a deposit holds, as plain values for canonical JSON: schema version 2 (1 had no `rules`)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calls.conditions.evaluation import RuleResult
from calls.definition import QuestionDefinition
from calls.enums import Capacity
from calls.models import Application, Declaration
from calls.queries.application import Sheet
from community.models import Organisation

CONTENT_KIND = "frenchimpact.deposit"
CONTENT_VERSION = 2


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who deposits, and in what capacity; `delegation` says what gives it (date and author) where there is one."""

    name: str
    function: str
    capacity: Capacity
    delegation: str = ""


def deposit_content(
    application: Application,
    sheet: Sheet,
    *,
    number: str,
    sequence: int,
    arrived_at: datetime,
    signatory: Signatory,
    declarations: list[Declaration],
) -> dict[str, Any]:
    """The dossier as it is at this instant. Instants are UTC; every answer keeps its value and the words it was read as."""
    round_, call = application.round, application.round.call
    return {
        "number": number,
        "sequence": sequence,
        "application": str(application.uuid),
        "revision": application.revision,
        "arrived_at": arrived_at,
        "call": {"slug": call.slug, "title": call.title, "kind": call.kind},
        "round": {"code": round_.code, "name": round_.name, "closes_at": application.closes_at},
        "signatory": {
            "name": signatory.name,
            "function": signatory.function,
            "capacity": signatory.capacity.value,
            "delegation": signatory.delegation,
        },
        "declarations": [{"kind": item.kind, "text": item.text, "source": item.source} for item in declarations],
        "organisation": organisation_identity(application.organisation),
        "project": {
            "name": application.project.name,
            "summary": application.project.summary,
            "themes": [{"code": theme.code, "name": theme.name} for theme in application.project.themes.all()],
            "places": [{"kind": place.kind, "code": place.code, "name": place.name} for place in application.project.places.all()],
        },
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "answers": [_answer(question, sheet) for question in section.questions if sheet.reading(question.key).is_answered],
            }
            for section in sheet.shown
        ],
        "rules": [_rule(result) for result in sheet.rules],
        "files": [
            {"question": question.key, **file}
            for section in sheet.shown
            for question in section.questions
            if question.is_files
            for file in sheet.reading(question.key).value or ()
        ],
    }


def organisation_identity(organisation: Organisation) -> dict[str, Any]:
    """The organisation as it is known now, and how far each part is believed."""
    return {
        "name": organisation.name,
        "acronym": organisation.acronym,
        "identifier_kind": organisation.identifier_kind,
        "siret": organisation.siret,
        "rna": organisation.rna,
        "other_identifier": organisation.other_identifier,
        "address": organisation.address,
        "postcode": organisation.postcode,
        "commune": f"commune:{organisation.commune.code}" if organisation.commune else None,
        "commune_name": organisation.commune.name if organisation.commune else "",
        "creation_date": organisation.creation_date,
        "legal_category": organisation.legal_category,
        "legal_family": organisation.legal_family,
        "verified_legal_family": organisation.verified_legal_family,
        "cooperative_form": organisation.cooperative_form,
        "activity_code": organisation.activity_code,
        "activity_nomenclature": organisation.activity_nomenclature,
        "workforce_band": organisation.workforce_band,
        "ess_evidence": organisation.ess_evidence,
        "ess_trust": organisation.ess_trust,
        "identity_trust": organisation.identity_trust,
        "identity_checked_at": organisation.identity_checked_at,
    }


def _answer(question: QuestionDefinition, sheet: Sheet) -> dict[str, Any]:
    """`table` comes only with an answer that is one: its words as they are read, headers and totals included. Files are named by their uuid."""
    rows = sheet.rows(question)
    table = {"table": rows.as_plain()} if rows else {}
    value = sheet.reading(question.key).value
    return {
        "key": question.key,
        "kind": question.kind.value,
        "label": question.label,
        "visibility": question.visibility.value,
        "value": [file["uuid"] for file in value] if question.is_files else value,
        "said": sheet.said(question),
        **table,
    }


def _rule(result: RuleResult) -> dict[str, Any]:
    """A rule as it stood, and what the answers said of it: a person's finding is a record of its own."""
    rule = result.rule
    return {"key": rule.key, "sentence": rule.sentence, "condition": rule.condition.words, "outcome": result.outcome.value}
