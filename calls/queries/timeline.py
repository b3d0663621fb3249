"""What happened to a dossier, in order, for its people and for staff."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from calls.models import Application, Extension, Receipt

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
    """Moves of the dossier and extensions that concern it, oldest first: two queries."""
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
    return sorted([*moves, *extensions], key=lambda event: event.at)


def receipts_of(application: Application) -> list[Receipt]:
    """The receipts of the dossier's deposits, newest first."""
    return list(Receipt.objects.filter(deposit__application=application).select_related("deposit").order_by("-issued_at", "-pk"))


def receipts_visible_to(user: User) -> QuerySet[Receipt]:
    """Those of the dossiers that `user` sees."""
    return Receipt.objects.filter(deposit__application__in=Application.objects.visible_to(user).values("pk"))
