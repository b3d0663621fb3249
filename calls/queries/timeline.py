"""What happened to a dossier, in order, for its people and for staff."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from calls.enums import RoundState
from calls.models import Amendment, Application, DepositRefusal, Extension, Receipt

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


def timeline_of(application: Application) -> list[Event]:
    """Moves of the dossier, refused deposits, extensions that concern it, oldest first: three queries; a fourth if its round was cancelled."""
    moves = [
        Event(move.at, LABELS.get(move.name, move.name), str(move.actor) if move.actor else "", move.why)
        for move in application.transitions.select_related("actor")
    ]
    extensions = [
        Event(
            extension.decided_at,
            "Clôture repoussée pour ce dossier" if extension.application_id else "Clôture repoussée",
            "",
            extension.reason,
        )
        for extension in Extension.objects.filter(
            round=application.round_id, application__isnull=True, decided_at__gte=application.started_at
        )
        | Extension.objects.filter(application=application)
    ]
    refusals = [
        Event(refusal.arrived_at, "Dépôt refusé", str(refusal.by) if refusal.by else "", _what_was_missing(refusal))
        for refusal in application.deposit_refusals.select_related("by")
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
