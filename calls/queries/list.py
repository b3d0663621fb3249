"""A person's dossiers, for lists."""

from django.db.models import QuerySet

from accounts.models import User
from calls.enums import ApplicationState
from calls.models import Application, Call
from community.queries import Reach


def applications_of(user: User, reach: Reach | None = None) -> QuerySet[Application]:
    """The dossiers that `user` sees, last changed first, with what a row names."""
    return (
        Application.objects.visible_to(user, reach)
        .select_related("round__call", "organisation", "project", "current_deposit")
        .without_deposit_text()
        .order_by("-changed_at", "-pk")
    )


def applications_to_finish(user: User) -> QuerySet[Application]:
    """Those still to deposit, the one that closes first ahead."""
    return applications_of(user).filter(state=ApplicationState.DRAFT).order_by("round__closes_at", "-changed_at", "-pk")


def applications_for(user: User, call: Call) -> QuerySet[Application]:
    """Those of one call."""
    return applications_of(user).filter(round__call=call)
