"""Each state of a message, and who may move it."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.enums import Group
from kit.workflow import available
from notifications.enums import MessageState
from notifications.permissions import reads_outbox
from notifications.workflow import TRANSITIONS
from tests.factories.accounts import UserFactory
from tests.factories.notifications import MessageFactory

pytestmark = pytest.mark.django_db

ROLES = {
    "recipient": None,
    "administrator": Group.ADMINISTRATOR,
    "call manager": Group.CALL_MANAGER,
    "reviewer": Group.REVIEWER,
    "auditor": Group.AUDITOR,
}
OPEN = {("failed", "administrator"): ["retry"], ("failed", "call manager"): ["retry"]}


def person_of(role):
    return UserFactory(staff=ROLES[role] is not None, group=ROLES[role])


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", MessageState.values)
def test_moves_by_state_and_role(state, role):
    person = person_of(role)
    message = MessageFactory.build(recipient=person, state=state)

    assert [move.name for move in available(message, person, TRANSITIONS)] == OPEN.get((state, role), [])


@pytest.mark.parametrize("role", ROLES)
def test_a_dead_code_is_retried_by_nobody(role):
    assert available(MessageFactory.build(recipient=None, state="failed", sign_in=True), person_of(role), TRANSITIONS) == []


@pytest.mark.parametrize(("role", "reads"), [(role, role in {"administrator", "call manager"}) for role in ROLES])
def test_reads_outbox(role, reads):
    assert reads_outbox(person_of(role)) is reads


def test_reads_outbox_is_closed_to_the_public():
    assert reads_outbox(AnonymousUser()) is False
