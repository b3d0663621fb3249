"""What the platform was used for, for anyone to read: closed rounds only, whole numbers only, never a person, an organisation or a draft."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q

from calls.models import Application, Deposit, Round
from calls.models.round import RoundQuerySet, is_closed_at, is_open_at
from community.enums import LegalFamily
from kit import clock

FEWEST_FOR_A_MEDIAN = 5


class Median(Aggregate):
    """The value that as many are below as above (PostgreSQL)."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class ClosedRound:
    """One closed round: dossiers deposited at least once, withdrawn since or not, and who deposited them."""

    round: Round
    deposited: int
    organisations: int
    median: timedelta | None

    @property
    def median_days(self) -> str:
        """Half of the dossiers took less, from their start to their first deposit; of a few dossiers, it would tell of each."""
        if self.median is None or self.deposited < FEWEST_FOR_A_MEDIAN:
            return "—"
        return "moins d’un jour" if self.median < timedelta(days=1) else str(self.median.days)


@dataclass(frozen=True, slots=True)
class CallFigures:
    """Rounds published so far, by what the clock says of them."""

    published: int
    open: int
    closed: int


def call_figures() -> CallFigures:
    """One query. A cancelled round was published, and is neither open nor closed."""
    now = clock.now()
    counts = Round.objects.aggregate(
        published=Count("pk", filter=Q(published_at__isnull=False)),
        open=Count("pk", filter=is_open_at(now)),
        closed=Count("pk", filter=is_closed_at(now)),
    )
    return CallFigures(**counts)


def closed_rounds(limit: int = 50) -> list[ClosedRound]:
    """The last rounds that nobody can deposit to any more, the last closed first: two queries."""
    rounds = list(_closed_for_everyone(clock.now()).select_related("call").order_by("-closes_at", "pk")[:limit])
    spent = ExpressionWrapper(F("arrived_at") - F("application__started_at"), output_field=DurationField())
    rows = (
        Deposit.objects.filter(sequence=1, application__round__in=rounds)
        .order_by()
        .values_list("application__round")
        .annotate(count=Count("pk"), organisations=Count("application__organisation", distinct=True), median=Median(spent))
    )
    figures = {pk: (deposited, organisations, median) for pk, deposited, organisations, median in rows}
    return [ClosedRound(each, *figures.get(each.pk, (0, 0, None))) for each in rounds]


def depositing_families() -> list[tuple[str, int]]:
    """Dossiers of closed rounds by the legal family that their last deposit declares, the most numerous first: one query."""
    deposited = Application.objects.filter(round__in=_closed_for_everyone(clock.now()), current_deposit__isnull=False)
    counts = dict(deposited.order_by().values_list("current_deposit__legal_family").annotate(Count("pk")))
    return sorted(((str(label), counts[code]) for code, label in LegalFamily.choices if code in counts), key=lambda row: (-row[1], row[0]))


def _closed_for_everyone(now: datetime) -> RoundQuerySet:
    late = Q(applications__extended_until__gte=now)
    return Round.objects.closed_at(now).exclude(late)
