"""Who may do what with calls, rounds and dossiers."""

from accounts.models import User
from accounts.permissions import manages_calls, reads_dossiers, reviews
from calls.models import Application, Export, Round
from community.enums import MemberRole, MemberStanding
from community.models import Membership
from community.permissions import edits_for

__all__ = ["deposits_application", "edits_application", "examines", "manages_round", "reads_deposits", "takes_export"]


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
    """Whoever started the dossier and still writes for its organisation, and its verified writers; under a mandate, the agent's too."""
    if application.started_by_id == user.pk:
        return edits_for(user, application.organisation)
    return _verified_writer(user, application.organisation_id) or (
        application.mandate is not None and application.mandate.is_in_force and _verified_writer(user, application.mandate.agent_id)
    )


def deposits_application(user: User, application: Application) -> bool:
    """Whoever edits deposits, except an agent whose mandate stops short of it."""
    if not edits_application(user, application):
        return False
    if application.mandate is None or _belongs(user, application.organisation_id):
        return True
    return application.mandate.may_deposit and application.mandate.is_in_force


def _verified_writer(user: User, organisation_id: int) -> bool:
    return Membership.objects.verified().filter(user=user, organisation=organisation_id).exclude(role=MemberRole.READER).exists()


def _belongs(user: User, organisation_id: int) -> bool:
    return Membership.objects.filter(user=user, organisation=organisation_id, standing__in=MemberStanding.values).exists()
