"""Announcements: owed with the decision, written a batch at a time, ended by whoever is alive, each message once; failures counted and capped."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Group
from accounts.models import User
from calls import tasks
from calls.actions import announcement as announcements
from calls.actions.announcement import announce, retry_announcement, retry_failed_announcements, sweep_announcements
from calls.actions.round import cancel_round, extend_round
from calls.models import Announcement, Application
from calls.queries.announcement import told_and_left
from kit import clock
from kit.workflow import RefusedTransition
from notifications.actions import owe_message
from notifications.models import Message
from projects.models import Project
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import AnnouncementFactory

pytestmark = pytest.mark.django_db

NOW = clock.now() + timedelta(minutes=1)


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


def starters(story) -> list[User]:
    return list(User.objects.filter(started_applications__round=story.round).order_by("pk"))


def poison(monkeypatch, rendering: str, *, reader: User | None = None, error: str = "gabarit illisible") -> None:
    """From now on `rendering` raises, for `reader` or for everyone."""
    render = getattr(announcements, rendering)

    def fail(subject, person):
        if reader in (None, person):
            raise ValueError(error)
        return render(subject, person)

    monkeypatch.setattr(announcements, rendering, fail)


def kill_after(monkeypatch, messages: int) -> None:
    """The worker dies once it has written so many messages."""

    def write(*args, **kwargs):
        if told() == messages:
            raise KeyboardInterrupt
        return owe_message(*args, **kwargs)

    monkeypatch.setattr(announcements, "owe_message", write)


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
    counts = []
    write = announcements._announce_batch

    def write_and_count(held):
        left = write(held)
        counts.append(told())
        return left

    monkeypatch.setattr(announcements, "_announce_batch", write_and_count)

    announce(owed.pk)
    announce(owed.pk)

    owed.refresh_from_db()
    assert (counts, owed.state, owed.finished_at is not None) == ([2, 3, 3], "done", True)
    assert [(log.name, log.actor) for log in owed.transitions.all()] == [("finish", None)]


def test_an_announcement_to_nobody_is_finished_at_once():
    owed = AnnouncementFactory()

    announce(owed.pk)

    owed.refresh_from_db()
    assert (owed.state, owed.told_up_to, Message.objects.count()) == ("done", 0, 0)


def test_a_killed_worker_s_announcement_is_ended_by_the_sweep(story, manager, monkeypatch):
    monkeypatch.setattr(announcements, "BATCH", 2)
    owed = extended(story, manager)
    with monkeypatch.context() as patch:
        kill_after(patch, 2)
        with pytest.raises(KeyboardInterrupt):
            announce(owed.pk)

    assert (sweep_announcements(), told()) == (0, 2)
    with clock.standing_at(clock.now() + announcements.LEASE + timedelta(seconds=1)):
        assert (sweep_announcements(), told()) == (1, 3)
        assert sweep_announcements() == 0


def test_an_announcement_that_kills_its_workers_is_given_up(story, manager, monkeypatch):
    owed = extended(story, manager)
    kill_after(monkeypatch, 0)

    for attempt in range(announcements.MAX_ATTEMPTS + 1):
        with clock.standing_at(NOW + attempt * timedelta(hours=1)), suppress(KeyboardInterrupt):
            announce(owed.pk)

    owed.refresh_from_db()
    assert (owed.state, owed.attempts, owed.last_error) == ("failed", announcements.MAX_ATTEMPTS, announcements.INTERRUPTED)


def test_an_announcement_that_fails_stops_no_other(story, manager, monkeypatch):
    poison(monkeypatch, "round_extended")
    first = extended(story, manager)
    cancel_round(story.round, by=manager, reason="Crédits retirés.")

    assert sweep_announcements() == 2

    assert {message.kind for message in Message.objects.all()} == {"round_cancelled"}
    assert "Crédits retirés." in Message.objects.first().text
    first.refresh_from_db()
    assert (first.state, first.attempts) == ("due", 1)


def test_a_failure_is_counted_with_its_error_and_the_time_of_the_next_attempt(story, manager, monkeypatch):
    poison(monkeypatch, "round_extended", error="gabarit\0 illisible")
    owed = extended(story, manager)

    with clock.standing_at(NOW):
        announce(owed.pk)

    owed.refresh_from_db()
    assert (owed.state, owed.attempts, owed.last_error) == ("due", 1, "ValueError : gabarit illisible")
    assert (owed.failed_at, owed.next_attempt_at) == (NOW, NOW + announcements.DELAYS[0])
    with clock.standing_at(NOW + announcements.DELAYS[0] - timedelta(seconds=1)):
        assert sweep_announcements() == 0


def test_a_connection_that_is_lost_is_opened_again_to_note_the_failure(story, manager, monkeypatch):
    poison(monkeypatch, "round_extended")
    owed = extended(story, manager)
    closed = []
    monkeypatch.setattr(announcements.connection, "is_usable", lambda: False)
    monkeypatch.setattr(announcements.connection, "close", lambda: closed.append(True))

    announce(owed.pk)

    owed.refresh_from_db()
    assert (closed, owed.last_error) == ([True], "ValueError : gabarit illisible")


def test_attempts_are_ever_further_apart_and_capped(story, manager, monkeypatch):
    poison(monkeypatch, "round_extended")
    owed = extended(story, manager)

    at, waits = NOW, []
    while owed.state == "due":
        with clock.standing_at(at):
            announce(owed.pk)
        owed.refresh_from_db()
        if owed.state == "due":
            waits.append(owed.next_attempt_at - at)
            at = owed.next_attempt_at

    assert tuple(waits) == announcements.DELAYS == tuple(sorted(announcements.DELAYS))
    assert (owed.attempts, owed.last_error, owed.failed_at) == (announcements.MAX_ATTEMPTS, "ValueError : gabarit illisible", at)
    assert [(log.name, log.why, log.actor) for log in owed.transitions.all()] == [("give_up", "ValueError : gabarit illisible", None)]
    with clock.standing_at(at + timedelta(days=30)):
        assert (sweep_announcements(), told()) == (0, 0)


def test_a_retry_goes_on_from_where_it_stopped(story, manager, monkeypatch):
    monkeypatch.setattr(announcements, "BATCH", 2)
    owed = extended(story, manager)
    with monkeypatch.context() as patch:
        patch.setattr(announcements, "MAX_ATTEMPTS", 1)
        poison(patch, "round_extended", reader=starters(story)[2])  # alone in the second batch
        announce(owed.pk)
    owed.refresh_from_db()
    assert (owed.state, owed.told_up_to, told()) == ("failed", starters(story)[1].pk, 2)
    asked = []
    render = announcements.round_extended

    def render_and_note(extension, reader):
        asked.append(reader)
        return render(extension, reader)

    monkeypatch.setattr(announcements, "round_extended", render_and_note)

    retry_announcement(owed, by=manager)
    announce(owed.pk)

    owed.refresh_from_db()
    assert (owed.state, owed.last_error, owed.failed_at, told()) == ("done", "", None, 3)
    assert asked == [starters(story)[2]]
    assert [(log.name, log.actor) for log in owed.transitions.all()] == [("give_up", None), ("retry", manager), ("finish", None)]


def test_a_poison_reader_keeps_nothing_from_the_others(story, manager, monkeypatch):
    monkeypatch.setattr(announcements, "BATCH", 2)
    owed = extended(story, manager)
    first = starters(story)[0]
    poison(monkeypatch, "round_extended", reader=first)

    with clock.standing_at(NOW):
        announce(owed.pk)

    owed.refresh_from_db()
    assert (told(), Message.objects.filter(recipient=first).exists(), told_and_left(owed)) == (2, False, (2, 1))
    assert (owed.state, owed.attempts, owed.missed, owed.failed_at) == ("due", 1, [first.pk], NOW)
    assert owed.last_error == "Candidats non prévenus : 1. ValueError : gabarit illisible"
    assert owed.next_attempt_at == NOW + announcements.DELAYS[0]


def test_a_poison_reader_ends_in_the_list_and_is_told_once_put_back(story, manager, monkeypatch):
    owed = extended(story, manager)
    first = starters(story)[0]
    with monkeypatch.context() as patch:
        poison(patch, "round_extended", reader=first)
        for attempt in range(announcements.MAX_ATTEMPTS):
            with clock.standing_at(NOW + attempt * timedelta(days=1)):
                announce(owed.pk)
    owed.refresh_from_db()
    assert (owed.state, owed.attempts, owed.missed) == ("failed", announcements.MAX_ATTEMPTS, [first.pk])

    retry_announcement(owed, by=manager)
    announce(owed.pk)

    owed.refresh_from_db()
    assert (owed.state, owed.missed, told(), Message.objects.filter(recipient=first).count()) == ("done", [], 3, 1)


def test_a_poison_reader_who_left_holds_up_nothing(story, manager, monkeypatch):
    owed = extended(story, manager)
    first = starters(story)[0]
    poison(monkeypatch, "round_extended", reader=first)
    announce(owed.pk)
    User.objects.filter(pk=first.pk).update(is_active=False)

    with clock.standing_at(clock.now() + timedelta(hours=1)):
        announce(owed.pk)

    owed.refresh_from_db()
    assert (owed.state, owed.missed) == ("done", [])


def test_a_batch_that_is_told_begins_the_count_again(story, manager, monkeypatch):
    monkeypatch.setattr(announcements, "BATCH", 2)
    owed = extended(story, manager)
    Announcement.objects.filter(pk=owed.pk).update(attempts=announcements.MAX_ATTEMPTS - 1)
    poison(monkeypatch, "round_extended", reader=starters(story)[2])

    announce(owed.pk)

    owed.refresh_from_db()
    assert (owed.state, owed.attempts, told()) == ("due", 1, 2)


def test_a_retry_is_handed_over_with_all_its_attempts(manager, monkeypatch, django_capture_on_commit_callbacks):
    failed = AnnouncementFactory(failed=True)
    handed = []
    monkeypatch.setattr(announcements.hand, "give", lambda *call: handed.append(call))

    with django_capture_on_commit_callbacks(execute=True), clock.standing_at(NOW):
        moved = retry_announcement(failed, by=manager)

    assert (moved.state, moved.attempts, moved.next_attempt_at) == ("due", 0, NOW)
    assert handed == [(tasks.announce.delay, failed.pk)]


def test_a_retry_is_for_those_who_manage_calls():
    failed = AnnouncementFactory(failed=True)

    with pytest.raises(PermissionDenied):
        retry_announcement(failed, by=UserFactory(staff=True, group=Group.REVIEWER))


def test_two_people_who_retry_put_it_back_once(manager):
    failed = AnnouncementFactory(failed=True)
    retry_announcement(failed, by=manager)

    with pytest.raises(RefusedTransition):
        retry_announcement(failed, by=manager)


def test_only_the_failed_of_a_selection_are_put_back(manager):
    chosen = [AnnouncementFactory(failed=True), AnnouncementFactory(), AnnouncementFactory(done=True)]

    assert retry_failed_announcements(chosen, by=manager) == 1
    assert sorted(Announcement.objects.values_list("state", flat=True)) == ["done", "due", "due"]


@pytest.mark.parametrize("fails", [False, True])
def test_a_worker_that_outlived_its_lease_writes_nothing_more(story, manager, monkeypatch, fails):
    owed = extended(story, manager)

    def take_over(held):
        Announcement.objects.filter(pk=owed.pk).update(next_attempt_at=NOW + timedelta(days=1), attempts=2)
        if fails:
            raise ValueError("slow")
        return write(held)

    write = announcements._announce_batch
    monkeypatch.setattr(announcements, "_announce_batch", take_over)

    announce(owed.pk)

    owed.refresh_from_db()
    assert (owed.state, owed.attempts, owed.last_error, told()) == ("due", 2, "", 0)


def test_what_was_never_tried_is_due_whatever_the_clocks_say(story, manager):
    with clock.standing_at(NOW + timedelta(minutes=2)):
        owed = extended(story, manager)

    with clock.standing_at(NOW):
        announce(owed.pk)

    assert Announcement.objects.get().state == "done"


def test_the_row_is_locked_while_it_is_written(story, manager):
    owed = extended(story, manager)

    with CaptureQueriesContext(connection) as queries:
        announce(owed.pk)

    assert sum('FOR UPDATE OF "calls_announcement"' in query["sql"] for query in queries) == 3  # the lease, the batch, the end


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
