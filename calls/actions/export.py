"""Writes of exports: ask for a file, write it, take it, erase it in time."""

import io
import logging
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, connection, transaction

from accounts.models import User
from accounts.permissions import reads_dossiers
from calls import emails, tasks
from calls.enums import ExportFormat, ExportState
from calls.models import Application, Export, Round
from calls.queries.staff import Filters, dossiers, offer_to
from calls.sheets import DossierSheet
from calls.workflow import EXPORT_TRANSITIONS
from kit import clock
from kit.broker import hand
from kit.spreadsheets import Cell, csv_lines, xlsx_bytes
from kit.workflow import RefusedTransition, advance
from notifications.actions import owe_message

logger = logging.getLogger(__name__)

BATCH = 200
DELAYS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
"""Between one attempt and the next, when what stopped it may pass by itself."""
MOST_ATTEMPTS = len(DELAYS) + 1
PASSING = (OperationalError, InterfaceError, OSError)
"""A database that restarts or is too busy, a storage that does not answer."""
MOST_UNFINISHED = 5
TITLE = "Dossiers"
SPOOLED = 8 * 1024 * 1024
"""A file larger than that waits on disk, not in memory."""


class _TakenOver(Exception):
    """Another worker writes this export now."""


@transaction.atomic
def ask_export(filters: Filters, format: ExportFormat, *, by: User) -> Export:
    """Owe `by` the file of the list, and have it written after commit; the same list asked again while it waits is the same export.

    Refuses whoever does not read dossiers, and a sixth export while five are waiting.
    """
    if not reads_dossiers(by):
        raise PermissionDenied
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    unfinished = Export.objects.filter(requested_by=by).unfinished()
    same = unfinished.filter(filters=asdict(filters), format=format).first()
    if same is not None:
        return same
    if unfinished.count() >= MOST_UNFINISHED:
        raise RefusedTransition("Vous avez déjà cinq exports en attente : reprenez quand l’un d’eux sera prêt.")
    export = Export.objects.create(
        requested_by=by,
        round=Round.objects.filter(code=filters.session).first(),
        filters=asdict(filters),
        format=format,
        asked_at=clock.now(),
    )
    _log_asked(export, by)
    transaction.on_commit(lambda: hand.give(tasks.write_export.delay, export.pk))
    return export


def write_export(export: Export) -> None:
    """Write the file and tell its requester; nothing if it is written already, or if another worker is at it and alive.

    A worker that dies leaves the row running; five minutes later the sweep writes it again. A fault that may pass puts it off, longer each
    time. Five attempts at most, all told. A fault of ours gives it up at once, with a message.
    """
    leased = _lease(export.pk)
    if leased is None or leased.requested_by is None:
        return
    try:
        with _written(leased, leased.requested_by) as file:
            _finish(leased, file)
    except _TakenOver:
        logger.info("Export %s was taken over by another worker.", leased.pk)
    except PASSING as fault:
        logger.warning("Export %s met a passing fault (%s).", leased.pk, fault)
        if not connection.is_usable():
            connection.close()
        _put_off(leased)
    except Exception:
        logger.exception("Export %s could not be written.", leased.pk)
        _give_up(leased, "Le fichier n’a pas pu être écrit.")


def sweep_exports() -> int:
    """Write what no task came for and what a dead worker left; return how many were found. One that fails stops no other."""
    found = list(Export.objects.to_run_at(clock.now()).order_by("asked_at", "pk"))
    for export in found:
        try:
            write_export(export)
        except Exception:
            logger.exception("Export %s could be neither written nor given up.", export.pk)
    return len(found)


@transaction.atomic
def take_export(export: Export, *, by: User) -> Export:
    """Log that `by` takes the file. Refuses anyone but its requester, and one who no longer reads dossiers."""
    return advance(export, "take", EXPORT_TRANSITIONS, by=by, downloaded_at=export.downloaded_at or clock.now())


def purge_exports() -> int:
    """Erase the files that are a week old; the rows stay, as the record of who took what. Return how many.

    The file goes first: whatever stops the work in between, the row still names it, and the next purge ends it.
    """
    return sum(map(_purge, Export.objects.to_purge_at(clock.now()).order_by("pk")))


def _purge(export: Export) -> bool:
    try:
        default_storage.delete(str(export.file.name))
    except Exception:  # object storages raise errors of their own kinds
        logger.exception("The file of export %s could not be erased.", export.pk)
        return False
    advance(export, "expire", EXPORT_TRANSITIONS, by=None, file="")
    return True


def _log_asked(export: Export, by: User) -> None:
    export.transitions.create(name="ask", from_state="", to_state=ExportState.ASKED, actor=by, at=clock.now())


@transaction.atomic
def _lease(pk: int) -> Export | None:
    """Take the export for one attempt, or nothing."""
    now = clock.now()
    locked = Export.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if locked is None or not locked.is_unfinished:
        return None
    if not locked.is_free_at(now):
        return None
    if locked.attempts >= MOST_ATTEMPTS:
        _give_up(locked, "Chaque tentative a été interrompue.")
        return None
    requester = locked.requested_by
    if requester is None or not reads_dossiers(requester):
        _give_up(locked, "La personne qui le demandait ne lit plus les dossiers.")
        return None
    beginning: dict[str, Any] = {"attempts": locked.attempts + 1, "alive_at": now, "retry_at": None, "progress": 0, "rows": 0}
    return advance(locked, "run", EXPORT_TRANSITIONS, by=None, **beginning)


def _written(export: Export, requester: User) -> IO[bytes]:
    sheet = DossierSheet(offer_to(requester), export.round)
    rows = sheet.rows(_applications(export, requester))
    if export.format == ExportFormat.XLSX:
        return io.BytesIO(xlsx_bytes(TITLE, sheet.header(), rows))
    return _csv_file(sheet.header(), rows)


def _csv_file(header: list[str], rows: Iterator[list[Cell]]) -> IO[bytes]:
    file = SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 - the caller closes what it stores
    try:
        file.writelines(csv_lines(header, rows))
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _applications(export: Export, requester: User) -> Iterator[Application]:
    """The dossiers of the list in its order, with their contents, a batch at a time; each batch is a sign of life."""
    listed = dossiers(requester, Filters.of(export.filters))
    pks = list(listed.values_list("pk", flat=True))
    _note_progress(export, 0, len(pks))
    whole = listed.defer(None).defer("current_deposit__search_text")
    for start in range(0, len(pks), BATCH):
        batch = whole.filter(pk__in=pks[start : start + BATCH])
        yield from batch
        _note_progress(export, min(start + BATCH, len(pks)), len(pks))


def _note_progress(export: Export, progress: int, rows: int) -> None:
    mine = Export.objects.filter(pk=export.pk, state=ExportState.RUNNING, attempts=export.attempts)
    if not mine.update(progress=progress, rows=rows, alive_at=clock.now()):
        raise _TakenOver


def _finish(export: Export, file: IO[bytes]) -> None:
    """Store the file, then say so; the file of a worker that was replaced meanwhile is erased again."""
    name = default_storage.save(export.file.field.generate_filename(export, "dossiers"), File(file))
    try:
        _say_finished(export, name)
    except BaseException:
        default_storage.delete(name)
        raise


@transaction.atomic
def _say_finished(export: Export, name: str) -> None:
    locked = Export.objects.select_for_update(of=("self",)).get(pk=export.pk)
    if locked.state != ExportState.RUNNING or locked.attempts != export.attempts:
        raise _TakenOver
    done = advance(locked, "finish", EXPORT_TRANSITIONS, by=None, file=name, finished_at=clock.now(), progress=locked.rows)
    owe_message(f"export:{done.pk}:done", emails.export_ready(done), recipient=export.requested_by)


@transaction.atomic
def _put_off(export: Export) -> None:
    """Set when the export begins again, or give it up after the last attempt; nothing if another worker has it by now."""
    if export.attempts >= MOST_ATTEMPTS:
        _give_up(export, "La base de données ou le stockage des fichiers n’a pas répondu, plusieurs fois.")
        return
    mine = Export.objects.filter(pk=export.pk, state=ExportState.RUNNING, attempts=export.attempts)
    mine.update(retry_at=clock.now() + DELAYS[export.attempts - 1])


@transaction.atomic
def _give_up(export: Export, why: str) -> None:
    locked = Export.objects.select_for_update(of=("self",)).get(pk=export.pk)
    if not locked.is_unfinished or locked.attempts != export.attempts:
        return
    failed = advance(locked, "give_up", EXPORT_TRANSITIONS, by=None, why=why, finished_at=clock.now())
    if failed.requested_by is None or not reads_dossiers(failed.requested_by):
        return
    try:
        rendering = emails.export_failed(failed)
    except Exception:  # the page of exports says it; an export that cannot be given up would be tried for ever
        logger.exception("The failure of export %s could not be told.", failed.pk)
        return
    owe_message(f"export:{failed.pk}:failed", rendering, recipient=failed.requested_by)
