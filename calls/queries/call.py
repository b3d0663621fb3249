"""Calls as people look for them: open, coming, closed; one call with all that its page says; the questions put to its service."""

import re
import uuid
from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, Max, OuterRef, Prefetch, Q, QuerySet, Value

from accounts.models import User
from calls.enums import ApplicationState, Phase, RoundState
from calls.models import Amendment, Application, Call, EligibilityRule, Enquiry, Extension, Round
from calls.queries.amendment import with_rows
from community.models import Membership
from kit import clock

CLOSED_SHOWN = 50
ROW = (
    *("uuid", "state", "revision", "changed_at", "round__name", "round__state"),
    *("organisation__name", "project__name", "current_deposit__revision"),
)
"""What the call's page says of a dossier: the rest of these wide tables costs more to fetch than the row itself."""
UUID_SHAPE = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def calls_open() -> list[Round]:
    """Open rounds with their calls, the first to close first, those without closing last: one query."""
    return list(_open_rounds())


def calls_open_with_news() -> list[Round]:
    """As `calls_open`, each with `put_off_at`, when its closing was last put off for everyone: one query."""
    put_off_at = Max("extensions__decided_at", filter=Q(extensions__application__isnull=True))
    return list(_open_rounds().annotate(put_off_at=put_off_at))


def _open_rounds() -> QuerySet[Round]:
    return Round.objects.open_at(clock.now()).select_related("call").order_by(F("closes_at").asc(nulls_last=True), "pk")


def calls_coming() -> list[Round]:
    """Published rounds that are not open yet, the next first: one query."""
    return list(Round.objects.coming_at(clock.now()).select_related("call").order_by("opens_at", "pk"))


def calls_closed(limit: int = CLOSED_SHOWN) -> list[Round]:
    """Closed rounds, the last closed first: one query."""
    return list(Round.objects.closed_at(clock.now()).select_related("call").order_by("-closes_at", "pk")[:limit])


def public_rounds(call: Call) -> list[Round]:
    """The rounds that the call's page shows: open first, then coming, then closed and cancelled; with extensions for everyone and moves.

    Each with `delayed`, how many dossiers were given a delay of their own: the count is public, their names are not.
    """
    extensions = Extension.objects.filter(application__isnull=True).order_by("decided_at", "pk")
    amendments = Amendment.objects.published().prefetch_related(Prefetch("changes", with_rows(), to_attr="rows"))
    delayed = Count("extensions__application", distinct=True)
    rounds = call.rounds.public().annotate(delayed=delayed, has_rules=Exists(EligibilityRule.objects.filter(round=OuterRef("pk"))))
    rounds = rounds.prefetch_related(
        Prefetch("extensions", queryset=extensions, to_attr="general_extensions"),
        Prefetch("amendments", queryset=amendments, to_attr="public_amendments"),
        "transitions",
    )
    order = [Phase.OPEN, Phase.COMING, Phase.CLOSED, Phase.CANCELLED]
    return sorted(rounds, key=lambda each: (order.index(each.phase), each.opens_at, each.pk))


def calls_as_read_by(user: User | AnonymousUser) -> QuerySet[Call]:
    """What a call's page needs of the call, and whether its reader belongs to an organisation or has started a dossier: most have not, and
    then nothing more is asked.
    """
    calls = Call.objects.only("slug", "title", "edition")
    if not isinstance(user, User):
        return calls.annotate(belongs=Value(False), started=Value(False))
    belongs = Exists(Membership.objects.filter(user=user).order_by())
    return calls.annotate(belongs=belongs, started=Exists(Application.objects.filter(started_by=user).order_by()))


def applications_in_rounds(user: User, rounds: Collection[int]) -> list[Application]:
    """The dossiers that `user` sees in these rounds, those still alive first."""
    seen = list(Application.objects.visible_to(user).filter(round__in=rounds).order_by().values_list("pk", flat=True))
    if not seen:
        return []
    named = Application.objects.select_related("round", "organisation", "project", "current_deposit").only(*ROW)
    mine = list(named.filter(pk__in=seen).order_by())
    return sorted(mine, key=lambda application: (application.state == ApplicationState.WITHDRAWN, -application.pk))


def unanswered_by(user: User, call: Call) -> int:
    """How many questions of this person wait for an answer."""
    return Enquiry.objects.filter(call=call, asked_by=user, published_at__isnull=True).count()


def is_frozen(call: Call) -> bool:
    """Whether a round of the call is published, and not closed yet."""
    now = clock.now()
    return call.rounds.published().filter(Q(closes_at__isnull=True) | Q(closes_at__gte=now)).exists()


def was_published(call: Call) -> bool:
    """Whether the call's page was ever public: its address no longer changes."""
    return call.rounds.exclude(state=RoundState.DRAFT).exists()


def managed_calls(user: User) -> QuerySet[Call]:
    """The calls as staff list them: with their rounds and how many questions wait."""
    waiting = Count("enquiries", filter=Q(enquiries__published_at__isnull=True), distinct=True)
    return (
        Call.objects.visible_to(user)
        .annotate(waiting=waiting)
        .prefetch_related(Prefetch("rounds", queryset=Round.objects.order_by("-opens_at", "pk")))
        .order_by("-created_at", "pk")
    )


def rounds_with_counts(call: Call) -> QuerySet[Round]:
    """The rounds of a call with how many dossiers were started and deposited: counts only, drafts stay unread."""
    deposited = Count("applications", filter=Q(applications__state=ApplicationState.DEPOSITED))
    return call.rounds.annotate(started_count=Count("applications"), deposited_count=deposited).order_by("-opens_at", "pk")


def starters(round: Round, *, before: datetime) -> QuerySet[User]:
    """The people, of accounts that are active, who had started a dossier of this round `before` and did not withdraw it."""
    alive = Application.objects.filter(round=round, started_at__lte=before).exclude(state=ApplicationState.WITHDRAWN)
    people: QuerySet[User] = User.objects.filter(pk__in=alive.values("started_by"), is_active=True)
    return people


def starters_after(round: Round, pk: int, *, before: datetime, limit: int) -> list[User]:
    """The next `limit` of them after the account `pk`."""
    return list(starters(round, before=before).filter(pk__gt=pk).order_by("pk")[:limit])


def application_by_reference(round: Round, text: str) -> Application | None:
    """The dossier of this round that a number, or the address of its page, designates; staff learn nothing else of a draft."""
    parts = [part for part in text.strip().split("/") if part]
    identifiers = [uuid.UUID(part) for part in parts if UUID_SHAPE.fullmatch(part)]
    number = parts[-1] if parts else ""
    return Application.objects.filter(Q(uuid__in=identifiers) | Q(number__iexact=number, number__gt=""), round=round).order_by("pk").first()
