"""The check of files by the antivirus, and the erasure of those that nothing needs any more."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from calls import emails
from calls.enums import AttachmentState
from calls.models import Answer, Attachment
from calls.queries.application import writers_of
from calls.workflow import ATTACHMENT_TRANSITIONS
from kit import antivirus, clock
from kit.antivirus import AntivirusAway, Verdict
from kit.workflow import advance_locked
from notifications.actions import owe_message

logger = logging.getLogger(__name__)

DELAYS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=1))
"""Between one attempt and the next; the last one for ever: a file is never let through because the antivirus is away."""
BATCH = 200


def check_attachment(pk: int) -> bool:
    """Look for viruses in a file that waits for it; False when the antivirus is away, and the row says when to ask again."""
    attachment = _begin(pk)
    if attachment is None:
        return True
    try:
        verdict = _scan(attachment)
    except (AntivirusAway, OSError) as fault:
        logger.warning("File %s waits for the antivirus, attempt %s: %s", attachment.uuid, attachment.check_attempts, fault)
        return False
    _conclude(attachment, verdict)
    return True


def sweep_attachments() -> int:
    """Check the files that no task came for, and those whose next attempt is due, until the antivirus is away; return how many were asked."""
    pks = list(Attachment.objects.unchecked_at(clock.now()).order_by("received_at", "pk").values_list("pk", flat=True)[:BATCH])
    for count, pk in enumerate(pks, start=1):
        if not check_attachment(pk):
            return count
    return len(pks)


def erase_attachments() -> int:
    """Erase the files that were abandoned, removed or refused long ago and that no deposit names, and those of deleted dossiers; how many."""
    pks = Attachment.objects.erasable_at(clock.now()).order_by("pk").values_list("pk", flat=True)[:BATCH]
    return sum(_erase(pk) for pk in list(pks))


@transaction.atomic
def _begin(pk: int) -> Attachment | None:
    """Note the attempt, and when the next one is due if this one leads nowhere."""
    waiting = Attachment.objects.filter(pk=pk, state=AttachmentState.CHECKING)
    attachment = waiting.select_for_update(of=("self",), skip_locked=True).first()
    if attachment is None:
        return None
    attachment.check_retry_at = clock.now() + DELAYS[min(attachment.check_attempts, len(DELAYS) - 1)]
    attachment.check_attempts += 1
    attachment.save(update_fields=["check_attempts", "check_retry_at"])
    return attachment


def _scan(attachment: Attachment) -> Verdict | None:
    """The verdict, or nothing once the antivirus is no longer configured."""
    if not antivirus.is_configured():
        return None
    with attachment.file.open("rb") as stream:
        return antivirus.scan(stream)


@transaction.atomic
def _conclude(attachment: Attachment, verdict: Verdict | None) -> None:
    locked = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
    if locked.state != AttachmentState.CHECKING:
        return
    checked: dict[str, Any] = {"check_retry_at": None}
    if verdict is not None:
        checked |= {"checked_at": clock.now(), "antivirus": verdict.engine[:100]}
    if verdict is None or not verdict.found:
        advance_locked(locked, "clear", ATTACHMENT_TRANSITIONS, by=None, **checked)
        return
    advance_locked(locked, "condemn", ATTACHMENT_TRANSITIONS, by=None, why=verdict.found, problem=_said(verdict), **checked)
    logger.warning("File %s is infected: %s", locked.uuid, verdict.found)
    if locked.removed_at is None and locked.application is not None:
        _tell(locked)


def _tell(attachment: Attachment) -> None:
    """The answer counts no more, and whoever writes in the dossier is told."""
    application = attachment.application
    assert application is not None  # noqa: S101 - what its caller asked
    Answer.objects.filter(application=application, question_key=attachment.question_key, row=0).update(value=None)
    for writer in writers_of(application):
        owe_message(f"infected:{attachment.uuid}:{writer.pk}", emails.file_infected(attachment, application, writer), recipient=writer)


def _said(verdict: Verdict) -> str:
    return f"Un virus y a été trouvé ({verdict.found[:100]}). Retirez ce fichier, et donnez-en une version saine."


@transaction.atomic
def _erase(pk: int) -> int:
    erasable = Attachment.objects.erasable_at(clock.now()).filter(pk=pk)
    attachment = erasable.select_for_update(of=("self",), skip_locked=True).first()
    if attachment is None:
        return 0
    _delete([*attachment.pieces, attachment.piece, *filter(None, [attachment.file.name])])
    attachment.delete()
    return 1


def _delete(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)
