"""A list of dossiers to eliminate, as a PDF for the archives and as a table."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings

from calls.enums import EliminationGround, EliminationState
from calls.models import EliminationLine, EliminationList
from kit import clock, french
from kit.pdf import render_pdf
from kit.spreadsheets import Cell

HEADER = (
    "Dossier",
    "Appel",
    "Session",
    "Organisation",
    "Premier dépôt (heure de Paris)",
    "Dernier dépôt (heure de Paris)",
    "Empreinte SHA-256 du dernier dépôt",
    "Motif",
    "Conservé (années)",
    "Depuis le",
    "Échéance",
    "Référence de la demande",
    "Conservé finalement, parce que",
    "Éliminé le (heure de Paris)",
)


def why(line: EliminationLine) -> str:
    """Why a dossier stands on its list, in words."""
    if line.ground == EliminationGround.REQUEST or line.kept_since is None or line.due_on is None:
        return f"Demande d’effacement, référence {line.request_reference}"
    kept = f"conservé {french.counted(line.kept_years or 0, 'an')} depuis le {french.day(line.kept_since)}, échéance le {french.day(line.due_on)}"
    return f"{line.get_ground_display()}{french.NBSP}: {kept}"


def elimination_rows(lines: Iterable[EliminationLine]) -> Iterator[list[Cell]]:
    """One row a dossier, those that are kept in the end as well."""
    for line in lines:
        yield [
            line.number,
            line.call_title,
            line.round_name,
            line.organisation_name,
            line.first_deposit_at,
            line.last_deposit_at,
            line.content_sha256,
            line.get_ground_display(),
            line.kept_years,
            line.kept_since,
            line.due_on,
            line.request_reference,
            line.kept_reason,
            line.eliminated_at,
        ]


def elimination_pdf_of(elimination: EliminationList, lines: list[EliminationLine]) -> bytes:
    """The list as it goes to the archives."""
    return render_pdf("calls/elimination.typ", elimination_words(elimination, lines), at=clock.now())


def elimination_words(elimination: EliminationList, lines: list[EliminationLine]) -> dict[str, Any]:
    """What the document says, in words: dossiers to eliminate, then those kept in the end."""
    asked = [line for line in lines if not line.kept_reason]
    years = sorted({french.day_of(line.last_deposit_at).year for line in asked})
    return {
        "title": f"Bordereau d’élimination n°{french.NBSP}{elimination.number}",
        "author": settings.SITE_NAME,
        "watermark": "DÉMONSTRATION" if settings.DEMONSTRATION else None,
        "facts": [{"label": label, "text": text} for label, text in _facts(elimination, asked, years)],
        "lines": [
            {
                "number": line.number,
                "round": f"{line.call_title} – {line.round_name}",
                "organisation": line.organisation_name,
                "deposits": _deposits(line),
                "why": why(line),
                "digest": line.content_sha256,
            }
            for line in asked
        ],
        "approved": elimination.visa_on is not None,
        "kept": [
            {"number": line.number, "organisation": line.organisation_name, "why": line.kept_reason} for line in lines if line.kept_reason
        ],
    }


def _facts(elimination: EliminationList, asked: list[EliminationLine], years: list[int]) -> Iterator[tuple[str, str]]:
    yield "Service producteur", settings.SITE_NAME
    yield "État", elimination.get_state_display()
    yield "Établi le", french.day(french.day_of(elimination.prepared_at))
    yield "Dossiers", french.counted(len(asked), "dossier")
    if years:
        yield "Dates extrêmes", str(years[0]) if years[0] == years[-1] else f"{years[0]} – {years[-1]}"
    if elimination.submitted_at:
        yield "Soumis au visa", f"{french.day(french.day_of(elimination.submitted_at))}, à {elimination.archives_service}"
    if elimination.visa_on:
        yield "Visa", f"{elimination.visa_reference}, {french.day(elimination.visa_on)}, par {elimination.visa_by}"
    if elimination.state == EliminationState.CARRIED_OUT and elimination.carried_out_at:
        who = elimination.ordered_by or "un compte supprimé"
        yield "Éliminé", f"{french.day(french.day_of(elimination.carried_out_at))}, sur ordre de {who}"


def _deposits(line: EliminationLine) -> str:
    first, last = french.day(french.day_of(line.first_deposit_at)), french.day(french.day_of(line.last_deposit_at))
    return first if first == last else f"{first} – {last}"
