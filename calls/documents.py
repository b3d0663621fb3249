"""PDF documents of a dossier, set by typst from plain words."""

from typing import Any

from django.conf import settings

from calls.definition import QuestionDefinition
from calls.enums import ApplicationState
from calls.grid import Rows
from calls.models import Application
from calls.queries.application import Sheet
from calls.queries.dossier import AnswerView, DepositView, Fact
from kit import clock, french
from kit.identifiers import siret_in_groups
from kit.pdf import render_pdf


def application_pdf_of(application: Application, sheet: Sheet) -> bytes:
    """The dossier as it is now, whole, marked as a draft or with what was deposited."""
    return _set(application_words(application, sheet))


def deposit_pdf_of(application: Application, view: DepositView) -> bytes:
    """A deposit, whole, as it was sealed: for staff, who never read what was changed since."""
    return _set(deposit_words(application, view))


def _set(words: dict[str, Any]) -> bytes:
    return render_pdf("calls/application.typ", {**words, "demonstration": settings.DEMONSTRATION}, at=clock.now())


def deposit_words(application: Application, view: DepositView) -> dict[str, Any]:
    """What the document of a deposit says, in words."""
    deposited = f"Dépôt n°{french.NBSP}{view.deposit.sequence}, arrivé le {french.instant(view.deposit.arrived_at, seconds=True)}."
    return {
        "call": view.call,
        "round": view.round,
        "number": application.number,
        "organisation": view.organisation,
        "identifier": siret_in_groups(view.identifier),
        "project": view.project,
        "summary": view.summary,
        "state": f"{deposited} Retiré depuis." if application.state == "withdrawn" else deposited,
        "printed": french.instant(clock.now()),
        "sections": [
            {"title": "Organisation", "answers": [_line(fact.label, _with_trust(fact)) for fact in view.identity]},
            *(
                {
                    "title": section.title,
                    "answers": [_line(answer.label, _with_digests(answer), rows=answer.rows) for answer in section.answers],
                }
                for section in view.sections
            ),
            {
                "title": "Signature et déclarations",
                "answers": [
                    *(_line(fact.label, fact.said) for fact in view.signatory),
                    *(_line(item.kind, item.text) for item in view.declarations),
                    _line("Empreinte du contenu (SHA-256)", view.deposit.content_sha256),
                ],
            },
        ],
    }


def _with_digests(answer: AnswerView) -> str:
    return "\n".join(f"{file.said}, SHA-256 {file.sha256}" for file in answer.files) or answer.said


def _with_trust(fact: Fact) -> str:
    return f"{fact.said}\n[{fact.trust_label}]" if fact.trust else fact.said


def _line(label: str, said: str, *, required: bool = False, rows: Rows | None = None) -> dict[str, Any]:
    """`table` comes only with an answer that is one."""
    return {"label": label, "said": said, "required": required, **({"table": rows.as_plain()} if rows else {})}


def application_words(application: Application, sheet: Sheet) -> dict[str, Any]:
    """What the document says, in words."""
    return {
        "call": application.round.call.title,
        "round": application.round.name,
        "number": application.number,
        "organisation": application.organisation.name,
        "identifier": siret_in_groups(application.organisation.identifier),
        "project": application.project.name,
        "summary": application.project.summary,
        "state": _state(application),
        "printed": french.instant(clock.now()),
        "sections": [
            {
                "title": section.title,
                "answers": [
                    _line(question.label, _said(sheet, question), required=sheet.scope.requires(question), rows=sheet.rows(question))
                    for question in section.questions
                ],
            }
            for section in sheet.shown
        ],
    }


def _said(sheet: Sheet, question: QuestionDefinition) -> str:
    """The answer in words; of files, their digests too."""
    if not question.is_files:
        return sheet.said(question)
    files = sheet.reading(question.key).value or ()
    return "\n".join(f"{file['name']} ({french.file_size(file['size'])}), SHA-256 {file['sha256']}" for file in files)


def _state(application: Application) -> str:
    if application.current_deposit is None:
        return "Brouillon : ce dossier n’a pas été déposé."
    deposited = f"Déposé le {french.instant(application.current_deposit.arrived_at)}."
    withdrawn = " Retiré depuis." if application.state == ApplicationState.WITHDRAWN else ""
    changed = application.current_deposit.revision != application.revision
    return f"{deposited}{withdrawn}" + (
        " Modifié depuis le dépôt : ces modifications, imprimées ici, ne sont pas déposées." if changed else ""
    )
