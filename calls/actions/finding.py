"""What staff find of a dossier, recorded: admissible or not, eligible or not; each record stays, and a later one supersedes it."""

from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from calls.enums import ApplicationState, Outcome
from calls.models import Admissibility, Application, Eligibility
from calls.permissions import examines
from kit import clock
from kit.workflow import RefusedTransition

F = TypeVar("F", Admissibility, Eligibility)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the reviewer had in view: the deposit they read, and the finding in force (none if there was none)."""

    deposit: int | None = None
    finding: int | None = None


class ReasonMissing(RefusedTransition):
    """An unfavourable finding says why."""


class SeenOutdated(RefusedTransition):
    """Something was recorded or deposited since the reviewer's page was drawn: they look at it, then confirm."""


@transaction.atomic
def record_admissibility(
    application: Application, outcome: Outcome, *, by: User, reason: str = "", seen: Seen | None = None
) -> Admissibility:
    """Record whether the dossier is complete and in time; the finding in force before is superseded, and stays.

    Refuses whoever does not examine, a dossier that is not deposited, an unfavourable outcome without its reason, and, with `seen`, a
    reviewer who has not seen the finding or the deposit in force.
    """
    return _record(Admissibility, application, outcome, by=by, reason=reason, seen=seen)


@transaction.atomic
def record_eligibility(application: Application, outcome: Outcome, *, by: User, reason: str = "", seen: Seen | None = None) -> Eligibility:
    """Record whether the dossier meets the rules of the call; as `record_admissibility`, with the same refusals."""
    return _record(Eligibility, application, outcome, by=by, reason=reason, seen=seen)


def _record(model: type[F], application: Application, outcome: Outcome, *, by: User, reason: str, seen: Seen | None) -> F:
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if not examines(by, locked):
        raise PermissionDenied
    if locked.state != ApplicationState.DEPOSITED:
        raise RefusedTransition("Ce dossier n’est pas déposé, ou ne l’est plus : aucun constat ne peut y être porté.")
    if outcome == Outcome.UNFAVOURABLE and not reason.strip():
        raise ReasonMissing("Un constat défavorable porte son motif.")
    former = model.objects.current().filter(application=locked).select_related("by").first()
    _refuse_unless_seen(locked, former, seen)
    now = clock.now()
    if former is not None:
        former.superseded_at = now
        former.save(update_fields=["superseded_at"])
    return model.objects.create(
        application=locked, outcome=outcome, reason=reason.strip(), by=by, at=now, deposit_id=locked.current_deposit_id
    )


def _refuse_unless_seen(application: Application, former: Admissibility | Eligibility | None, seen: Seen | None) -> None:
    if seen is None:
        return
    if seen.deposit != application.current_deposit_id:
        raise SeenOutdated("Le candidat a déposé des modifications pendant votre lecture. Relisez le dossier, puis enregistrez de nouveau.")
    if former is not None and seen.finding != former.pk:
        who = former.by or "Un agent dont le compte est supprimé"
        raise SeenOutdated(
            f"{who} vient d’enregistrer un constat : « {former.get_outcome_display()} ». "
            "Le vôtre le remplacera ; enregistrez de nouveau pour confirmer."
        )
