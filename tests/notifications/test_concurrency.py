"""Several workers and several requests at once."""

import threading
from collections import Counter

import pytest
from django.db import connection, transaction

from notifications.actions import deliver_due, owe_message
from notifications.enums import MessageState
from notifications.models import Message
from tests.factories.notifications import MessageFactory, RenderingFactory

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 30


def in_thread(work):
    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_two_sweepers_share_the_work(mail_server, monkeypatch):
    MessageFactory.create_batch(10)
    both_hold_one = threading.Barrier(2)
    first_of_thread = threading.local()
    accepted: list[str] = []

    def send(backend, mails):
        if not getattr(first_of_thread, "passed", False):
            first_of_thread.passed = True
            both_hold_one.wait(PATIENCE)
        accepted.extend(mail.subject for mail in mails)
        return 1

    monkeypatch.setattr(mail_server, "send_messages", send)
    sweepers = [in_thread(lambda: deliver_due(Message.objects.due())) for _ in range(2)]
    for sweeper in sweepers:
        sweeper.join(PATIENCE)

    assert Counter(accepted) == dict.fromkeys(Message.objects.values_list("subject", flat=True), 1)
    assert set(Message.objects.values_list("state", "attempts")) == {(MessageState.SENT, 1)}


def test_a_sweeper_passes_over_a_row_that_another_holds(mail_server):
    held, free = MessageFactory.create_batch(2)

    with transaction.atomic():
        Message.objects.select_for_update().get(pk=held.pk)
        in_thread(lambda: deliver_due(Message.objects.due())).join(PATIENCE)
        states = dict(Message.objects.values_list("pk", "state"))

    assert states == {held.pk: MessageState.DUE, free.pk: MessageState.SENT}


def test_two_requests_with_one_cause_owe_one_message(handed):
    owed = []

    with transaction.atomic():
        owed.append(owe_message("deposit:1", RenderingFactory(), email="a@exemple.fr"))
        other = in_thread(lambda: owed.append(owe_message("deposit:1", RenderingFactory(), email="b@exemple.fr")))
    other.join(PATIENCE)

    assert [message.email for message in owed] == ["a@exemple.fr", "a@exemple.fr"]
    assert Message.objects.count() == 1
    assert len(handed) == 1


def test_a_cause_that_is_rolled_back_owes_nothing(handed):
    with transaction.atomic():
        owe_message("deposit:1", RenderingFactory(), email="a@exemple.fr")
        transaction.set_rollback(True)

    assert not Message.objects.exists()
    assert handed == []
