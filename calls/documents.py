"""PDF documents of a dossier, set by typst from plain words."""

from typing import Any

from calls.models import Application
from calls.queries.application import Sheet
from kit import clock, french
from kit.pdf import render_pdf


def application_pdf_of(application: Application, sheet: Sheet) -> bytes:
    """The dossier as it is now, whole, marked as a draft or with what was deposited."""
    now = clock.now()
    return render_pdf("calls/application.typ", application_words(application, sheet), at=now)


def application_words(application: Application, sheet: Sheet) -> dict[str, Any]:
    """What the document says, in words."""
    return {
        "call": application.round.call.title,
        "round": application.round.name,
        "number": application.number,
        "organisation": application.organisation.name,
        "identifier": application.organisation.identifier,
        "project": application.project.name,
        "summary": application.project.summary,
        "state": _state(application),
        "printed": french.instant(clock.now()),
        "sections": [
            {
                "title": section.title,
                "answers": [
                    {"label": question.label, "said": sheet.said(question), "required": question.required} for question in section.questions
                ],
            }
            for section in sheet.definition.sections
        ],
    }


def _state(application: Application) -> str:
    if application.current_deposit is None:
        return "Brouillon : ce dossier n’a pas été déposé."
    deposited = f"Déposé le {french.instant(application.current_deposit.arrived_at)}."
    if application.state == "withdrawn":
        return f"{deposited} Retiré depuis."
    return (
        f"{deposited} Modifié depuis le dépôt : ces modifications ne sont pas déposées." if application.changed_since_deposit else deposited
    )
