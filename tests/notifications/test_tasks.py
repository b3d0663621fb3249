"""Tasks and the command call the one delivery."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from kit import clock
from notifications.enums import MessageState
from notifications.models import Message
from notifications.tasks import deliver_message, sweep_messages
from tests.factories.notifications import MessageFactory

pytestmark = pytest.mark.django_db


def states():
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


def test_deliver_message_sends_that_one_only(mail_server):
    MessageFactory()
    message = MessageFactory()

    deliver_message(message.pk)

    assert states() == [MessageState.DUE, MessageState.SENT]


def test_deliver_message_sends_a_new_one_whatever_the_clocks_say(mail_server):
    message = MessageFactory(next_attempt_at=clock.now() + timedelta(seconds=5))

    deliver_message(message.pk)

    assert states() == [MessageState.SENT]


@pytest.mark.parametrize(
    "situation", [{"attempts": 1, "next_attempt_at": clock.now() + timedelta(hours=1)}, {"sent": True}, {"failed": True}]
)
def test_deliver_message_leaves_what_is_leased_or_done(mail_server, situation):
    message = MessageFactory(**situation)

    deliver_message(message.pk)
    deliver_message(message.pk + 1)

    assert mail_server.accepted == []


def test_sweep_messages_sends_everything_due(mail_server):
    MessageFactory.create_batch(2)
    MessageFactory(attempts=1, next_attempt_at=clock.now() - timedelta(days=30))
    MessageFactory(attempts=1, next_attempt_at=clock.now() + timedelta(hours=1))

    sweep_messages()

    assert states() == [MessageState.SENT] * 3 + [MessageState.DUE]


def test_the_command_sends_without_celery(mail_server):
    MessageFactory()

    call_command("deliver_messages", stdout=(out := StringIO()))

    assert out.getvalue() == "Messages traités : 1 ; encore dus : 0.\n"
