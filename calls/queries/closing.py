"""Which closing applies to a dossier, the decisions that made it so, and the deposits that were refused."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from calls.models import Application, DepositRefusal, Extension
from kit import french


@dataclass(frozen=True, slots=True)
class Closing:
    """`common` is the closing of everyone, `own_until` that of this dossier alone; decisions and refusals stand oldest first."""

    common: datetime | None
    own_until: datetime | None
    arrived_at: datetime | None
    """The arrival of the deposit in force."""
    general: tuple[Extension, ...] = ()
    own: tuple[Extension, ...] = ()
    refusals: tuple[DepositRefusal, ...] = ()

    @property
    def own_applies(self) -> bool:
        """Whether the delay of this dossier runs later than the closing of everyone, which may have moved since."""
        return self.common is not None and self.own_until is not None and self.own_until > self.common

    @property
    def decisions(self) -> list[Extension]:
        return sorted([*self.general, *self.own], key=lambda each: (each.decided_at, each.pk))

    @property
    def of_deposit(self) -> str:
        """Where the deposit in force stands before the closing of everyone, in words."""
        if self.arrived_at is None:
            return ""
        if self.common is None:
            return "Appel permanent : il n’y a pas de clôture."
        if self.arrived_at <= self.common:
            return "Arrivé avant la clôture commune."
        late = french.duration(self.arrived_at - self.common, parts=2)
        granted = f", dans le délai accordé à ce dossier jusqu’au {french.instant(self.own_until)}" if self.own_until else ""
        return f"Arrivé {late} après la clôture commune{granted}."


def closing_of(application: Application) -> Closing:
    """Everything about the closing of a dossier: one query, and one more if some decision moved it. Needs its round and its current deposit."""
    refusals = tuple(application.deposit_refusals.select_related("by").order_by("arrived_at", "pk"))
    return _closing(application, _decisions(application), refusals)


def closing_moves_of(application: Application) -> Closing:
    """As `closing_of`, without refusals: one query, and none while no decision moved the closing."""
    return _closing(application, _decisions(application), ())


def _decisions(application: Application) -> list[Extension]:
    if not application.round.is_extended and application.extended_until is None:
        return []
    concerning = Q(application__isnull=True) | Q(application=application)
    decided = Extension.objects.filter(concerning, round=application.round_id).select_related("decided_by")
    return list(decided.order_by("decided_at", "pk"))


def _closing(application: Application, decisions: list[Extension], refusals: tuple[DepositRefusal, ...]) -> Closing:
    deposit = application.current_deposit
    return Closing(
        common=application.round.closes_at,
        own_until=application.extended_until,
        arrived_at=deposit.arrived_at if deposit else None,
        general=tuple(each for each in decisions if each.application_id is None),
        own=tuple(each for each in decisions if each.application_id is not None),
        refusals=refusals,
    )
