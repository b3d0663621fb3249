"""Writes of announcements: the messages that tell a round's applicants of an extension or of its cancellation, a batch at a time."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from calls import tasks
from calls.emails import round_amended, round_cancelled, round_extended
from calls.enums import AnnouncementState
from calls.models import Amendment, Announcement, Extension, Round
from calls.queries.amendment import sentences_of
from calls.queries.call import starters, starters_after
from calls.workflow import ANNOUNCEMENT_TRANSITIONS
from kit import clock
from kit.broker import hand
from kit.workflow import advance, advance_locked
from notifications.actions import Rendering, owe_message
from notifications.rendering import storable

logger = logging.getLogger(__name__)

BATCH = 200
LEASE = timedelta(minutes=5)
"""Longer than a batch can last; each batch renews it, and what a killed worker held waits for so long."""
DELAYS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
"""Between one attempt and the next: half a day in all, as what is announced is a closing that comes."""
MAX_ATTEMPTS = len(DELAYS) + 1
INTERRUPTED = "Chaque tentative a été interrompue."
ERROR_LENGTH = 2000


@transaction.atomic
def owe_announcement(round: Round, extension: Extension | None = None, amendment: Amendment | None = None) -> Announcement:
    """Owe the news of `extension`, of `amendment`, or of the round's cancellation, to whoever has a dossier of it by now; written after commit.

    However many they are, the decision waits for none of their messages; the sweep ends what a lost broker or a dead worker left.
    """
    now = clock.now()
    announcement = Announcement.objects.create(round=round, extension=extension, amendment=amendment, owed_at=now, next_attempt_at=now)
    _hand_over(announcement)
    return announcement


def announce(pk: int) -> None:
    """Owe every message of an announcement that is due; nothing if another worker is at it.

    An attempt is counted before it begins, so that one which kills its worker is counted too; a batch that is told begins the count again.
    A person whose message cannot be rendered is passed, and tried again after the others. What fails is noted in the row, tried again later and later, and given up after the last attempt: staff see it, and may put it back.
    """
    held = _lease(pk)
    while held is not None:
        held = _attempt(held)


def sweep_announcements() -> int:
    """Go on with the announcements that are due; return how many. One that fails stops no other."""
    pks = list(Announcement.objects.due_at(clock.now()).order_by("pk").values_list("pk", flat=True))
    for pk in pks:
        announce(pk)
    return len(pks)


@transaction.atomic
def retry_announcement(announcement: Announcement, *, by: User) -> Announcement:
    """Put a failed announcement back among those due, with all its attempts; it goes on after commit from where it stopped.

    Refuses one that has not failed, and whoever does not manage calls.
    """
    moved = advance(announcement, "retry", ANNOUNCEMENT_TRANSITIONS, by=by, attempts=0, next_attempt_at=clock.now())
    _hand_over(moved)
    return moved


@transaction.atomic
def retry_failed_announcements(announcements: Iterable[Announcement], *, by: User) -> int:
    """Put back those of `announcements` that have failed; return how many."""
    failed = [announcement for announcement in announcements if announcement.state == AnnouncementState.FAILED]
    for announcement in failed:
        retry_announcement(announcement, by=by)
    return len(failed)


def _hand_over(announcement: Announcement) -> None:
    transaction.on_commit(lambda: hand.give(tasks.announce.delay, announcement.pk))


@transaction.atomic(durable=True)
def _lease(pk: int) -> Announcement | None:
    """Take the announcement for the time of one attempt, or nothing."""
    now = clock.now()
    due = Announcement.objects.due_at(now).select_for_update(of=("self",), skip_locked=True)
    announcement = due.filter(pk=pk).first()
    if announcement is None:
        return None
    if announcement.attempts >= MAX_ATTEMPTS:  # the last one was cut short: an attempt that fails says so and is not due again
        _give_up(announcement, INTERRUPTED)
        return None
    announcement.attempts += 1
    announcement.next_attempt_at = now + LEASE
    announcement.save(update_fields=["attempts", "next_attempt_at"])
    return announcement


def _attempt(held: Announcement) -> Announcement | None:
    """Tell a batch; return the announcement while some may be left, or nothing after the last of them and after a failure, which is noted."""
    try:
        return _announce_batch(held)
    except Exception as error:
        logger.exception("Announcement %s could not be written.", held.pk)
        if not connection.is_usable():
            connection.close()
        _note_failure(held, error)
        return None


@transaction.atomic
def _announce_batch(held: Announcement) -> Announcement | None:
    """Tell the next people and note how far, or, after the last of them, try those who were missed; return the announcement while some may be left."""
    announcement = _locked(held)
    if announcement is None:
        return None
    readers = starters_after(announcement.round, announcement.told_up_to, before=announcement.owed_at, limit=BATCH)
    if not readers:
        _end(announcement)
        return None
    missed = _tell(announcement, readers)
    if len(missed) == len(readers):  # not a fault of one person's: nobody further would be told either
        raise missed[readers[-1].pk]
    announcement.missed.extend(missed)
    announcement.told_up_to = readers[-1].pk
    announcement.attempts = 1
    announcement.next_attempt_at = clock.now() + LEASE
    announcement.save(update_fields=["told_up_to", "missed", "attempts", "next_attempt_at"])
    return announcement


def _tell(announcement: Announcement, readers: list[User]) -> dict[int, Exception]:
    """Owe each their message; return the accounts for whom it could not be rendered, and why: one person's fault keeps nothing from the others."""
    missed: dict[int, Exception] = {}
    for reader in readers:
        try:
            cause, rendering = _message(announcement, reader)
        except Exception as error:
            logger.exception("Announcement %s could not be written to account %s.", announcement.pk, reader.pk)
            missed[reader.pk] = error
        else:
            owe_message(cause, rendering, recipient=reader)
    return missed


def _end(announcement: Announcement) -> None:
    """Finish, unless some of those who were missed, as they are now, cannot be told this time either."""
    people = starters(announcement.round, before=announcement.owed_at).filter(pk__in=announcement.missed)
    missed = _tell(announcement, list(people.order_by("pk")))
    announcement.missed = list(missed)
    if missed:
        announcement.save(update_fields=["missed"])
        _fail(announcement, f"Candidats non prévenus : {len(missed)}. {_words(missed[announcement.missed[-1]])}")
        return
    changes: dict[str, Any] = {"missed": [], "finished_at": clock.now(), "last_error": "", "failed_at": None}
    advance_locked(announcement, "finish", ANNOUNCEMENT_TRANSITIONS, by=None, **changes)


def _locked(held: Announcement) -> Announcement | None:
    """The row, locked; nothing if this worker outlived its lease and another took it, or if it is deleted."""
    mine = Announcement.objects.filter(pk=held.pk, state=AnnouncementState.DUE, next_attempt_at=held.next_attempt_at)
    return mine.select_for_update(of=("self",)).select_related("round__call", "extension", "amendment").first()


@transaction.atomic
def _note_failure(held: Announcement, error: Exception) -> None:
    """Count a failed attempt; nothing if another worker holds the announcement by now."""
    announcement = _locked(held)
    if announcement is not None:
        _fail(announcement, _words(error))


def _fail(announcement: Announcement, error: str) -> None:
    """Give a locked announcement up, or set the time of its next attempt."""
    if announcement.attempts >= MAX_ATTEMPTS:
        _give_up(announcement, error)
        return
    announcement.last_error = error
    announcement.failed_at = clock.now()
    announcement.next_attempt_at = announcement.failed_at + DELAYS[announcement.attempts - 1]
    announcement.save(update_fields=["last_error", "failed_at", "next_attempt_at"])


def _words(error: Exception) -> str:
    return storable(f"{type(error).__name__} : {error}")[:ERROR_LENGTH]


def _give_up(announcement: Announcement, error: str) -> None:
    logger.error("Announcement %s is given up: %s", announcement.pk, error)
    changes = {"last_error": error, "failed_at": clock.now()}
    advance_locked(announcement, "give_up", ANNOUNCEMENT_TRANSITIONS, by=None, why=error, **changes)


def _message(announcement: Announcement, reader: User) -> tuple[str, Rendering]:
    round_, extension = announcement.round, announcement.extension
    if extension is not None:
        return f"extension:{extension.pk}:{reader.pk}", round_extended(extension, reader)
    if announcement.amendment is not None:
        return f"amendment:{announcement.amendment_id}:{reader.pk}", round_amended(
            announcement.amendment, sentences_of(announcement.amendment)
        )
    reason = round_.transitions.filter(name="cancel").values_list("why", flat=True).latest("at")
    return f"round:{round_.pk}:cancelled:{reader.pk}", round_cancelled(round_, reason)
