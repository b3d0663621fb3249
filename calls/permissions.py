"""Who may do what with calls, rounds and dossiers."""

from accounts.models import User
from accounts.permissions import manages_calls, reads_dossiers, reviews
from calls.models import Application, Export, Round
from calls.queries.start import agent_mandates
from community.enums import MemberRole
from community.models import Membership, Organisation
from community.permissions import edits_for

__all__ = [
    "deletes_draft",
    "deposits_application",
    "edits_application",
    "examines",
    "manages_round",
    "reads_deposits",
    "takes_export",
    "writes_as_member",
]


def manages_round(user: User, round: Round) -> bool:  # noqa: ARG001 - every manager manages every round
    """Call managers and administrators prepare, publish and extend rounds."""
    return manages_calls(user)


def reads_deposits(user: User) -> bool:
    """Staff of any group read what was deposited."""
    return reads_dossiers(user)


def examines(user: User, application: Application) -> bool:  # noqa: ARG001 - recusal comes with review
    """Reviewers follow dossiers and record what they find."""
    return reviews(user)


def takes_export(user: User, export: Export) -> bool:
    """Whoever asked for the file, while still of the staff who read dossiers."""
    return export.requested_by_id == user.pk and reads_dossiers(user)


def edits_application(user: User, application: Application) -> bool:
    """Whoever sees the dossier and writes for its organisation, as a member or through a mandate in force. A former member only reads.

    Answered once for each object that a page fetched; an action locks a fresh one, and asks again.
    """
    if user.pk not in application.editors:
        seen = user.pk in application.readers or Application.objects.visible_to(user).filter(pk=application.pk).exists()
        application.editors[user.pk] = seen and edits_for(user, application.organisation)
    return application.editors[user.pk]


def deposits_application(user: User, application: Application) -> bool:
    """Whoever edits deposits, except through a mandate that stops short of it."""
    return edits_application(user, application) and (
        writes_as_member(user, application.organisation)
        or agent_mandates(user).filter(client=application.organisation_id, may_deposit=True).exists()
    )


def deletes_draft(user: User, application: Application) -> bool:
    """Whoever started the dossier, and writers of the organisation itself; a mandated structure may not destroy its client's work."""
    return edits_application(user, application) and (
        application.started_by_id == user.pk or writes_as_member(user, application.organisation)
    )


def writes_as_member(user: User, organisation: Organisation) -> bool:
    """A member of the organisation itself, who is not a mere reader."""
    return Membership.objects.filter(user=user, organisation=organisation).exclude(role=MemberRole.READER).exists()
