"""Writes of announcements: the messages that tell a round's applicants of an extension or of its cancellation, a batch at a time."""

import logging

from django.db import transaction

from accounts.models import User
from calls import tasks
from calls.emails import round_cancelled, round_extended
from calls.models import Announcement, Extension, Round
from calls.queries.call import starters_after
from kit import clock
from kit.broker import hand
from notifications.actions import Rendering, owe_message

logger = logging.getLogger(__name__)

BATCH = 200


@transaction.atomic
def owe_announcement(round: Round, extension: Extension | None = None) -> Announcement:
    """Owe the news of `extension`, or of the round's cancellation, to whoever has a dossier of it by now; written after commit.

    However many they are, the decision waits for none of their messages; the sweep ends what a lost broker or a dead worker left.
    """
    announcement = Announcement.objects.create(round=round, extension=extension, owed_at=clock.now())
    transaction.on_commit(lambda: hand.give(tasks.announce.delay, announcement.pk))
    return announcement


def announce(pk: int) -> None:
    """Owe every message of an announcement; nothing if it is finished, or if another worker is at it."""
    while _announce_batch(pk):
        pass


def sweep_announcements() -> int:
    """Go on with the announcements that are not finished; return how many. One that fails is logged, and stops no other."""
    pks = list(Announcement.objects.unfinished().order_by("pk").values_list("pk", flat=True))
    for pk in pks:
        try:
            announce(pk)
        except Exception:
            logger.exception("Announcement %s could not be written.", pk)
    return len(pks)


@transaction.atomic
def _announce_batch(pk: int) -> bool:
    """Owe the next messages and note how far; return whether some may be left."""
    unfinished = Announcement.objects.unfinished().select_for_update(of=("self",), skip_locked=True)
    announcement = unfinished.select_related("round__call", "extension").filter(pk=pk).first()
    if announcement is None:
        return False
    readers = starters_after(announcement.round, announcement.told_up_to, before=announcement.owed_at, limit=BATCH)
    for reader in readers:
        cause, rendering = _message(announcement, reader)
        owe_message(cause, rendering, recipient=reader)
    if readers:
        announcement.told_up_to = readers[-1].pk
    if len(readers) < BATCH:
        announcement.finished_at = clock.now()
    announcement.save(update_fields=["told_up_to", "finished_at"])
    return announcement.finished_at is None


def _message(announcement: Announcement, reader: User) -> tuple[str, Rendering]:
    round_, extension = announcement.round, announcement.extension
    if extension is not None:
        return f"extension:{extension.pk}:{reader.pk}", round_extended(extension, reader)
    reason = round_.transitions.filter(name="cancel").values_list("why", flat=True).latest("at")
    return f"round:{round_.pk}:cancelled:{reader.pk}", round_cancelled(round_, reason)
