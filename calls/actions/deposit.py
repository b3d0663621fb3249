"""The deposit of a dossier: in time or not, complete or not, once; and its receipt."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Prefetch, prefetch_related_objects

from accounts.models import User
from calls import emails
from calls.actions.application import lock_for, refuse_unless_editable
from calls.actions.receipt import issue_receipt
from calls.content import CONTENT_KIND, CONTENT_VERSION, Signatory, deposit_content
from calls.deadlines import implicit_decision_on
from calls.definition import declarations_of
from calls.enums import ApplicationState, ImplicitDecision
from calls.models import Application, Declaration, Deposit, DepositRefusal, Round
from calls.permissions import deposits_application, edits_application
from calls.queries.application import Missing, Sheet, sheet_of, writers_of
from calls.workflow import APPLICATION_TRANSITIONS
from kit import clock, french
from kit.canonical import sha256_hex, versioned
from kit.search_key import search_key
from kit.workflow import RefusedTransition, advance_locked
from notifications.actions import owe_message
from territories.enums import AreaKind
from territories.models import Area


class IncompleteApplication(RefusedTransition):
    """The dossier or its declarations are not complete."""

    def __init__(self, missing: Collection[Missing], declarations: Collection[Declaration]) -> None:
        super().__init__("Le dossier n’est pas complet : il ne peut pas encore être déposé.")
        self.missing = missing
        self.declarations = declarations


class NothingToDeposit(RefusedTransition):
    """The dossier is deposited as it stands (a second tab, a late press): nothing is lost, nothing is to do."""


@dataclass(frozen=True, slots=True)
class DepositRequest:
    """What a person sends to deposit: the key that makes a retry the same deposit, who signs, which declarations are made."""

    idempotency_key: UUID
    signatory: Signatory
    declarations: frozenset[int]


@transaction.atomic
def deposit_application(application: Application, request: DepositRequest, *, by: User, arrived_at: datetime) -> Deposit:
    """Deposit the dossier as it is now: an immutable content, a number, a receipt, and a message to whoever wrote in it.

    Whoever wrote in it and left the organisation since is not told. The same idempotency key returns the first deposit. Refuses (nothing is written): a request that arrived after the closing, an
    incomplete dossier or a missing declaration, a dossier deposited already and unchanged since, and who may not deposit.
    """
    locked = lock_for(by, application, "round__call", "organisation", "project")
    if not deposits_application(by, locked):
        raise PermissionDenied
    earlier = dict(Deposit.objects.filter(application=locked).values_list("idempotency_key", "pk"))
    if request.idempotency_key in earlier:
        return Deposit.objects.select_related("receipt").get(pk=earlier[request.idempotency_key])
    refuse_unless_editable(locked, arrived_at)
    if locked.state == ApplicationState.DEPOSITED and not locked.changed_since_deposit:
        raise NothingToDeposit("Ce dossier est déjà déposé et rien n’a changé depuis.")
    sheet, declarations = sheet_of(locked), declarations_asked(locked)
    undeclared = [item for item in declarations if item.required and item.pk not in request.declarations]
    if sheet.missing or undeclared:
        raise IncompleteApplication(sheet.missing, undeclared)
    made = [item for item in declarations if item.pk in request.declarations]
    deposit = _record(locked, sheet, request, made, sequence=len(earlier) + 1, by=by, arrived_at=arrived_at)
    advance_locked(
        locked,
        "deposit" if locked.state == ApplicationState.DRAFT else "deposit_again",
        APPLICATION_TRANSITIONS,
        by=by,
        number=locked.number,
        current_deposit=deposit,
    )
    receipt = issue_receipt(deposit, f"{locked.number}-{deposit.sequence}", receipt_content(deposit, locked))
    readers = [writer for writer in writers_of(locked) if edits_application(writer, locked)]
    for writer in {person.pk: person for person in [by, *readers]}.values():
        owe_message(f"deposit:{deposit.pk}:{writer.pk}", emails.deposit_received(receipt, writer), recipient=writer)
    return deposit


def note_refusal(
    application: Application,
    why: str,
    *,
    by: User,
    arrived_at: datetime,
    missing: Iterable[str] = (),
    tried_since: datetime | None = None,
) -> DepositRefusal:
    """Keep the trace of a press on « Déposer » that was refused; `tried_since` is when its page says that it was first pressed.

    Refuses who may not deposit: a stranger leaves no trace here.
    """
    if not deposits_application(by, application):
        raise PermissionDenied
    return DepositRefusal.objects.create(
        application=application, by=by, arrived_at=arrived_at, why=why, missing=list(missing), tried_since=tried_since
    )


def declarations_asked(application: Application) -> list[Declaration]:
    """The declarations that this organisation has to make."""
    family = application.organisation.family
    return [item for item in declarations_of(application.round) if item.concerns(family)]


def _record(
    application: Application,
    sheet: Sheet,
    request: DepositRequest,
    declarations: list[Declaration],
    *,
    sequence: int,
    by: User,
    arrived_at: datetime,
) -> Deposit:
    application.number = application.number or _next_number(application.round)
    organisation, project = application.organisation, application.project
    prefetch_related_objects([project], "themes", Prefetch("places", Area.objects.select_related("departement", "region")))
    content = versioned(
        CONTENT_KIND,
        CONTENT_VERSION,
        deposit_content(
            application,
            sheet,
            number=application.number,
            sequence=sequence,
            arrived_at=arrived_at,
            signatory=request.signatory,
            declarations=declarations,
        ),
    )
    places = list(project.places.all())
    return Deposit.objects.create(
        application=application,
        sequence=sequence,
        idempotency_key=request.idempotency_key,
        revision=application.revision,
        arrived_at=arrived_at,
        recorded_at=clock.now(),
        deposited_by=by,
        capacity=request.signatory.capacity,
        signatory_name=request.signatory.name,
        signatory_function=request.signatory.function,
        content_version=CONTENT_VERSION,
        content=content.decode(),
        content_sha256=sha256_hex(content),
        organisation_name=organisation.name,
        project_name=project.name,
        legal_family=organisation.family,
        theme_codes=[theme.code for theme in project.themes.all()],
        departement_codes=_codes_of(AreaKind.DEPARTEMENT, places),
        region_codes=_codes_of(AreaKind.REGION, places),
        search_text=search_key(application.number, organisation.name, organisation.acronym, organisation.identifier, project.name),
    )


def _codes_of(kind: AreaKind, places: list[Area]) -> list[str]:
    """The codes of the départements, or régions, that the places are or lie in."""
    areas = [
        place if place.kind == kind else {AreaKind.DEPARTEMENT: place.departement, AreaKind.REGION: place.region}[kind] for place in places
    ]
    return sorted({area.code for area in areas if area is not None})


def _next_number(round: Round) -> str:
    """The next number of the round; the row stays locked until the deposit commits, so that no two are alike."""
    Round.objects.filter(pk=round.pk).update(last_number=F("last_number") + 1)
    return f"{round.code}-{Round.objects.values_list('last_number', flat=True).get(pk=round.pk):04d}"


def receipt_content(deposit: Deposit, application: Application) -> dict[str, Any]:
    """What the receipt says (CRPA R112-11-1): reception, service and contacts, what silence means and from when, appeals."""
    round_, call, organisation = application.round, application.round.call, application.organisation
    return {
        "received_at": deposit.arrived_at.isoformat(),
        "application_number": application.number,
        "deposit_sequence": deposit.sequence,
        "organisation": organisation.name,
        "identifier": organisation.identifier,
        "project": application.project.name,
        "call": call.title,
        "round": round_.name,
        "signatory": deposit.signatory_name,
        "function": deposit.signatory_function,
        "capacity": deposit.get_capacity_display(),
        "service": {
            "name": call.service_name,
            "address": call.service_address,
            "email": call.service_email,
            "phone": call.service_phone,
        },
        "silence": {
            "meaning": round_.implicit_decision,
            "label": ImplicitDecision(round_.implicit_decision).label,
            "months": round_.silence_months,
            "from": _silence_from(deposit.arrived_at, round_.silence_months).isoformat(),
        },
        "completeness_notice": round_.completeness_notice,
        "appeal_notice": round_.appeal_notice,
        "content_sha256": deposit.content_sha256,
    }


def _silence_from(arrived_at: datetime, months: int) -> date:
    return implicit_decision_on(french.day_of(arrived_at), months)
