"""Elimination of deposited dossiers: a list is prepared, sent to the archives for their visa, then carried out by a named person."""

import logging
from datetime import date

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, connection, transaction

from accounts.models import User
from accounts.permissions import manages_calls
from calls import emails, tasks
from calls.enums import EliminationGround, EliminationState
from calls.models import Application, EliminatedReceipt, EliminationLine, EliminationList, Receipt
from calls.models.elimination import code_digest
from calls.permissions import prepares_elimination
from calls.queries.elimination import dossier_to_eliminate, due
from calls.workflow import ELIMINATION_TRANSITIONS
from kit import clock, french
from kit.broker import hand
from kit.workflow import RefusedTransition, advance, advance_locked
from notifications.actions import owe_message

logger = logging.getLogger(__name__)

CHANGED = "Un dépôt est arrivé depuis l’établissement du bordereau."
LOCK = 0x454C494D
"""Two preparations at once wait for each other, whatever rows there are."""


@transaction.atomic
def prepare_elimination(*, by: User | None) -> EliminationList | None:
    """Put every dossier that is due on the list in preparation, made if there is none; None, and nothing written, when none is due.

    `by=None` is the system. Refuses who does not manage calls.
    """
    if by is not None and not manages_calls(by):
        raise PermissionDenied
    _one_at_a_time()
    found = list(due())
    if not found:
        return None
    elimination = _in_preparation(by)
    EliminationLine.objects.bulk_create(_line(elimination, application) for application in found)
    return elimination


def prepare_monthly() -> EliminationList | None:
    """Prepare what is due, as the system; it makes one list of its own in each month of Paris at most."""
    this_month = french.day_of(clock.now()).replace(day=1)
    last = EliminationList.objects.filter(prepared_by__isnull=True).order_by("-prepared_at", "-pk").first()
    if last is not None and french.day_of(last.prepared_at) >= this_month:
        return None
    return prepare_elimination(by=None)


@transaction.atomic
def add_requested(number: str, reference: str, *, by: User) -> EliminationLine:
    """Put a deposited dossier on the list in preparation because a person asked for its erasure, whatever its age.

    Refuses who does not manage calls, an unknown dossier, one that stands on an open list, a request without reference.
    """
    if not manages_calls(by):
        raise PermissionDenied
    if not reference.strip():
        raise RefusedTransition("Une demande d’effacement porte sa référence.")
    _one_at_a_time()
    application = dossier_to_eliminate(number)
    if application is None:
        raise RefusedTransition("Aucun dossier déposé ne porte ce numéro, ou il figure déjà sur un bordereau en cours.")
    line = _line(_in_preparation(by), application)
    line.ground, line.request_reference = EliminationGround.REQUEST, reference
    line.kept_years = line.kept_since = line.due_on = None
    line.save()
    return line


@transaction.atomic
def keep_back(line: EliminationLine, *, by: User, reason: str) -> EliminationLine:
    """Keep a dossier in spite of its list, with a reason (a dispute, a wish of the archives); it is proposed again only once it changed.

    Refuses who does not prepare lists, and once the elimination was ordered.
    """
    elimination = EliminationList.objects.select_for_update(of=("self",)).get(pk=line.list_id)
    if not prepares_elimination(by, elimination):
        raise PermissionDenied
    if elimination.state not in {EliminationState.PREPARED, EliminationState.SUBMITTED, EliminationState.APPROVED}:
        raise RefusedTransition("L’élimination est ordonnée : ce bordereau ne change plus.")
    if not reason.strip():
        raise RefusedTransition("Dites pourquoi ce dossier est conservé.")
    locked = EliminationLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if locked.kept_reason:
        raise RefusedTransition("Ce dossier est déjà conservé.")
    locked.kept_reason = reason
    locked.save(update_fields=["kept_reason"])
    return locked


@transaction.atomic
def submit_elimination(elimination: EliminationList, *, by: User, archives_service: str) -> EliminationList:
    """Note that the list was sent to the archives for their visa: its lines are frozen from then on. Refuses a list that asks for nothing."""
    if not elimination.lines.to_eliminate().exists():
        raise RefusedTransition("Ce bordereau ne propose aucun dossier : il n’y a rien à soumettre.")
    return advance(
        elimination,
        "submit",
        ELIMINATION_TRANSITIONS,
        by=by,
        archives_service=archives_service,
        submitted_at=clock.now(),
        submitted_by=by,
    )


@transaction.atomic
def approve_elimination(elimination: EliminationList, *, by: User, reference: str, on: date, given_by: str) -> EliminationList:
    """Note the visa of the archives: its reference, its date, who gave it."""
    return advance(
        elimination, "approve", ELIMINATION_TRANSITIONS, by=by, why=reference, visa_reference=reference, visa_on=on, visa_by=given_by
    )


@transaction.atomic
def abandon_elimination(elimination: EliminationList, *, by: User, reason: str) -> EliminationList:
    """Give the list up, with a reason; its dossiers stay, and may stand on a later one."""
    if not reason.strip():
        raise RefusedTransition("L’abandon d’un bordereau porte son motif.")
    return advance(elimination, "abandon", ELIMINATION_TRANSITIONS, by=by, why=reason)


@transaction.atomic
def carry_out_elimination(elimination: EliminationList, *, by: User, confirmation: str) -> EliminationList:
    """Order the elimination of every dossier of an approved list, which a worker carries out after commit. Nothing brings them back.

    Refuses who is no administrator, and whoever did not type the number of the list.
    """
    if confirmation.strip() != elimination.number:
        raise RefusedTransition(f"Pour confirmer, tapez le numéro du bordereau : {elimination.number}.")
    ordered = advance(elimination, "carry_out", ELIMINATION_TRANSITIONS, by=by, ordered_at=clock.now(), ordered_by=by)
    transaction.on_commit(lambda: hand.give(tasks.run_elimination.delay, ordered.pk))
    return ordered


def run_elimination(elimination: EliminationList) -> int:
    """Eliminate what is left of an ordered list, each dossier in a transaction of its own, then end it and tell who ordered it; how many went.

    One that fails is logged, stops no other, and is tried again at the next sweep. One that was deposited again since is kept.
    """
    done = sum(_try_to_eliminate(pk) for pk in _waiting(elimination))
    _finish(elimination)
    return done


def sweep_eliminations() -> int:
    """Go on with the eliminations that a lost broker or a dead worker left."""
    return sum(run_elimination(each) for each in EliminationList.objects.filter(state=EliminationState.CARRYING_OUT).order_by("pk"))


def _waiting(elimination: EliminationList) -> list[int]:
    waiting = EliminationLine.objects.waiting().filter(list=elimination, list__state=EliminationState.CARRYING_OUT)
    return list(waiting.order_by("pk").values_list("pk", flat=True))


def _try_to_eliminate(pk: int) -> int:
    try:
        return _eliminate(pk)
    except (OperationalError, InterfaceError):  # the database is away for all of them: the next sweep takes them up
        raise
    except Exception:
        logger.exception("The dossier of elimination line %s could not be eliminated.", pk)
        return 0


@transaction.atomic
def _eliminate(pk: int) -> int:
    line = EliminationLine.objects.waiting().select_for_update(of=("self",)).filter(pk=pk).first()
    if line is None:  # another worker came first
        return 0
    application = Application.objects.select_for_update(of=("self",)).select_related("current_deposit").get(elimination_lines=line)
    if application.current_deposit is None or application.current_deposit.content_sha256 != line.content_sha256:
        line.kept_reason = CHANGED
        line.save(update_fields=["kept_reason"])
        return 0
    receipts = list(Receipt.objects.filter(deposit__application=application).order_by("pk"))
    EliminatedReceipt.objects.bulk_create(
        EliminatedReceipt(line=line, number=receipt.number, code_sha256=code_digest(receipt.number, receipt.code)) for receipt in receipts
    )
    _delete_dossier(line, application)
    # The one place where stored files of an eliminated dossier go.
    files = [str(receipt.pdf.name) for receipt in receipts if receipt.pdf]
    transaction.on_commit(lambda: _delete_files(files))
    line.eliminated_at = clock.now()
    line.save(update_fields=["eliminated_at"])
    logger.info("Dossier %s was eliminated (line %s).", line.number, line.pk)
    return 1


def _delete_dossier(line: EliminationLine, application: Application) -> None:
    """Through the door that the triggers leave: this line, this dossier, this transaction.

    Deposits go in SQL: a dossier and its deposit name each other, and their keys are compared at commit.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('calls.eliminating', %s, true)", [str(line.pk)])
        cursor.execute(
            "DELETE FROM calls_receipt USING calls_deposit WHERE deposit_id = calls_deposit.id AND application_id = %s", [application.pk]
        )
        cursor.execute("DELETE FROM calls_deposit WHERE application_id = %s", [application.pk])
        cursor.execute("SELECT set_config('calls.eliminating', '', true)")
    application.delete()


def _delete_files(names: list[str]) -> None:
    for name in names:
        try:
            default_storage.delete(name)
        except Exception:  # object storages raise errors of their own kinds
            logger.exception("The file %s of an eliminated dossier could not be deleted.", name)


@transaction.atomic
def _finish(elimination: EliminationList) -> None:
    locked = EliminationList.objects.select_for_update(of=("self",)).select_related("ordered_by").get(pk=elimination.pk)
    waits = EliminationLine.objects.waiting().filter(list=locked).exists()
    if locked.state != EliminationState.CARRYING_OUT or waits:
        return
    done = advance_locked(locked, "finish", ELIMINATION_TRANSITIONS, by=None, carried_out_at=clock.now())
    gone, kept = (EliminationLine.objects.filter(list=done, eliminated_at__isnull=left).count() for left in (False, True))
    if done.ordered_by is not None:
        owe_message(f"elimination:{done.pk}", emails.elimination_done(done, gone, kept), recipient=done.ordered_by)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _in_preparation(by: User | None) -> EliminationList:
    """The list in preparation, locked; a new one, with the next number of the year, if there is none."""
    found = EliminationList.objects.select_for_update(of=("self",)).filter(state=EliminationState.PREPARED).first()
    if found is not None:
        return found
    year = french.day_of(clock.now()).year
    made = EliminationList.objects.filter(number__startswith=f"{year}-").count()
    created = EliminationList.objects.create(number=f"{year}-{made + 1:02d}", prepared_at=clock.now(), prepared_by=by)
    created.transitions.create(name="prepare", from_state="", to_state=EliminationState.PREPARED, actor=by, at=clock.now())
    return created


def _line(elimination: EliminationList, application: Application) -> EliminationLine:
    """The line of a dossier that came from `archived`."""
    deposit = application.current_deposit
    assert deposit is not None  # noqa: S101 - `archived` asks for it
    return EliminationLine(
        list=elimination,
        application=application,
        number=application.number,
        call_title=application.round.call.title,
        round_name=application.round.name,
        organisation_name=deposit.organisation_name,
        first_deposit_at=application.first_deposit_at,  # type: ignore[attr-defined] # annotated by `archived`
        last_deposit_at=deposit.arrived_at,
        content_sha256=deposit.content_sha256,
        ground=application.ground,  # type: ignore[attr-defined] # annotated by `archived`
        kept_years=application.years,  # type: ignore[attr-defined] # annotated by `archived`
        kept_since=french.day_of(application.since),  # type: ignore[attr-defined] # annotated by `archived`
        due_on=french.day_of(application.due_at),  # type: ignore[attr-defined] # annotated by `archived`
    )
