"""Which dossiers are due for elimination and why; the lists, and what they hold."""

from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    Min,
    OuterRef,
    PositiveSmallIntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from accounts.models import User
from calls.enums import ApplicationState, EliminationGround, Outcome, RoundState
from calls.models import Admissibility, Application, Eligibility, EliminationLine, EliminationList
from calls.models.elimination import OPEN_STATES
from kit import clock


def archived() -> QuerySet[Any]:
    """Every dossier once deposited, with what a line says of it: `first_deposit_at`, `since`, `ground`, `years` and `due_at`.

    Kept since the closing that applied to it or its last deposit, whichever is later: as long as its round keeps refused dossiers, for one
    that was withdrawn (even taken up again, if it was not deposited since), inadmissible or ineligible; else as long as it keeps accepted ones.
    """
    arrived = F("current_deposit__arrived_at")
    unfavourable = Q(application=OuterRef("pk"), outcome=Outcome.UNFAVOURABLE)
    ground = Case(
        When(~Q(state=ApplicationState.DEPOSITED), then=Value(EliminationGround.WITHDRAWN)),
        When(Exists(Admissibility.objects.current().filter(unfavourable)), then=Value(EliminationGround.INADMISSIBLE)),
        When(Exists(Eligibility.objects.current().filter(unfavourable)), then=Value(EliminationGround.INELIGIBLE)),
        default=Value(EliminationGround.EXPIRED),
        output_field=CharField(),
    )
    years = Case(
        When(ground=EliminationGround.EXPIRED, then=F("round__accepted_years")),
        default=F("round__refused_years"),
        output_field=PositiveSmallIntegerField(),
    )
    kept = Func(F("years"), function="make_interval", output_field=DurationField())
    return Application.objects.filter(current_deposit__isnull=False).annotate(
        first_deposit_at=Min("deposits__arrived_at"),
        since=Greatest(Coalesce("round__closes_at", arrived), Coalesce("extended_until", arrived), arrived),
        ground=ground,
        years=years,
        due_at=ExpressionWrapper(F("since") + kept, output_field=DateTimeField()),
    )


def due() -> QuerySet[Application]:
    """Those whose time has come and that no open list names, nor any that someone kept back as they still are; by number.

    A round that is open still keeps what was deposited in it, however old.
    """
    now = clock.now()
    named = EliminationLine.objects.filter(application=OuterRef("pk"))
    kept = named.exclude(kept_reason="").filter(content_sha256=OuterRef("current_deposit__content_sha256"))
    still_open = Q(round__state=RoundState.PUBLISHED, round__closes_at__gte=now)
    found = archived().filter(due_at__lte=now).exclude(still_open)
    found = found.exclude(Exists(named.filter(list__state__in=OPEN_STATES))).exclude(Exists(kept))
    return (
        found.select_related("round__call", "current_deposit")
        .defer("current_deposit__content", "current_deposit__search_text")
        .order_by("number")
    )


def dossier_to_eliminate(number: str) -> Application | None:
    """The deposited dossier of this number, whatever its age, that no open list names: one query."""
    named = EliminationLine.objects.filter(application=OuterRef("pk"), list__state__in=OPEN_STATES)
    found = archived().filter(number__iexact=number).exclude(Exists(named))
    return found.select_related("round__call", "current_deposit").order_by("pk").first()


def eliminations(user: User) -> QuerySet[EliminationList]:
    """The lists that `user` reads, newest first, each with how many dossiers it names and how many of them are gone."""
    return (
        EliminationList.objects.visible_to(user)
        .annotate(
            asked=Count("lines", filter=Q(lines__kept_reason="")),
            gone=Count("lines", filter=Q(lines__eliminated_at__isnull=False)),
            kept=Count("lines", filter=~Q(lines__kept_reason="")),
        )
        .select_related("prepared_by", "submitted_by", "ordered_by")
        .order_by("-prepared_at", "-pk")
    )
