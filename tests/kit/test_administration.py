"""Links of read-only fields in the administration."""

import re

import pytest
from django.urls import reverse

from accounts.enums import Group
from kit.workflow import advance
from notifications.enums import MessageState
from notifications.workflow import TRANSITIONS
from tests.factories.accounts import UserFactory
from tests.factories.notifications import MessageFactory

pytestmark = pytest.mark.django_db


def test_method_of_the_administration_is_shown_as_it_is(client):
    """What is no field of the model goes through: here, the names of states in the log of a message."""
    message = MessageFactory()
    advance(message, "give_up", TRANSITIONS, by=None)
    client.force_login(UserFactory(staff=True, group=Group.ADMINISTRATOR))

    page = client.get(reverse("admin:notifications_message_change", args=[message.pk])).content.decode()

    assert re.findall(r"<p>(.*?)</p>", page)[1:3] == [MessageState.DUE.label, MessageState.FAILED.label]
