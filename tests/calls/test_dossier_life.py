"""The life of a dossier, whatever people do in whatever order: no late deposit, no rewritten deposit, no accepted text lost."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from accounts.enums import Group
from calls.actions.application import RoundNotOpen, resume_application, withdraw_application
from calls.actions.deposit import IncompleteApplication, NothingToDeposit
from calls.actions.round import extend_round
from calls.enums import ApplicationState
from calls.models import Answer, Deposit
from calls.workflow import APPLICATION_TRANSITIONS
from community.enums import MemberRole
from kit import clock
from kit.workflow import RefusedTransition, available
from tests.calls.cast import join, tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import GuestFactory

pytestmark = pytest.mark.django_db

WORDS = st.sampled_from(["", "Un besoin.", "Un autre besoin.", "mot " * 400])
HOURS = st.integers(1, 240)


class DossierLife(RuleBasedStateMachine):
    """Plays one dossier beside a model of what must be true of it; each example is undone behind itself."""

    @initialize()
    def begin(self):
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.story = tell_story()
        self.at = clock.now()
        self.application = self.story.start()
        self.text, self.version = "", 0
        self.sealed: dict[int, str] = {}

    def teardown(self):
        if hasattr(self, "undo"):
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    @property
    def in_time(self) -> bool:
        return self.at <= self.story.round.closes_at

    @property
    def state(self) -> str:
        self.application.refresh_from_db()
        return self.application.state

    @rule(text=WORDS)
    def save(self, text):
        self.try_to_save(text, self.version)

    @rule(text=WORDS)
    @precondition(lambda self: self.version > 0)
    def save_from_a_stale_tab(self, text):
        self.try_to_save(text, self.version - 1)

    def try_to_save(self, text, based_on):
        if not self.in_time or self.state == ApplicationState.WITHDRAWN:
            with pytest.raises(RefusedTransition):
                self.story.save(self.application, need=text, based_on={"need": based_on}, at=self.at)
            return
        saving = self.story.save(self.application, need=text, based_on={"need": based_on}, at=self.at)
        if saving.conflicts:
            assert saving.conflicts["need"].typed == self.text
        elif saving.changed:
            self.text, self.version = text.strip(), self.version + 1

    @rule()
    def deposit(self):
        state, changed = self.state, self.application.changed_since_deposit
        try:
            deposit = self.story.deposit(self.application, at=self.at)
        except RoundNotOpen:
            assert not self.in_time
        except IncompleteApplication:
            assert self.text == "" or self.text.startswith("mot mot")
        except NothingToDeposit:
            assert state == ApplicationState.DEPOSITED
            assert not changed
        except RefusedTransition:
            assert state == ApplicationState.WITHDRAWN
        else:
            assert deposit.arrived_at <= self.story.round.closes_at
            self.sealed[deposit.pk] = deposit.content_sha256

    @rule()
    def withdraw(self):
        if self.state == ApplicationState.DEPOSITED:
            withdraw_application(self.application, by=self.story.carrier)
        else:
            with pytest.raises(RefusedTransition):
                withdraw_application(self.application, by=self.story.carrier)

    @rule()
    def resume(self):
        if self.state == ApplicationState.WITHDRAWN and self.in_time:
            resume_application(self.application, by=self.story.carrier, arrived_at=self.at)
        else:
            with pytest.raises(RefusedTransition):
                resume_application(self.application, by=self.story.carrier, arrived_at=self.at)

    @rule(hours=HOURS)
    def time_passes(self, hours):
        self.at += timedelta(hours=hours)

    @rule(hours=HOURS)
    def closing_is_extended(self, hours):
        manager = UserFactory(staff=True, group=Group.CALL_MANAGER)
        closing = self.story.round.closes_at
        assert closing is not None
        later = max(closing, self.at, clock.now()) + timedelta(hours=hours)
        extend_round(self.story.round, by=manager, closes_at=later, reason="Panne.")
        self.story.round.refresh_from_db()
        self.application.refresh_from_db()

    @invariant()
    def what_was_accepted_is_there(self):
        if hasattr(self, "story"):
            kept = Answer.objects.filter(application=self.application).values_list("typed", "version").first()
            assert (kept or ("", 0)) == (self.text, self.version)

    @invariant()
    def deposits_are_for_good(self):
        if hasattr(self, "story"):
            assert dict(Deposit.objects.filter(application=self.application).values_list("pk", "content_sha256")) == self.sealed
            assert (self.state == ApplicationState.DRAFT and not self.sealed) == (self.application.current_deposit_id is None)


def test_the_life_of_a_dossier():
    run_state_machine_as_test(
        DossierLife,
        settings=settings(max_examples=25, stateful_step_count=15, suppress_health_check=list(HealthCheck)),
    )


@pytest.mark.parametrize(
    ("who", "moves"),
    [
        ("starter", {"draft": {"deposit"}, "deposited": {"deposit_again", "withdraw"}, "withdrawn": {"resume"}}),
        ("verified editor", {"draft": {"deposit"}, "deposited": {"deposit_again", "withdraw"}, "withdrawn": {"resume"}}),
        ("verified reader", {}),
        ("declared editor", {}),
        ("guest editor", {}),
        ("guest reader", {}),
        ("stranger", {}),
        ("auditor", {}),
        ("reviewer", {}),
        ("call manager", {}),
        ("administrator", {}),
    ],
)
@pytest.mark.parametrize("state", ["draft", "deposited", "withdrawn"])
def test_moves_by_state_and_role(who, moves, state):
    story = tell_story(verified=True)
    people = {"starter": story.carrier}
    for name, verified, role in (
        ("verified editor", True, MemberRole.EDITOR),
        ("verified reader", True, MemberRole.READER),
        ("declared editor", False, MemberRole.EDITOR),
    ):
        people[name] = UserFactory()
        join(people[name], story.organisation, verified=verified, role=role)
    groups = {
        "auditor": Group.AUDITOR,
        "reviewer": Group.REVIEWER,
        "call manager": Group.CALL_MANAGER,
        "administrator": Group.ADMINISTRATOR,
    }
    person = people.get(who) or (UserFactory(staff=True, group=groups[who]) if who in groups else UserFactory())
    application = story.start() if state == "draft" else story.deposited()
    if who.startswith("guest"):
        GuestFactory(application=application, accepted=True, user=person, reads=who == "guest reader")
        application.refresh_from_db()
    if state == "withdrawn":
        application = withdraw_application(application, by=story.carrier)

    assert {move.name for move in available(application, person, APPLICATION_TRANSITIONS)} == moves.get(state, set())
