"""Writes of `notifications`: owe a message, deliver it, sum it up, put a failed one back, read it, choose what one gets."""

import logging
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, transaction

from accounts.models import User
from kit import clock
from kit.breaker import Breaker
from kit.broker import hand
from kit.workflow import RefusedTransition, advance, advance_locked
from notifications import emails, tasks
from notifications.enums import MessageState, Pace, Topic
from notifications.envelope import is_permanent, letter, reason
from notifications.models import Message, MessageQuerySet, Preference
from notifications.pace import next_digest
from notifications.queries import pace_of
from notifications.rendering import Rendering, one_line, storable
from notifications.unsubscribing import with_way_out
from notifications.workflow import TRANSITIONS

__all__ = [
    "Rendering",
    "change_preferences",
    "deliver_due",
    "owe_message",
    "read_all_messages",
    "read_message",
    "refuse_by_mail",
    "retry_failed_messages",
    "retry_message",
    "send_digests",
]

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""Longer than a delivery can last (each SMTP exchange is bounded by EMAIL_TIMEOUT); a killed worker's message waits this long."""

DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
    timedelta(hours=36),
)
"""Between one attempt and the next: almost three days in all, so that a weekend's fault loses nothing."""

MAX_ATTEMPTS = len(DELAYS) + 1
BATCH = 500
BATCH_SECONDS = 50.0
ERASED = "Le contenu de ce message, qui permettait de se connecter, n’est pas conservé."

mail_server = Breaker(timedelta(seconds=30))
"""Rests for less than the time between two sweeps, so that each sweep asks again."""


@transaction.atomic(savepoint=False)
def owe_message(cause: str, rendering: Rendering, *, recipient: User | None = None, email: str = "") -> Message:
    """Record that `rendering` is owed because of `cause`, once; a second call for the same cause returns the first message.

    Sends after the transaction commits; the periodic sweep sends what a lost broker forgot. What its recipient chose to get in a digest
    waits for it, unless it would then say it too late; what they refused is kept, and not sent. Refuses a message to nobody.
    """
    address = email or (recipient.email if recipient else "")
    if not address:
        raise ValueError("A message is owed to a recipient or to an address.")
    now = clock.now()
    state, leaves_at = _pace(rendering, recipient, now)
    if recipient is not None and rendering.topic.is_refusable:
        rendering = with_way_out(rendering, recipient)
    owed = Message(
        cause=cause,
        kind=rendering.kind,
        topic=rendering.topic,
        state=state,
        recipient=recipient,
        email=address,
        reply_to=rendering.reply_to,
        carries_secret=rendering.carries_secret,
        subject=one_line(rendering.subject),
        text=storable(rendering.text),
        html=storable(rendering.html),
        digest_line=one_line(rendering.digest_line),
        url=rendering.url,
        owed_at=now,
        next_attempt_at=leaves_at,
    )
    Message.objects.bulk_create([owed], ignore_conflicts=True)  # a rival for the same cause is waited for, then left as it is
    message = Message.objects.get(cause=cause)
    if message.uuid == owed.uuid and state == MessageState.DUE:
        _hand_over(message)
    return message


def send_digests() -> int:
    """Sum up what waits for a digest whose hour has come, one mail a person; return how many were owed.

    Each person in a transaction of their own, so that one fault keeps nothing from the others; whatever day it is, nothing is said twice.
    """
    owed = 0
    for pk in list(Message.objects.to_sum_up().order_by("recipient").values_list("recipient", flat=True).distinct()):
        try:
            owed += _sum_up(pk)
        except (OperationalError, InterfaceError):  # the database is away for all of them: the next pass takes them up
            raise
        except Exception:
            logger.exception("The digest of account %s could not be written.", pk)
    return owed


@transaction.atomic
def change_preferences(user: User, paces: Mapping[Topic, Pace], *, by: User) -> None:
    """Choose how soon one gets each topic; what already waits for a digest leaves, or not, as is chosen now. Refuses anyone else."""
    if by != user:
        raise PermissionDenied
    for topic, pace in paces.items():
        if not topic.is_refusable:
            raise PermissionDenied
        Preference.objects.update_or_create(user=user, topic=topic, defaults={"pace": pace, "changed_at": clock.now()})
        _apply(Message.objects.filter(recipient=user, topic=topic), pace)


@transaction.atomic
def refuse_by_mail(user: User, topic: Topic | None) -> None:
    """Stop the mails of `topic`, or of all that comes in digests (`None`), for who holds the link of a mail; again changes nothing."""
    chosen = Preference.objects.visible_to(user).filter(pace=Pace.DAILY).order_by("topic").values_list("topic", flat=True)
    topics = [topic] if topic else [Topic(name) for name in chosen]
    change_preferences(user, dict.fromkeys(topics, Pace.NEVER), by=user)


def deliver_due(due: MessageQuerySet, *, limit: int = BATCH, seconds: float = BATCH_SECONDS) -> int:
    """Send the messages of `due`, oldest first, until none is left, `limit` were tried or `seconds` have passed; return how many.

    Each is leased and committed before it is sent, one at a time, so that several workers share the work without sending twice and a
    killed one holds a single message. A mail server that cannot be reached costs no message an attempt: all stay due.
    """
    if not due.exists():
        return 0
    tried, until = 0, time.monotonic() + seconds
    connection: BaseEmailBackend = get_connection()
    try:
        while tried < limit and _is_reachable(connection) and (message := _lease(due)):
            _attempt(message, connection)
            tried += 1
            if time.monotonic() >= until:
                break
    finally:
        _close(connection)
    return tried


@transaction.atomic
def retry_message(message: Message, *, by: User) -> Message:
    """Put a failed message back among those due, with all its attempts; sends it after commit. Refuses one that has not failed."""
    moved = advance(message, "retry", TRANSITIONS, by=by, attempts=0, next_attempt_at=clock.now())
    _hand_over(moved)
    return moved


@transaction.atomic
def retry_failed_messages(messages: Iterable[Message], *, by: User) -> int:
    """Put back those of `messages` that have failed and may be sent again; return how many."""
    failed = [message for message in messages if message.state == MessageState.FAILED and not message.carries_secret]
    for message in failed:
        retry_message(message, by=by)
    return len(failed)


@transaction.atomic
def read_message(message: Message, *, by: User) -> Message:
    """Note the first time that its recipient opened `message`; someone else's look changes nothing."""
    now = clock.now()
    if Message.objects.visible_to(by).unread().filter(pk=message.pk).update(read_at=now):
        message.read_at = now
    return message


@transaction.atomic
def read_all_messages(*, by: User) -> int:
    """Note that `by` has read everything in their inbox; return how many were unread."""
    return Message.objects.visible_to(by).unread().update(read_at=clock.now())


def _pace(rendering: Rendering, recipient: User | None, now: datetime) -> tuple[MessageState, datetime]:
    """In which state a message starts, and when it leaves."""
    pace = pace_of(recipient, rendering.topic) if recipient is not None else Pace.AT_ONCE
    if recipient is None or pace == Pace.AT_ONCE:
        return MessageState.DUE, now
    if pace == Pace.NEVER:
        return MessageState.REFUSED, now
    digest_at = next_digest(recipient, now)
    too_late = rendering.useful_until is not None and rendering.useful_until <= digest_at
    return (MessageState.DUE, now) if too_late else (MessageState.WAITING, digest_at)


@transaction.atomic
def _sum_up(pk: int | None) -> int:
    """Say in one mail what waits for this person; what waits for an account that is gone is not sent."""
    due = Message.objects.to_sum_up().filter(recipient=pk)
    lines = list(due.select_for_update(of=("self",), skip_locked=True).order_by("owed_at", "pk"))
    recipient = User.objects.filter(pk=pk).first()
    if recipient is None:
        for line in lines:
            advance_locked(line, "refuse", TRANSITIONS, by=None, why="Le compte est supprimé.")
    if recipient is None or not lines:
        return 0
    digest = owe_message(f"digest:{recipient.pk}:{lines[0].pk}", emails.digest(recipient, lines), recipient=recipient)
    for line in lines:
        advance_locked(line, "sum_up", TRANSITIONS, by=None, told_in=digest)
    return 1


def _apply(messages: MessageQuerySet, pace: Pace) -> None:
    if pace == Pace.DAILY:
        return
    waiting = messages.filter(state=MessageState.WAITING).select_for_update(of=("self",)).order_by("pk")
    for message in waiting:
        if pace == Pace.NEVER:
            advance_locked(message, "refuse", TRANSITIONS, by=None, why="Le destinataire n’en veut plus.")
        else:
            _hand_over(advance_locked(message, "release", TRANSITIONS, by=None, next_attempt_at=clock.now()))


def _hand_over(message: Message) -> None:
    transaction.on_commit(lambda: hand.give(tasks.deliver_message.delay, message.pk))


def _is_reachable(connection: BaseEmailBackend) -> bool:
    """Whether the connection to the mail server is open, opened here if need be."""
    if mail_server.is_open:
        return False
    try:
        connection.open()
    except OSError as error:  # SMTPException is one
        mail_server.trip()
        logger.warning("The mail server does not answer (%s); messages stay due.", error)
        return False
    return True


def _close(connection: BaseEmailBackend) -> None:
    with suppress(OSError):
        connection.close()


@transaction.atomic(durable=True)
def _lease(due: MessageQuerySet) -> Message | None:
    """Take the oldest free message of `due` for the time of one attempt."""
    message = due.select_for_update(skip_locked=True, of=("self",)).order_by("next_attempt_at", "pk").first()
    if message is not None:
        message.attempts += 1
        message.next_attempt_at = clock.now() + LEASE
        message.save(update_fields=["attempts", "next_attempt_at"])
    return message


def _attempt(message: Message, connection: BaseEmailBackend) -> None:
    """Send a leased message and note what became of it."""
    if message.attempts > MAX_ATTEMPTS:
        _note_failure(message, "Chaque tentative a été interrompue.", permanent=True)
        return
    try:
        letter(message, connection).send()
    except Exception as error:  # noqa: BLE001 - whatever a poison message raises, it ends in the list that staff see
        _close(connection)  # an interrupted exchange leaves the session unusable; the next message opens another
        _note_failure(message, reason(error), permanent=is_permanent(error))
    else:
        _note_sent(message)


def _note_sent(message: Message) -> None:
    with suppress(RefusedTransition):  # another worker sent it too, after this one outlived its lease
        advance(message, "send", TRANSITIONS, by=None, sent_at=clock.now(), last_error="", **_erasure(message))


@transaction.atomic
def _note_failure(message: Message, error: str, *, permanent: bool) -> None:
    """Give the message up, or set the time of its next attempt; nothing if another worker holds it by now."""
    locked = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if locked.state != MessageState.DUE or locked.attempts != message.attempts:
        return
    if permanent or message.attempts >= MAX_ATTEMPTS:
        advance(message, "give_up", TRANSITIONS, by=None, why=error, last_error=error, **_erasure(message))
        return
    locked.last_error = error
    locked.next_attempt_at = clock.now() + DELAYS[message.attempts - 1]
    locked.save(update_fields=["last_error", "next_attempt_at"])


def _erasure(message: Message) -> dict[str, str]:
    """The changes that forget a code or a personal link; in demonstration mode it is kept, to be read on the page of sent mails."""
    if not message.carries_secret or settings.DEMONSTRATION:
        return {}
    return {"text": ERASED, "html": "", "url": ""}
