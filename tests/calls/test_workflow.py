"""The tables that no other module tells: what becomes of an announcement and of an export by state and person, and who records a finding in which state."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import Group
from calls.actions.application import withdraw_application
from calls.actions.export import ask_export
from calls.actions.finding import record_admissibility, record_eligibility
from calls.enums import AnnouncementState, ExportFormat, ExportState, Outcome
from calls.models import Admissibility, Announcement, Eligibility, Export
from calls.permissions import examines, reads_deposits
from calls.queries.staff import Filters
from calls.workflow import ANNOUNCEMENT_TRANSITIONS, EXPORT_TRANSITIONS
from kit import clock
from kit.workflow import RefusedTransition, advance, available
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import AnnouncementFactory

pytestmark = pytest.mark.django_db

STAFF = {
    "auditor": Group.AUDITOR,
    "reviewer": Group.REVIEWER,
    "call manager": Group.CALL_MANAGER,
    "administrator": Group.ADMINISTRATOR,
}
EXPORT_MOVES = {
    ExportState.ASKED: {"run", "give_up"},
    ExportState.RUNNING: {"run", "finish", "give_up"},
    ExportState.DONE: {"take", "expire"},
    ExportState.FAILED: set(),
    ExportState.EXPIRED: set(),
}


ANNOUNCEMENT_MOVES = {
    AnnouncementState.DUE: {"finish", "give_up"},
    AnnouncementState.DONE: set(),
    AnnouncementState.FAILED: {"retry"},
}


def announcement_in(state: str) -> Announcement:
    return AnnouncementFactory(done=state == AnnouncementState.DONE, failed=state == AnnouncementState.FAILED)


@pytest.mark.parametrize("state", ANNOUNCEMENT_MOVES)
def test_announcement_moves_by_state_and_person(state):
    announcement = announcement_in(state)
    people = {name: UserFactory(staff=True, group=group) for name, group in STAFF.items()} | {
        "stranger": UserFactory(),
        "staff of no group": UserFactory(staff=True),
    }

    drawn = {name: {move.name for move in available(announcement, person, ANNOUNCEMENT_TRANSITIONS)} for name, person in people.items()}

    retried = {"retry"} if state == AnnouncementState.FAILED else set()
    assert drawn == {name: retried if name in {"call manager", "administrator"} else set() for name in people}


@pytest.mark.parametrize("state", ANNOUNCEMENT_MOVES)
@pytest.mark.parametrize("move", [move.name for move in ANNOUNCEMENT_TRANSITIONS])
def test_announcement_moves_only_from_the_states_of_the_table(move, state):
    announcement = announcement_in(state)
    changes = {
        "finish": {"finished_at": clock.now()},
        "give_up": {"last_error": "ValueError", "failed_at": clock.now()},
        "retry": {},
    }[move]

    if move in ANNOUNCEMENT_MOVES[state]:
        moved = advance(announcement, move, ANNOUNCEMENT_TRANSITIONS, by=None, **changes)
        assert list(announcement.transitions.values_list("name", "from_state", "to_state")) == [(move, state, moved.state)]
    else:
        with pytest.raises(RefusedTransition):
            advance(announcement, move, ANNOUNCEMENT_TRANSITIONS, by=None, **changes)


def export_in(state: str) -> Export:
    export = ask_export(Filters(), ExportFormat.CSV, by=UserFactory(staff=True, group=Group.AUDITOR))
    dated = {"file": "exports/liste.csv", "finished_at": clock.now()} if state == ExportState.DONE else {}
    Export.objects.filter(pk=export.pk).update(state=state, **dated)
    export.refresh_from_db()
    return export


@pytest.mark.parametrize("state", EXPORT_MOVES)
def test_export_moves_by_state_and_person(state):
    export = export_in(state)
    people = {name: UserFactory(staff=True, group=group) for name, group in STAFF.items()} | {
        "requester": export.requested_by,
        "stranger": UserFactory(),
        "staff of no group": UserFactory(staff=True),
    }

    drawn = {name: {move.name for move in available(export, person, EXPORT_TRANSITIONS)} for name, person in people.items()}

    assert drawn == {name: EXPORT_MOVES[state] if name == "requester" else set() for name in people}


@pytest.mark.parametrize("state", EXPORT_MOVES)
def test_export_of_who_no_longer_reads_dossiers_moves_no_more(state):
    export = export_in(state)
    export.requested_by.groups.clear()

    assert available(Export.objects.get(pk=export.pk), export.requested_by, EXPORT_TRANSITIONS) == []


@pytest.mark.parametrize("state", EXPORT_MOVES)
@pytest.mark.parametrize("move", [move.name for move in EXPORT_TRANSITIONS])
def test_export_moves_only_from_the_states_of_the_table(move, state):
    export = export_in(state)
    changes = {"file": "exports/liste.csv", "finished_at": clock.now()} if move == "finish" else {}

    if move in EXPORT_MOVES[state]:
        moved = advance(export, move, EXPORT_TRANSITIONS, by=None, **changes)
        assert list(export.transitions.values_list("name", "from_state", "to_state"))[-1] == (move, state, moved.state)
    else:
        with pytest.raises(RefusedTransition):
            advance(export, move, EXPORT_TRANSITIONS, by=None, **changes)


@pytest.mark.parametrize("who", [*STAFF, "staff of no group", "carrier", "stranger"])
@pytest.mark.parametrize("state", ["draft", "deposited", "withdrawn"])
@pytest.mark.parametrize(("record", "model"), [(record_admissibility, Admissibility), (record_eligibility, Eligibility)])
def test_findings_by_state_and_role(record, model, state, who):
    story = tell_story()
    application = story.start() if state == "draft" else story.deposited()
    if state == "withdrawn":
        application = withdraw_application(application, by=story.carrier)
    outsiders = {"carrier": story.carrier, "stranger": UserFactory(), "staff of no group": UserFactory(staff=True)}
    person = outsiders.get(who) or UserFactory(staff=True, group=STAFF[who])
    may = who in {"reviewer", "call manager", "administrator"}

    if may and state == "deposited":
        assert record(application, Outcome.FAVOURABLE, by=person).by == person
    else:
        with pytest.raises(RefusedTransition if may else PermissionDenied):
            record(application, Outcome.FAVOURABLE, by=person)

    assert (examines(person, application), reads_deposits(person)) == (may, who in STAFF)
    assert model.objects.count() == (1 if may and state == "deposited" else 0)
