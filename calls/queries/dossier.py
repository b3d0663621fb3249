"""A deposit as staff read it: the content that was sealed, never the answers as they are now."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from calls.enums import AttachmentState, Capacity, DeclarationKind, QuestionKind, RuleOutcome, Visibility
from calls.grid import Rows
from calls.models import Application, Attachment, Deposit, Receipt
from calls.queries.attachment import standings
from community.enums import CooperativeForm, EssEvidence, IdentifierKind, LegalFamily, Trust
from kit import french
from kit.addresses import is_web_address
from kit.identifiers import siret_in_groups
from territories.models import Area


@dataclass(frozen=True, slots=True)
class FileView:
    """A file as its deposit names it, and how it stands today where that is known."""

    uuid: str
    name: str
    size: int
    sha256: str
    attachment: Attachment | None = None

    @property
    def said(self) -> str:
        return f"{self.name} ({french.file_size(self.size)})"

    @property
    def is_served(self) -> bool:
        return self.attachment is not None and self.attachment.is_served

    @property
    def standing(self) -> str:
        """What a reader must know before opening it."""
        if self.attachment is None:
            return "Ce fichier n’est plus conservé."
        if self.attachment.state == AttachmentState.CHECKING:
            return "Recherche de virus en cours : il pourra être téléchargé ensuite."
        if self.attachment.state == AttachmentState.INFECTED:
            return self.attachment.problem.partition(" Retirez")[0] + " Il ne peut pas être téléchargé."
        return "" if self.attachment.checked_at else "Aucun antivirus ne l’a examiné."


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One answer as it was read at the deposit."""

    key: str
    kind: str
    label: str
    said: str
    value: Any
    visibility: str
    rows: Rows | None = None
    """The table that the answer is, where it is one."""
    files: tuple[FileView, ...] = ()

    @property
    def link(self) -> str:
        """The address of a site, which may be followed."""
        return self.value if self.kind == QuestionKind.URL and is_web_address(str(self.value)) else ""

    @property
    def visibility_label(self) -> str:
        return str(dict(Visibility.choices).get(self.visibility, self.visibility))


@dataclass(frozen=True, slots=True)
class SectionView:
    key: str
    title: str
    answers: tuple[AnswerView, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the identity; `trust` says how far it is believed, where that was known."""

    label: str
    said: str
    trust: str = ""

    @property
    def trust_label(self) -> str:
        return str(dict(Trust.choices).get(self.trust, self.trust))


@dataclass(frozen=True, slots=True)
class DeclarationView:
    kind: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule of eligibility, and what the deposited answers said of it."""

    sentence: str
    outcome: str

    @property
    def outcome_label(self) -> str:
        unknown = "Ne peut pas être vérifiée : réponse absente"
        return unknown if self.outcome == RuleOutcome.UNKNOWN else _label(RuleOutcome.choices, self.outcome)


@dataclass(frozen=True, slots=True)
class DepositView:
    """A deposit whole, in words."""

    deposit: Deposit
    organisation: str
    identifier: str
    identity: tuple[Fact, ...]
    project: str
    summary: str
    themes: tuple[str, ...]
    places: tuple[str, ...]
    signatory: tuple[Fact, ...]
    declarations: tuple[DeclarationView, ...]
    sections: tuple[SectionView, ...]
    call: str
    round: str
    rules: tuple[RuleView, ...] = ()

    def answers(self) -> dict[str, AnswerView]:
        return {answer.key: answer for section in self.sections for answer in section.answers}


UNREAD_OF_CALL = tuple(f"round__call__{text}" for text in ("summary", "presentation", "rules", "selection", "benefits", "service_address"))
"""Texts that are long, and that no page of a deposited dossier shows."""


def deposited_dossier(user: User, uuid: UUID) -> Application | None:
    """The dossier with its deposit in force and what its page names, if staff may read it: one query."""
    return (
        Application.objects.deposited_for(user)
        .select_related("round__call", "current_deposit__deposited_by", "follower")
        .defer("current_deposit__search_text", *UNREAD_OF_CALL)
        .filter(uuid=uuid)
        .first()
    )


def deposits_of(application: Application) -> list[Deposit]:
    """The deposits of a dossier, the newest first, each with its receipt, without their contents: one query."""
    return list(application.deposits.defer("content", "search_text").select_related("receipt", "deposited_by").order_by("-sequence"))


def deposit_of(application: Application, sequence: int) -> Deposit | None:
    """One deposit of a dossier, with its content: one query."""
    return application.deposits.filter(sequence=sequence).first()


def receipt_of(application: Application, sequence: int) -> Receipt | None:
    """The receipt of one deposit: one query."""
    return Receipt.objects.filter(deposit__application=application, deposit__sequence=sequence).select_related("deposit").first()


def read_deposit(deposit: Deposit) -> DepositView:
    """The content in words; costs no query. Reads schema versions 1 and 2 (calls/content.py)."""
    return read_content(deposit, json.loads(deposit.content)["content"])


def read_content(deposit: Deposit, content: dict[str, Any]) -> DepositView:
    """The same of a content in hand."""
    files = {file["uuid"]: FileView(file["uuid"], file["name"], file["size"], file["sha256"]) for file in content["files"]}
    organisation, project, signatory = content["organisation"], content["project"], content["signatory"]
    return DepositView(
        deposit=deposit,
        organisation=organisation["name"],
        identifier=identifier_in(organisation),
        identity=tuple(_identity(organisation)),
        project=project["name"],
        summary=project["summary"],
        themes=tuple(theme["name"] for theme in project["themes"]),
        places=tuple(Area(kind=place["kind"], code=place["code"], name=place["name"]).label for place in project["places"]),
        signatory=tuple(_signatory(signatory)),
        declarations=tuple(
            DeclarationView(_label(DeclarationKind.choices, item["kind"]), item["text"], item["source"]) for item in content["declarations"]
        ),
        sections=tuple(
            SectionView(section["key"], section["title"], tuple(_answer(answer, files) for answer in section["answers"]))
            for section in content["sections"]
        ),
        call=content["call"]["title"],
        round=content["round"]["name"],
        rules=tuple(RuleView(rule["sentence"], rule["outcome"]) for rule in content.get("rules", ())),
    )


def identifier_in(organisation: dict[str, Any]) -> str:
    """The identifier of a sealed identity, whichever it is."""
    return organisation["siret"] or organisation["rna"] or organisation["other_identifier"] or ""


def _answer(answer: dict[str, Any], files: dict[str, FileView]) -> AnswerView:
    named = tuple(files[uuid] for uuid in answer["value"]) if answer["kind"] == QuestionKind.FILES else ()
    rows = Rows.from_plain(answer.get("table"))
    return AnswerView(answer["key"], answer["kind"], answer["label"], answer["said"], answer["value"], answer["visibility"], rows, named)


def with_standings(view: DepositView) -> DepositView:
    """The same deposit, its files as they stand today: one query, none where it names no file."""
    named = [file.uuid for answer in view.answers().values() for file in answer.files]
    found = standings(named)
    if not named:
        return view
    return replace(
        view,
        sections=tuple(
            replace(section, answers=tuple(_standing(answer, found) for answer in section.answers)) for section in view.sections
        ),
    )


def _standing(answer: AnswerView, found: Mapping[str, Attachment]) -> AnswerView:
    return replace(answer, files=tuple(replace(file, attachment=found.get(file.uuid)) for file in answer.files))


def _identity(organisation: dict[str, Any]) -> Iterable[Fact]:
    trust = organisation["identity_trust"]
    checked = organisation["identity_checked_at"]
    yield Fact("Dénomination", " – ".join(filter(None, (organisation["name"], organisation["acronym"]))), trust)
    siret = siret_in_groups(organisation["siret"]) if organisation["siret"] else ""
    yield Fact(
        _label(IdentifierKind.choices, organisation["identifier_kind"]), siret or identifier_in(organisation) or "Aucun numéro", trust
    )
    yield Fact("Adresse", _address(organisation), trust)
    if organisation["creation_date"]:
        yield Fact("Création", french.day(date.fromisoformat(organisation["creation_date"])), trust)
    yield Fact("Famille juridique déclarée", _label(LegalFamily.choices, organisation["legal_family"]), Trust.DECLARED)
    if organisation["verified_legal_family"]:
        yield Fact("Famille juridique vérifiée", _label(LegalFamily.choices, organisation["verified_legal_family"]), Trust.VERIFIED)
    if organisation["legal_category"]:
        yield Fact("Catégorie juridique (INSEE)", organisation["legal_category"], trust)
    if organisation["cooperative_form"]:
        yield Fact("Forme coopérative", _label(CooperativeForm.choices, organisation["cooperative_form"]), Trust.DECLARED)
    if organisation["ess_evidence"]:
        yield Fact("Appartenance à l’ESS", _label(EssEvidence.choices, organisation["ess_evidence"]), organisation["ess_trust"])
    if organisation["activity_code"]:
        yield Fact("Activité (NAF)", organisation["activity_code"], trust)
    if checked:
        yield Fact("Identité contrôlée", french.instant(datetime.fromisoformat(checked)))


def _address(organisation: dict[str, Any]) -> str:
    town = " ".join(filter(None, (organisation["postcode"], organisation["commune_name"])))
    return "\n".join(filter(None, (organisation["address"], town))) or "Non renseignée"


def _signatory(signatory: dict[str, Any]) -> Iterable[Fact]:
    yield Fact("Nom", signatory["name"])
    yield Fact("Fonction", signatory["function"])
    yield Fact("En qualité de", _label(Capacity.choices, signatory["capacity"]))
    if signatory["delegation"]:
        yield Fact("Délégation", signatory["delegation"])


def _label(choices: Iterable[tuple[Any, Any]], value: str) -> str:
    return str(dict(choices).get(value, value))
