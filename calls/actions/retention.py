"""Drafts that nobody touches: their erasure is announced, then carried out. What was once deposited is a public archive and stays."""

import logging
from datetime import date, timedelta

from django.db import InterfaceError, OperationalError, transaction

from calls import emails
from calls.deadlines import months_later
from calls.models import Application, Round
from calls.models.application import IDLE_NOTICE
from calls.queries.application import writers_of
from kit import clock, french
from notifications.actions import owe_message

logger = logging.getLogger(__name__)

SHORTEST_MONTH = timedelta(days=28)


def tend_idle_drafts() -> int:
    """Announce the erasure of each draft soon to be idle for as long as its round says, and erase those whose day has come; how many of both.

    Each dossier is its own transaction; one that fails is logged, stops no other, and is tried again at the next pass.
    """
    return sum(_try_to_tend(pk) for pk in _idle_drafts())


def _idle_drafts() -> list[int]:
    """A few days too many: each is looked at again under its lock."""
    now = clock.now()
    found: list[int] = []
    for months in Round.objects.public().order_by().values_list("idle_draft_months", flat=True).distinct():
        untouched = Application.objects.never_deposited().filter(changed_at__lte=now - months * SHORTEST_MONTH + IDLE_NOTICE)
        found += untouched.filter(round__idle_draft_months=months).order_by("pk").values_list("pk", flat=True)
    return found


def _try_to_tend(pk: int) -> int:
    try:
        return _tend(pk)
    except (OperationalError, InterfaceError):  # the database is away for all of them: the next pass takes them up
        raise
    except Exception:
        logger.exception("Idle draft %s could not be tended.", pk)
        return 0


@transaction.atomic
def _tend(pk: int) -> int:
    application = (
        Application.objects.never_deposited()
        .select_for_update(of=("self",))
        .select_related("round__call", "project", "organisation", "mandate")
        .filter(pk=pk)
        .first()
    )
    if application is None:  # deposited or deleted since it was found
        return 0
    today, announced_for = french.day_of(clock.now()), application.erased_on
    if announced_for is not None:
        return _erase(application) if announced_for <= today else 0
    idle_on = months_later(french.day_of(application.changed_at), application.round.idle_draft_months)
    return _announce(application, max(idle_on, today + IDLE_NOTICE)) if idle_on <= today + IDLE_NOTICE else 0


def _announce(application: Application, erased_on: date) -> int:
    application.idle_notice_at = clock.now()
    application.save(update_fields=["idle_notice_at"])
    for writer in writers_of(application):
        cause = f"idle:{application.uuid}:{erased_on:%Y%m%d}:{writer.pk}"
        owe_message(cause, emails.draft_idle(application, erased_on, writer), recipient=writer)
    return 1


def _erase(application: Application) -> int:
    for writer in writers_of(application):
        owe_message(f"erased:{application.uuid}:{writer.pk}", emails.draft_erased(application, writer), recipient=writer)
    logger.info("Draft %s, idle since %s, was erased.", application.uuid, application.changed_at.date())
    application.delete()
    return 1
