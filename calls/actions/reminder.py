"""Reminders that the calls owe to those who have not deposited what they wrote."""

import logging
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Max, Min, Q

from calls import emails
from calls.deadlines import reminder_mark
from calls.enums import ApplicationState, RoundState
from calls.models import Application
from calls.permissions import edits_application
from calls.queries.application import writers_of
from kit import clock
from notifications.actions import owe_message

logger = logging.getLogger(__name__)

MARKS = (timedelta(days=7), timedelta(days=2), timedelta(hours=3))


def owe_reminders() -> int:
    """Owe the reminder of the most urgent mark reached, for each dossier that was already waiting at that mark; return how many messages.

    Waiting: a draft since it was started or taken up again, a deposited dossier since it was changed. Each dossier is its own transaction. The cause names the dossier, the mark and the closing: a reminder is owed once, an extension arms it
    again, an outage delays it, and nothing leaves from the closing on. A dossier, or a writer, whose reminder cannot be written is logged and
    stops no other; it is tried again until the closing.
    """
    now = clock.now()
    horizon = now + max(MARKS)
    waiting = (
        Application.objects.filter(round__state=RoundState.PUBLISHED, round__opens_at__lte=now)
        .filter(Q(round__closes_at__gt=now, round__closes_at__lte=horizon) | Q(extended_until__gt=now, extended_until__lte=horizon))
        .filter(Q(state=ApplicationState.DRAFT) | (Q(state=ApplicationState.DEPOSITED) & ~Q(revision=F("current_deposit__revision"))))
        .order_by("pk")
    )
    return sum(map(_try_to_remind, list(waiting.values_list("pk", flat=True))))


def _try_to_remind(pk: int) -> int:
    try:
        return _remind(pk)
    except (OperationalError, InterfaceError):  # the database is away for all of them: the next pass takes them up
        raise
    except Exception:
        logger.exception("Dossier %s could not be reminded of its closing.", pk)
        return 0


@transaction.atomic
def _remind(pk: int) -> int:
    application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("round__call", "project", "organisation", "current_deposit", "mandate")
        .filter(pk=pk)
        .first()
    )
    if application is None:  # deleted since it was found
        return 0
    closes_at, now = application.closes_at, clock.now()
    if closes_at is None or not (application.state == ApplicationState.DRAFT or application.changed_since_deposit):
        return 0
    mark = reminder_mark(now, closes_at, MARKS)
    if mark is None or _waiting_since(application) > closes_at - mark:
        return 0
    writers = [writer for writer in writers_of(application) if edits_application(writer, application)]
    owed = 0
    for writer in writers:
        try:
            rendering = emails.closing_soon(application, closes_at, writer)
        except Exception:
            logger.exception("Account %s could not be reminded of the closing of dossier %s.", writer.pk, pk)
            continue
        cause = f"closing:{application.pk}:{int(mark.total_seconds())}:{closes_at:%Y%m%d%H%M}:{writer.pk}"
        owe_message(cause, rendering, recipient=writer)
        owed += 1
    return owed


def _waiting_since(application: Application) -> datetime:
    """Since when the dossier waits for its deposit: its start, its last resumption, or the first of its changes since the deposit."""
    if application.state == ApplicationState.DRAFT or application.current_deposit is None:
        resumed: datetime | None = application.transitions.filter(name="resume").aggregate(at=Max("at"))["at"]
        return resumed or application.started_at
    deposited_at = application.current_deposit.recorded_at
    changed: datetime | None = application.answers.filter(at__gt=deposited_at).aggregate(at=Min("at"))["at"]
    return changed or deposited_at
