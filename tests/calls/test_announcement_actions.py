"""Announcements: owed with the decision, written a batch at a time, ended by whoever is alive, each message once."""

from datetime import timedelta

import pytest

from accounts.enums import Group
from calls import tasks
from calls.actions import announcement as announcements
from calls.actions.announcement import announce, sweep_announcements
from calls.actions.round import cancel_round, extend_round
from calls.models import Announcement, Application
from kit import clock
from notifications.models import Message
from projects.models import Project
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(staff=True, group=Group.CALL_MANAGER)


@pytest.fixture
def story():
    """A round with three dossiers, each started by someone else."""
    made = tell_story()
    for index in range(3):
        made.project = Project.objects.create(
            organisation=made.organisation, name=f"Projet {index}", summary="Un projet.", created_by=made.carrier
        )
        application = made.start()
        Application.objects.filter(pk=application.pk).update(started_by=UserFactory())
    return made


def extended(story, manager) -> Announcement:
    extend_round(story.round, by=manager, closes_at=story.round.closes_at + timedelta(days=1), reason="Panne.")
    return Announcement.objects.get()


def told() -> int:
    return Message.objects.filter(kind="round_extended").count()


def test_the_decision_waits_for_no_message(story, manager, monkeypatch, django_capture_on_commit_callbacks):
    handed = []
    monkeypatch.setattr(announcements.hand, "give", lambda *call: handed.append(call))

    with django_capture_on_commit_callbacks(execute=True):
        owed = extended(story, manager)

    assert told() == 0
    assert handed == [(tasks.announce.delay, owed.pk)]


def test_messages_are_written_in_batches_and_once(story, manager, monkeypatch):
    monkeypatch.setattr(announcements, "BATCH", 2)
    owed = extended(story, manager)

    assert announcements._announce_batch(owed.pk)
    assert told() == 2
    announce(owed.pk)
    announce(owed.pk)

    owed.refresh_from_db()
    assert (told(), owed.finished_at is not None) == (3, True)


def test_a_killed_worker_s_announcement_is_ended_by_the_sweep(story, manager, monkeypatch):
    monkeypatch.setattr(announcements, "BATCH", 2)
    announcements._announce_batch(extended(story, manager).pk)

    assert (sweep_announcements(), told()) == (1, 3)
    assert sweep_announcements() == 0


def test_an_announcement_that_fails_stops_no_other(story, manager, monkeypatch):
    first = extended(story, manager)
    cancel_round(story.round, by=manager, reason="Crédits retirés.")
    write = announcements._message

    def fail(announcement, reader):
        if announcement.pk == first.pk:
            raise ValueError("template")
        return write(announcement, reader)

    monkeypatch.setattr(announcements, "_message", fail)

    assert sweep_announcements() == 2
    assert {message.kind for message in Message.objects.all()} == {"round_cancelled"}
    assert "Crédits retirés." in Message.objects.first().text


def test_who_starts_after_the_decision_knows_it_already(story, manager):
    owed = extended(story, manager)
    Application.objects.filter(pk=Application.objects.latest("pk").pk).update(started_at=clock.now() + timedelta(minutes=1))

    announce(owed.pk)

    assert told() == 2


def test_the_tasks_call_their_actions(story, manager):
    tasks.announce(extended(story, manager).pk)
    tasks.sweep_announcements()

    assert told() == 3


@pytest.mark.parametrize(("extension", "words"), [(True, "prolongation"), (False, "annulation")])
def test_an_announcement_says_of_what_it_is(story, manager, extension, words):
    if extension:
        extended(story, manager)
    else:
        cancel_round(story.round, by=manager, reason="Crédits retirés.")

    assert str(Announcement.objects.get()).endswith(f": {words}")
