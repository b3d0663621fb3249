"""Writes of a dossier before and beside its deposit: start, save, withdraw, resume, delete, follow."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.permissions import reviews
from calls import emails
from calls.deadlines import in_time
from calls.enums import ApplicationState, RoundState
from calls.models import Answer, Application, ApplicationTransition, FollowerChange, Round
from calls.permissions import deletes_draft, edits_application
from calls.queries.application import seen_by, writers_of
from calls.reading import Reading
from calls.workflow import APPLICATION_TRANSITIONS
from community.models import Mandate, Organisation
from community.queries import Reach, reach_of
from kit import clock
from kit.workflow import RefusedTransition, advance
from notifications.actions import owe_message
from projects.actions import create_project
from projects.models import Project, Theme
from territories.models import Area

SAVING = (
    "state",
    "extended_until",
    "revision",
    "is_shared",
    "guests",
    "guest_editors",
    "organisation",
    "round__state",
    "round__opens_at",
    "round__closes_at",
)
"""What a save reads of the dossier and of its round: at the pace of a keyboard, the forty columns left out count."""


TYPING = (
    Application.objects.select_for_update(of=("self",))
    .select_related("round")
    .only(*SAVING, "uuid", "round__published_at", "round__form_edition")
    .order_by()
)
"""The same locked at once, where nothing was fetched before."""


class RoundNotOpen(RefusedTransition):
    """The round does not take this request: not published, not yet open, closed or cancelled."""


@dataclass(frozen=True, slots=True)
class Saving:
    """What a save did: the versions of the answers it changed, and the answers it left alone: someone else had changed them since, or
    what was typed is beyond any length that is kept. `same` are the versions of those that said it already; `revision` is the dossier's.
    """

    versions: Mapping[str, int]
    conflicts: Mapping[str, Answer]
    too_long: frozenset[str] = frozenset()
    same: Mapping[str, int] = field(default_factory=dict)
    revision: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.conflicts and not self.too_long

    @property
    def changed(self) -> tuple[str, ...]:
        return tuple(self.versions)


class Came(Protocol):
    """What a request brought: answers as read, and the version each was written over."""

    @property
    def sent_readings(self) -> Mapping[str, Reading]: ...

    @property
    def based_on(self) -> Mapping[str, int]: ...


T = TypeVar("T", bound=Came)


@dataclass(frozen=True, slots=True)
class NewProject:
    """A project described at the moment of starting its dossier."""

    name: str
    summary: str
    themes: Iterable[Theme] = ()
    places: Iterable[Area] = ()


@transaction.atomic
def start_application(
    round: Round,
    organisation: Organisation,
    project: Project | NewProject,
    *,
    by: User,
    arrived_at: datetime,
    mandate: Mandate | None = None,
) -> tuple[Application, bool]:
    """Start the dossier of `project` for `round`, or return the one that `by` already sees; the second value says which (started).

    A new project is recorded with it, both or neither; the same words sent twice (a repeated press) make one project. Refuses outside
    the round's opening, a project of another organisation, and who does not write for the organisation.
    """
    refuse_unless_open(round, arrived_at, round.closes_at)
    if isinstance(project, NewProject):
        project = _project_described(organisation, project, by=by)
    reach = reach_of(by)
    if project.organisation_id != organisation.pk or not reach.writes_for(organisation.pk):
        raise PermissionDenied
    Project.objects.select_for_update().get(pk=project.pk)
    existing = _others_under_way(round, project, by, reach).first()
    if existing is not None:
        return existing, False
    now = clock.now()
    application = Application.objects.create(
        round=round,
        organisation=organisation,
        project=project,
        mandate=mandate,
        started_by=by,
        started_at=now,
        changed_at=now,
        is_shared=organisation.pk in reach.verified_in,
    )
    ApplicationTransition.objects.create(
        subject=application, name="start", from_state="", to_state=ApplicationState.DRAFT, actor=by, at=now
    )
    return application, True


@transaction.atomic
def save_answers(
    application: Application, readings: Mapping[str, Reading], based_on: Mapping[str, int], *, by: User, arrived_at: datetime
) -> Saving:
    """Keep what was typed, complete or not; `based_on` is the version each text was written over (0 for none).

    An answer that someone else changed since is left as it is and returned as a conflict, unless both say the same; so is one whose new
    text is too long to be kept. Refuses a request that arrived after the closing, a withdrawn dossier, and who may not edit.
    """
    return _save(lock_for(by, application, "round", only=SAVING), readings, based_on, by, arrived_at)


@transaction.atomic
def save_as_typed(uuid: UUID, read: Callable[[Application], T], *, by: User, arrived_at: datetime) -> tuple[T, Saving] | None:
    """As `save_answers`, for one dossier that is not fetched yet, or None if `by` may not see it. `read` reads, of the dossier, what came.

    At the pace of a keyboard the row is asked once, locked at once.
    """
    locked = seen_by(by, TYPING.filter(uuid=uuid))
    if locked is None:
        return None
    came = read(locked)
    return came, _save(locked, came.sent_readings, came.based_on, by, arrived_at)


def _save(locked: Application, readings: Mapping[str, Reading], based_on: Mapping[str, int], by: User, arrived_at: datetime) -> Saving:
    """What both savings do with the locked row."""
    if not edits_application(by, locked):
        raise PermissionDenied
    refuse_unless_editable(locked, arrived_at)
    now = clock.now()
    too_long = frozenset(key for key, reading in readings.items() if not reading.is_storable)
    kept = {key: reading for key, reading in readings.items() if key not in too_long}
    saving = _write_over(locked, kept, based_on, by, now) if len(kept) == 1 else None
    saving = saving or _write_each(locked, kept, based_on, by, now)
    if saving.versions:
        shared = locked.is_shared or locked.organisation_id in locked.readers[by.pk].verified_in
        locked.revision += 1
        Application.objects.filter(pk=locked.pk).update(revision=locked.revision, changed_at=now, is_shared=shared)
    return replace(saving, too_long=too_long, revision=locked.revision)


def _write_over(
    locked: Application, readings: Mapping[str, Reading], based_on: Mapping[str, int], by: User, now: datetime
) -> Saving | None:
    """One answer over the very version it was based on, in one statement: of all saves the most frequent. None when it stands otherwise."""
    ((key, reading),) = readings.items()
    version = based_on.get(key, 0)
    own = Answer.objects.filter(application=locked.pk, question_key=key, row=0, version=version)
    written = version and own.exclude(typed=reading.typed).update(
        typed=reading.typed, value=reading.value, version=version + 1, by=by, at=now
    )
    return Saving({key: version + 1}, {}) if written else None


def _write_each(locked: Application, readings: Mapping[str, Reading], based_on: Mapping[str, int], by: User, now: datetime) -> Saving:
    """Each answer whose version is the one it was based on; the others are conflicts, unless they say the same."""
    wanted = Answer.objects.filter(application=locked.pk, question_key__in=list(readings), row=0).order_by()
    stored = {key: (typed, version) for key, typed, version in wanted.values_list("question_key", "typed", "version")}
    changed: list[Answer] = []
    met: list[str] = []
    same: dict[str, int] = {}
    for key, reading in readings.items():
        typed, version = stored.get(key, ("", 0))
        if typed == reading.typed or (version == 0 and not reading.typed):
            same[key] = version
        elif version not in {0, based_on.get(key, 0)}:
            met.append(key)
        else:
            written = {"typed": reading.typed, "value": reading.value, "version": version + 1, "by": by, "at": now}
            changed.append(Answer(application=locked, question_key=key, **written))
    if changed:
        Answer.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["application", "question_key", "row"],
            update_fields=["typed", "value", "version", "by", "at"],
        )
    conflicts = {answer.question_key: answer for answer in wanted.filter(question_key__in=met).select_related("by")} if met else {}
    return Saving({answer.question_key: answer.version for answer in changed}, conflicts, same=same)


@transaction.atomic
def withdraw_application(application: Application, *, by: User, why: str = "") -> Application:
    """Take a deposited dossier back; its deposits stay, as archives. It may be resumed until the closing. Tells whoever wrote in it."""
    withdrawn = advance(application, "withdraw", APPLICATION_TRANSITIONS, by=by, why=why)
    turn = withdrawn.transitions.filter(name="withdraw").count()
    for writer in writers_of(withdrawn):
        owe_message(f"withdrawal:{withdrawn.pk}:{turn}:{writer.pk}", emails.application_withdrawn(withdrawn, writer), recipient=writer)
    return withdrawn


@transaction.atomic
def resume_application(application: Application, *, by: User, arrived_at: datetime) -> Application:
    """Make a withdrawn dossier a draft again, while the round is open; refused while another one of the same project is under way."""
    refuse_unless_open(application.round, arrived_at, application.closes_at)
    Project.objects.select_for_update().get(pk=application.project_id)
    others = _others_under_way(application.round, application.project, by).exclude(pk=application.pk)
    rivals = Application.objects.filter(round=application.round_id, project=application.project_id, started_by=application.started_by_id)
    if others.exists() or rivals.exclude(state=ApplicationState.WITHDRAWN).exclude(pk=application.pk).exists():
        raise RefusedTransition(
            "Un autre dossier du même projet est en cours pour cette session : continuez celui-là, ou retirez-le d’abord."
        )
    return advance(application, "resume", APPLICATION_TRANSITIONS, by=by)


@transaction.atomic
def delete_draft(application: Application, *, by: User) -> None:
    """Delete a dossier that was never deposited, with its answers. Refuses any other, and a mandated structure: the draft is its client's."""
    locked = lock_for(by, application)
    if not deletes_draft(by, locked):
        raise PermissionDenied
    if locked.state != ApplicationState.DRAFT or locked.current_deposit_id is not None:
        raise RefusedTransition("Ce dossier a été déposé : il peut être retiré, mais pas supprimé.")
    locked.delete()


@transaction.atomic
def follow_application(application: Application, follower: User | None, *, by: User) -> Application:
    """Say which member of staff follows the dossier, or nobody; the change is logged. A draft, which staff do not see, stays as it is."""
    follow_applications([application.pk], follower, by=by)
    application.refresh_from_db(fields=["follower"])
    return application


@transaction.atomic
def follow_applications(pks: Collection[int], follower: User | None, *, by: User) -> int:
    """Give deposited dossiers to `follower`, or to nobody; return how many changed hands. What is not deposited stays as it is."""
    if not reviews(by) or (follower is not None and not reviews(follower)):
        raise PermissionDenied
    asked = Application.objects.deposited_for(by).filter(pk__in=pks)
    changing = list(asked.exclude(follower=follower).select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    Application.objects.filter(pk__in=changing).update(follower=follower)
    now = clock.now()
    FollowerChange.objects.bulk_create(
        [FollowerChange(application_id=pk, follower=follower, released=follower is None, by=by, at=now) for pk in changing]
    )
    return len(changing)


def _project_described(organisation: Organisation, new: NewProject, *, by: User) -> Project:
    """The project of these words; the organisation's row is locked so that two presses make one."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    twin = Project.objects.filter(organisation=organisation, created_by=by, name=new.name, summary=new.summary).first()
    return twin or create_project(organisation, by=by, name=new.name, summary=new.summary, themes=new.themes, places=new.places)


def _others_under_way(round: Round, project: Project, user: User, reach: Reach | None = None) -> QuerySet[Application]:
    """The dossiers of `project` for `round` that `user` sees and that are not withdrawn; not one that they were only invited to."""
    seen = Application.objects.seen_without_invitation(user, reach or reach_of(user))
    return seen.filter(round=round, project=project).exclude(state=ApplicationState.WITHDRAWN)


def lock_for(user: User, application: Application, *related: str, only: Collection[str] = ()) -> Application:
    """The dossier's row, locked and fresh; what the page that calls has just asked of `user` for this very object is not asked again."""
    wanted = Application.objects.select_for_update(of=("self",)).select_related(*related)
    locked = (wanted.only(*only) if only else wanted).get(pk=application.pk)
    if user.pk in application.readers:
        locked.readers[user.pk] = application.readers[user.pk]
    return locked


def refuse_unless_open(round: Round, arrived_at: datetime, closes_at: datetime | None) -> None:
    """Raise `RoundNotOpen`, with its sentence, unless a request that arrived then is in time."""
    if round.state == RoundState.CANCELLED:
        raise RoundNotOpen("Cet appel a été annulé : il ne reçoit plus de dossiers.")
    if round.state != RoundState.PUBLISHED or arrived_at < round.opens_at:
        raise RoundNotOpen("Cet appel n’est pas encore ouvert.")
    if not in_time(arrived_at, closes_at):
        raise RoundNotOpen("La clôture est passée : ce dossier ne peut plus être modifié ni déposé.")


def refuse_unless_editable(application: Application, arrived_at: datetime) -> None:
    """Raise unless answers may change: the round takes requests and the dossier is not withdrawn."""
    refuse_unless_open(application.round, arrived_at, application.closes_at)
    if application.state == ApplicationState.WITHDRAWN:
        raise RefusedTransition("Ce dossier a été retiré. Reprenez-le pour le modifier.")
