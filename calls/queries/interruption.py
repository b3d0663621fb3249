"""Deposits that a failure of the platform may have interrupted: their pages tried before the closing, and came through after it."""

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from calls.models import DepositRefusal, Round


def interrupted_deposits(round: Round) -> QuerySet[DepositRefusal]:
    """The last refusal of each such dossier, oldest first; none once the dossier was given a delay that covers it."""
    closing = Coalesce("application__extended_until", "application__round__closes_at")
    late = DepositRefusal.objects.annotate(closing=closing).filter(
        application__round=round, tried_since__lte=F("closing"), arrived_at__gt=F("closing")
    )
    last = late.filter(application=OuterRef("application")).order_by("-arrived_at", "-pk").values("pk")[:1]
    return late.filter(pk=Subquery(last)).select_related("application__round").order_by("arrived_at", "pk")
