"""What pages ask about messages."""

from datetime import UTC, datetime, timedelta

import pytest

from kit import clock
from notifications.models import Message
from notifications.queries import LATE_AFTER, OutboxHealth, inbox, outbox_health, unread_count
from tests.factories.accounts import UserFactory
from tests.factories.notifications import MessageFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_inbox_shows_ones_own_newest_first():
    person = UserFactory()
    old = MessageFactory(recipient=person, owed_at=NOON)
    new = MessageFactory(recipient=person, owed_at=NOON + timedelta(days=1), read_at=NOON + timedelta(days=2))
    MessageFactory()
    MessageFactory(recipient=person, sign_in=True)

    assert list(inbox(person)) == [new, old]
    assert list(inbox(person, unread_only=True)) == [old]


def test_unread_count_counts_to_a_hundred_in_one_query(django_assert_num_queries):
    person = UserFactory()
    assert unread_count(person) == 0
    Message.objects.bulk_create(MessageFactory.build_batch(101, recipient=person))

    with django_assert_num_queries(1):
        assert unread_count(person) == 100


def test_outbox_health_of_an_empty_outbox():
    assert outbox_health() == OutboxHealth(late=0, late_since=None, failed=0)


def test_outbox_health_counts_the_late_and_the_failed(django_assert_num_queries):
    oldest = NOON - LATE_AFTER - timedelta(hours=1)
    MessageFactory(owed_at=oldest)
    MessageFactory(owed_at=NOON - LATE_AFTER - timedelta(seconds=1))
    MessageFactory(owed_at=NOON - LATE_AFTER)
    MessageFactory(owed_at=oldest - timedelta(days=1), failed=True)
    MessageFactory(owed_at=oldest - timedelta(days=1), sent=True)

    with clock.standing_at(NOON), django_assert_num_queries(1):
        assert outbox_health() == OutboxHealth(late=2, late_since=oldest, failed=1)
