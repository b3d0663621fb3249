"""Who may do what with calls, rounds and dossiers."""

from accounts.models import User
from accounts.permissions import Person, is_administrator, manages_calls, reads_dossiers, reviews
from calls.models import Amendment, Announcement, Application, Attachment, EliminationList, Export, Round
from community.queries import Reach, reach_of

__all__ = [
    "acts_for_organisation",
    "carries_out_elimination",
    "deletes_draft",
    "deposits_application",
    "edits_application",
    "examines",
    "invites_guests",
    "manages_amendment",
    "manages_round",
    "prepares_elimination",
    "reads_announcements",
    "reads_deposits",
    "retries_announcement",
    "runs_elimination",
    "system_only",
    "takes_export",
    "writes_as_member",
]


def manages_round(user: User, round: Round) -> bool:  # noqa: ARG001 - every manager manages every round
    """Call managers and administrators prepare, publish and extend rounds."""
    return manages_calls(user)


def manages_amendment(user: User, amendment: Amendment) -> bool:  # noqa: ARG001 - every manager manages every round
    """Whoever manages rounds amends them."""
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


def reads_announcements(user: Person) -> bool:
    """Administrators and call managers, as for the outbox: an error may name a person whose dossier is a draft."""
    return manages_calls(user)


def retries_announcement(user: User, announcement: Announcement) -> bool:  # noqa: ARG001 - every manager retries every announcement
    """Whoever reads announcements may put a failed one back."""
    return reads_announcements(user)


def system_only(user: User, thing: Announcement | Attachment) -> bool:  # noqa: ARG001 - the signature of every permission
    """What no person does by hand."""
    return False


def prepares_elimination(user: User, elimination: EliminationList) -> bool:  # noqa: ARG001 - every manager prepares every list
    """Call managers and administrators prepare a list, send it for the visa, note the answer, abandon it."""
    return manages_calls(user)


def carries_out_elimination(user: User, elimination: EliminationList) -> bool:  # noqa: ARG001 - every administrator may
    """Administrators alone, by name: what they order cannot be undone."""
    return is_administrator(user)


def runs_elimination(user: User, elimination: EliminationList) -> bool:  # noqa: ARG001 - the signature of every permission
    """Its end is the system's to say."""
    return False


def edits_application(user: User, application: Application) -> bool:
    """Whoever sees the dossier and writes for its organisation, as a member or through a mandate in force, and guests invited to edit it.

    A former member only reads.
    """
    if user.pk in application.guest_editors:
        return _reach_as_reader(user, application) is not None
    return acts_for_organisation(user, application)


def acts_for_organisation(user: User, application: Application) -> bool:
    """Whoever edits the dossier in the name of its organisation, not as a guest."""
    return _reach_to_act(user, application) is not None


def deposits_application(user: User, application: Application) -> bool:
    """Whoever acts for the organisation deposits, except through a mandate that stops short of it. A guest never does."""
    reach = _reach_to_act(user, application)
    return reach is not None and reach.deposits_for(application.organisation_id)


def deletes_draft(user: User, application: Application) -> bool:
    """Whoever started the dossier, and writers of the organisation itself; a mandated structure may not destroy its client's work."""
    return acts_for_organisation(user, application) and (application.started_by_id == user.pk or writes_as_member(user, application))


def writes_as_member(user: User, application: Application) -> bool:
    """Whoever sees the dossier and is a member of the organisation itself, not a mere reader."""
    reach = _reach_to_act(user, application)
    return reach is not None and reach.writes_as_member(application.organisation_id)


def invites_guests(user: User, application: Application) -> bool:
    """Members who write for the organisation itself: a mandated structure does not open its client's dossier to others."""
    return writes_as_member(user, application)


def _reach_to_act(user: User, application: Application) -> Reach | None:
    """What `user` may act for, if that lets them write for the organisation here.

    An invitation opens the dossier to whoever only *says* that they are a member: it must not make them act in the organisation's name.
    """
    reach = _reach_as_reader(user, application)
    if reach is None or not reach.writes_for(application.organisation_id):
        return None
    if user.pk not in application.guests:
        return reach
    return reach if Application.objects.seen_without_invitation(user, reach).filter(pk=application.pk).exists() else None


def _reach_as_reader(user: User, application: Application) -> Reach | None:
    """What `user` may act for, or None for whoever does not see the dossier.

    Asked once for each object; an action that locks the row anew goes on with what its page asked (`calls.actions.application.lock_for`).
    """
    if user.pk not in application.readers:
        reach = reach_of(user)
        if not Application.objects.visible_to(user, reach).filter(pk=application.pk).exists():
            return None
        application.readers[user.pk] = reach
    return application.readers[user.pk]
