"""A round in figures, for staff: counts only, so that no draft is read."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Func, Q, QuerySet
from django.db.models.functions import TruncDate

from accounts.models import User
from calls.enums import ApplicationState, Outcome
from calls.models import Admissibility, Application, Deposit, Eligibility, Round
from community.enums import LegalFamily
from kit import clock, french
from kit.search_key import search_key
from territories.enums import AreaKind
from territories.models import Area

UNPLACED = "Territoire non précisé"


@dataclass(slots=True)
class RoundFigures:
    """Counts of one round. `deposited` are in play; a withdrawn dossier was deposited once."""

    round: Round
    drafts: int = 0
    deposited: int = 0
    withdrawn: int = 0
    changed: int = 0
    unfollowed: int = 0
    findings: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def admissible(self) -> int:
        return self.findings.get(("admissible", Outcome.FAVOURABLE), 0)

    @property
    def inadmissible(self) -> int:
        return self.findings.get(("admissible", Outcome.UNFAVOURABLE), 0)

    @property
    def admissibility_waiting(self) -> int:
        return self.deposited - self.admissible - self.inadmissible

    @property
    def eligible(self) -> int:
        return self.findings.get(("eligible", Outcome.FAVOURABLE), 0)

    @property
    def ineligible(self) -> int:
        return self.findings.get(("eligible", Outcome.UNFAVOURABLE), 0)

    @property
    def eligibility_waiting(self) -> int:
        return self.deposited - self.eligible - self.ineligible


@dataclass(frozen=True, slots=True)
class Share:
    """One line of a breakdown: what, how many, and the filter that shows them."""

    code: str
    label: str
    count: int


def rounds_in_figures(user: User) -> list[RoundFigures]:
    """Every round that staff see, newest first, with its counts: four queries."""
    rounds = Round.objects.visible_to(user).select_related("call").order_by("-opens_at", "pk")
    return _figures(list(rounds))


def round_in_figures(round: Round) -> RoundFigures:
    """One round with its counts: three queries."""
    return _figures([round])[0]


def by_family(round: Round) -> list[Share]:
    """Deposited dossiers by legal family, as deposited, the most numerous first."""
    counts = _deposited(round).order_by().values_list("current_deposit__legal_family").annotate(count=Count("pk"))
    labels = dict(LegalFamily.choices)
    return _shares((code, str(labels.get(code, code)), count) for code, count in counts)


def by_region(round: Round) -> list[Share]:
    """Deposited dossiers by région; one that works in several counts in each, and one without any is counted apart: three queries."""
    deposits = Deposit.objects.filter(pk__in=_deposited(round).order_by().values("current_deposit"))
    counts: Counter[str] = Counter(
        deposits.order_by().annotate(code=Func(F("region_codes"), function="unnest")).values_list("code", flat=True)
    )
    names = dict(Area.objects.of_kind(AreaKind.REGION).filter(code__in=counts).values_list("code", "name"))
    shares = _shares((code, names.get(code, code), count) for code, count in counts.items())
    nowhere = deposits.filter(region_codes=[]).count()
    return [*shares, Share("", UNPLACED, nowhere)] if nowhere else shares


def deposits_by_day(round: Round) -> list[tuple[date, int]]:
    """How many dossiers were first deposited on each day of Paris, from the opening to the last day it could be: one query.

    A new deposit of the same dossier isn't counted again; one that was withdrawn since is.
    """
    first = Deposit.objects.filter(application__round=round, sequence=1).order_by()
    counts: dict[date, int] = dict(
        first.annotate(day=TruncDate("arrived_at", tzinfo=ZoneInfo(french.PARIS))).values_list("day").annotate(count=Count("pk"))
    )
    start, end = french.day_of(round.opens_at), french.day_of(_last_instant(round))
    days = [*counts, start, max(start, end)]
    first_day, last_day = min(days), max(days)
    return [(date.fromordinal(day), counts.get(date.fromordinal(day), 0)) for day in range(first_day.toordinal(), last_day.toordinal() + 1)]


def _last_instant(round: Round) -> datetime:
    now = clock.now()
    return now if round.closes_at is None else min(now, round.closes_at)


def _deposited(round: Round) -> QuerySet[Application]:
    return Application.objects.filter(round=round, state=ApplicationState.DEPOSITED)


def _figures(rounds: Sequence[Round]) -> list[RoundFigures]:
    figures = {each.pk: RoundFigures(each) for each in rounds}
    deposited = Q(state=ApplicationState.DEPOSITED)
    changed = deposited & ~Q(revision=F("current_deposit__revision"))
    counts = (
        Application.objects.filter(round__in=figures)
        .order_by()
        .values("round")
        .annotate(
            drafts=Count("pk", filter=Q(state=ApplicationState.DRAFT)),
            deposited=Count("pk", filter=deposited),
            withdrawn=Count("pk", filter=Q(state=ApplicationState.WITHDRAWN)),
            changed=Count("pk", filter=changed),
            unfollowed=Count("pk", filter=deposited & Q(follower__isnull=True)),
        )
    )
    for row in counts:
        one = figures[row["round"]]
        for name in ("drafts", "deposited", "withdrawn", "changed", "unfollowed"):
            setattr(one, name, row[name])
    for round_pk, kind, outcome, count in _found(list(figures)):
        figures[round_pk].findings[kind, outcome] = count
    return list(figures.values())


def _found(rounds: list[int]) -> Iterable[tuple[int, str, str, int]]:
    """Findings in force on dossiers in play, of both kinds: two queries."""
    for kind, findings in (("admissible", Admissibility.objects.current()), ("eligible", Eligibility.objects.current())):
        counts = findings.filter(application__round__in=rounds, application__state=ApplicationState.DEPOSITED).order_by()
        for round_pk, outcome, count in counts.values_list("application__round", "outcome").annotate(count=Count("pk")):
            yield round_pk, kind, outcome, count


def _shares(rows: Iterable[tuple[str, str, int]]) -> list[Share]:
    return sorted((Share(*row) for row in rows), key=lambda share: (-share.count, search_key(share.label)))
