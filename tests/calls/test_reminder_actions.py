"""Reminders of a closing: to whom they are owed, when, once, and never after it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import OperationalError

from calls.actions import reminder as reminders_module
from calls.actions.application import delete_draft, withdraw_application
from calls.actions.reminder import owe_reminders
from calls.emails import closing_soon
from calls.models import Application, Round
from kit import clock
from notifications.actions import change_preferences
from notifications.enums import MessageState, Pace, Topic
from notifications.models import Message
from notifications.queries import inbox
from tests.calls.cast import Story, join, tell_story
from tests.factories.accounts import UserFactory
from tests.factories.projects import ProjectFactory

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def reminders() -> list[Message]:
    return list(Message.objects.filter(kind="closing_soon").order_by("pk"))


def owed_at(story: Story, before_closing: timedelta) -> int:
    """What is newly owed so long before the closing."""
    with clock.standing_at(story.round.closes_at - before_closing):
        return owe_reminders()


def test_reminders_of_a_draft_at_each_mark_and_once():
    story = tell_story()
    story.start()

    assert [owed_at(story, before) for before in (8 * DAY, 7 * DAY, 6 * DAY)] == [0, 1, 1]
    assert len(reminders()) == 1
    owed_at(story, 2 * DAY)
    owed_at(story, DAY)
    owed_at(story, 3 * HOUR)
    owed_at(story, HOUR)
    assert len(reminders()) == 3


def test_who_wants_a_digest_gets_the_last_reminder_at_once_because_the_digest_would_come_after_the_closing():
    story = tell_story()
    story.start()
    change_preferences(story.carrier, {Topic.REMINDERS: Pace.DAILY}, by=story.carrier)

    owed_at(story, 7 * DAY)
    owed_at(story, 3 * HOUR)

    assert [message.state for message in reminders()] == [MessageState.WAITING, MessageState.DUE]


def test_who_refuses_reminders_finds_them_in_their_messages_only():
    story = tell_story()
    story.start()
    change_preferences(story.carrier, {Topic.REMINDERS: Pace.NEVER}, by=story.carrier)

    owed_at(story, 7 * DAY)

    assert [message.state for message in inbox(story.carrier)] == [MessageState.REFUSED]


@pytest.mark.parametrize("shift", range(7))
def test_a_reminder_leaves_whatever_the_day_of_the_week(shift):
    story = tell_story()
    story.start()
    Round.objects.filter(pk=story.round.pk).update(closes_at=story.round.closes_at + shift * DAY)
    story.round.refresh_from_db()

    owed_at(story, 7 * DAY)

    assert len(reminders()) == 1


def test_after_an_outage_only_the_most_urgent_is_owed():
    story = tell_story()
    story.start()

    owed_at(story, HOUR)

    (message,) = reminders()
    assert f":{3 * 3600}:" in message.cause


@pytest.mark.parametrize("late", [timedelta(0), timedelta(microseconds=1), DAY])
def test_nothing_is_owed_from_the_closing_on(late):
    story = tell_story()
    story.start()

    owed_at(story, -late)

    assert reminders() == []


def test_a_dossier_started_after_the_mark_is_not_reminded_of_it():
    story = tell_story()
    with clock.standing_at(story.round.closes_at - DAY):
        story.start()

    owed_at(story, DAY - HOUR)
    assert reminders() == []

    owed_at(story, 3 * HOUR)
    assert len(reminders()) == 1


def test_a_deposited_dossier_is_reminded_only_of_what_changed_since():
    story = tell_story()
    application = story.deposited()
    owed_at(story, 7 * DAY)
    assert reminders() == []

    story.save(application, need="Un autre besoin.")
    owed_at(story, 2 * DAY)

    (message,) = reminders()
    assert "Vos modifications ne sont pas déposées" in message.subject
    assert "Le dépôt précédent reste valable" in message.text


def test_a_withdrawn_dossier_is_left_in_peace():
    story = tell_story()
    withdraw_application(story.deposited(), by=story.carrier)

    owed_at(story, 7 * DAY)

    assert reminders() == []


def test_an_extension_arms_the_reminders_again():
    story = tell_story()
    story.start()
    owed_at(story, 7 * DAY)

    Round.objects.filter(pk=story.round.pk).update(closes_at=story.round.closes_at + 10 * DAY)
    story.round.refresh_from_db()
    owed_at(story, 7 * DAY)

    assert len(reminders()) == 2


def test_a_dossier_with_its_own_closing_is_reminded_of_that_one():
    story = tell_story()
    application = story.start()
    own = story.round.closes_at + 2 * HOUR
    Application.objects.filter(pk=application.pk).update(extended_until=own)

    with clock.standing_at(own - HOUR):
        owe_reminders()

    assert len(reminders()) == 1


def test_each_writer_is_reminded_and_strangers_are_not():
    story = tell_story(verified=True)
    colleague, idle = UserFactory(), UserFactory()
    join(colleague, story.organisation, verified=True)
    join(idle, story.organisation, verified=True)
    application = story.start()
    story.save(application, by=colleague, need="Un besoin.")

    owed_at(story, 7 * DAY)

    assert {message.recipient for message in reminders()} == {story.carrier, colleague}


@pytest.mark.parametrize("fields", [{"open": False, "cancelled": True}, {"open": False, "permanent": True}])
def test_a_round_cancelled_or_without_closing_owes_nothing(fields):
    story = tell_story()
    story.start()
    closing = story.round.closes_at
    if "cancelled" in fields:
        Round.objects.filter(pk=story.round.pk).update(state="cancelled")
    else:
        Round.objects.filter(pk=story.round.pk).update(closes_at=None)

    with clock.standing_at(closing - DAY):
        assert owe_reminders() == 0


@pytest.mark.parametrize("meanwhile", ["deleted", "deposited"])
def test_what_happens_to_a_dossier_while_others_are_reminded_of_is_respected(monkeypatch, meanwhile):
    story = tell_story()
    first = story.start()
    other = replace(story, project=ProjectFactory(organisation=story.organisation))
    second = other.start()
    other.save(second, need="Un besoin.")

    def render(application, closes_at, reader):
        if meanwhile == "deleted":
            delete_draft(second, by=story.carrier)
        else:
            other.deposit(second)
        return closing_soon(application, closes_at, reader)

    monkeypatch.setattr("calls.emails.closing_soon", render)

    assert owed_at(story, DAY) == 1
    assert [message.url for message in reminders()] == [message.url for message in reminders() if str(first.uuid) in message.url]


def test_a_writer_who_cannot_be_reminded_keeps_nothing_from_the_others(monkeypatch, caplog):
    story = tell_story(verified=True)
    colleague = UserFactory()
    join(colleague, story.organisation, verified=True)
    application = story.start()
    story.save(application, by=colleague, need="Un besoin.")
    render = reminders_module.emails.closing_soon

    def fail(dossier, closes_at, reader):
        if reader == story.carrier:
            raise ValueError("time zone")
        return render(dossier, closes_at, reader)

    monkeypatch.setattr(reminders_module.emails, "closing_soon", fail)

    assert owed_at(story, 7 * DAY) == 1

    assert [message.recipient for message in reminders()] == [colleague]
    assert f"Account {story.carrier.pk} could not be reminded of the closing of dossier {application.pk}." in caplog.text


def test_a_dossier_that_cannot_be_reminded_stops_no_other(monkeypatch, caplog):
    story = tell_story()
    poisoned = story.start()
    story.project = ProjectFactory(organisation=story.organisation, created_by=story.carrier)
    story.start()
    find = reminders_module.writers_of
    monkeypatch.setattr(reminders_module, "writers_of", lambda dossier: find(dossier) if dossier != poisoned else 1 / 0)

    assert owed_at(story, 7 * DAY) == 1

    assert f"Dossier {poisoned.pk} could not be reminded of its closing." in caplog.text


def test_a_database_that_is_away_ends_the_pass(monkeypatch):
    story = tell_story()
    story.start()

    def away(_dossier):
        raise OperationalError("restart")

    monkeypatch.setattr(reminders_module, "writers_of", away)

    with pytest.raises(OperationalError):
        owed_at(story, 7 * DAY)
