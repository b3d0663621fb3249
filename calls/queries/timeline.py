"""What happened to a dossier, in order, for its people and for staff."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from calls.enums import RoundState
from calls.models import Amendment, Application, DepositRefusal, Receipt
from calls.queries.closing import Closing, closing_of

LABELS = {
    "start": "Dossier commencé",
    "deposit": "Dossier déposé",
    "deposit_again": "Modifications déposées",
    "withdraw": "Dossier retiré",
    "resume": "Dossier repris",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a timeline."""

    at: datetime
    label: str
    who: str
    why: str = ""


def timeline_of(application: Application, closing: Closing | None = None) -> list[Event]:
    """Moves of the dossier, refused deposits, extensions that concern it, oldest first.

    One query beside those of `closing_of`, which whoever has it already hands over; one more if its round was cancelled.
    """
    closing = closing or closing_of(application)
    moves = [
        Event(move.at, LABELS.get(move.name, move.name), str(move.actor) if move.actor else "", move.why)
        for move in application.transitions.select_related("actor")
    ]
    extensions = [
        *(
            Event(each.decided_at, "Clôture repoussée", "", each.reason)
            for each in closing.general
            if each.decided_at >= application.started_at
        ),
        *(Event(each.decided_at, "Clôture repoussée pour ce dossier", "", each.reason) for each in closing.own),
    ]
    refusals = [
        Event(refusal.arrived_at, "Dépôt refusé", str(refusal.by) if refusal.by else "", _what_was_missing(refusal))
        for refusal in closing.refusals
    ]
    return sorted([*moves, *refusals, *extensions, *_amendments(application), *_cancellations(application)], key=lambda event: event.at)


def _what_was_missing(refusal: DepositRefusal) -> str:
    return f"{refusal.why} Il manquait : {' ; '.join(refusal.missing)}." if refusal.missing else refusal.why


def _amendments(application: Application) -> list[Event]:
    """Those published since the dossier was started; no query for a round that none amended."""
    if not application.round.is_amended:
        return []
    since = Amendment.objects.published().filter(round=application.round_id, published_at__gte=application.started_at)
    return [Event(one.published_at, f"{one} publié", "", one.explanation) for one in since if one.published_at]


def _cancellations(application: Application) -> list[Event]:
    if application.round.state != RoundState.CANCELLED:
        return []
    return [Event(move.at, "Session annulée", "", move.why) for move in application.round.transitions.filter(name="cancel")]


def receipts_of(application: Application) -> list[Receipt]:
    """The receipts of the dossier's deposits, newest first."""
    return list(Receipt.objects.filter(deposit__application=application).select_related("deposit").order_by("-issued_at", "-pk"))


def receipts_visible_to(user: User) -> QuerySet[Receipt]:
    """Those of the dossiers that `user` sees."""
    return Receipt.objects.filter(deposit__application__in=Application.objects.visible_to(user).values("pk"))
