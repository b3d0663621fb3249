"""Deposits that a failure interrupted: who is listed, and the delay that repairs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.enums import Group
from calls.actions.deposit import note_refusal
from calls.actions.interruption import DELAY, extend_after_interruption
from calls.actions.round import RefusedExtension
from calls.queries.interruption import interrupted_deposits
from kit import clock, french
from notifications.models import Message
from projects.models import Project
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def story():
    return tell_story()


@pytest.fixture
def manager():
    return UserFactory(staff=True, group=Group.CALL_MANAGER)


def refused(story, application, *, tried=-MINUTE, arrived=MINUTE):
    closes_at = story.round.closes_at
    since = None if tried is None else closes_at + tried
    return note_refusal(application, "Trop tard.", by=story.carrier, arrived_at=closes_at + arrived, tried_since=since)


def test_whoever_tried_in_time_and_came_late_is_listed_once(story):
    application = story.start()
    refused(story, application)
    last = refused(story, application, arrived=2 * MINUTE)

    assert list(interrupted_deposits(story.round)) == [last]


@pytest.mark.parametrize(("tried", "arrived"), [(None, MINUTE), (MINUTE, 2 * MINUTE), (-MINUTE, -MINUTE), (-2 * MINUTE, timedelta(0))])
def test_whoever_pressed_late_or_was_refused_in_time_is_not(story, tried, arrived):
    refused(story, story.start(), tried=tried, arrived=arrived)

    assert not interrupted_deposits(story.round).exists()


def test_first_press_at_the_very_closing_is_in_time(story):
    refusal = refused(story, story.start(), tried=timedelta(0))

    assert interrupted_deposits(story.round).get() == refusal


def test_one_press_gives_a_day_with_its_evidence_and_tells(story, manager):
    application = story.start()
    refusal = refused(story, application)

    with clock.standing_at(story.round.closes_at + 5 * MINUTE):
        extension = extend_after_interruption(refusal, by=manager)

    application.refresh_from_db()
    assert extension.closes_at == application.extended_until == story.round.closes_at + 5 * MINUTE + DELAY
    assert french.instant(refusal.tried_since, seconds=True) in extension.incident
    assert french.instant(refusal.arrived_at, seconds=True) in extension.incident
    assert Message.objects.get().recipient == story.carrier
    assert not interrupted_deposits(story.round).exists()


def test_second_press_gives_nothing_more(story, manager):
    refusal = refused(story, story.start())
    with clock.standing_at(story.round.closes_at + 5 * MINUTE):
        extend_after_interruption(refusal, by=manager)

        with pytest.raises(RefusedExtension, match="n’attend plus de délai"):
            extend_after_interruption(refusal, by=manager)


def test_only_who_manages_calls_gives_it(story):
    refusal = refused(story, story.start())

    with clock.standing_at(story.round.closes_at + 5 * MINUTE), pytest.raises(PermissionDenied):
        extend_after_interruption(refusal, by=UserFactory(staff=True, group=Group.REVIEWER))


def test_page_lists_without_names_and_gives_the_delay(client, story, manager):
    application = story.start()
    refusal = refused(story, application)
    client.force_login(manager)

    with clock.standing_at(story.round.closes_at + 5 * MINUTE):
        page = client.get(reverse("admin:calls_interruption_list", args=[story.round.pk])).content.decode()
        response = client.post(reverse("admin:calls_interruption_extend", args=[refusal.pk]))
        after = client.get(response["Location"]).content.decode()

    assert str(application.uuid) in page
    assert "Jardins" not in page
    assert "Le délai d’un jour est accordé" in after
    assert "Aucun dépôt interrompu" in after


@pytest.mark.parametrize("count", [1, 30])
def test_page_costs_the_same_for_any_number(client, story, manager, count, django_assert_num_queries):
    for number in range(count):
        project = Project.objects.create(organisation=story.organisation, name=f"Projet {number}", summary="…", created_by=story.carrier)
        refused(story, replace(story, project=project).start())
    client.force_login(manager)

    with django_assert_num_queries(7):
        client.get(reverse("admin:calls_interruption_list", args=[story.round.pk]))


def test_page_of_the_round_says_how_many_wait(client, story, manager):
    refused(story, story.start())
    client.force_login(manager)

    page = client.get(reverse("admin:calls_round_change", args=[story.round.pk])).content.decode()

    assert "Dépôts interrompus (1)" in page


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("", False),
        ("demain", False),
        ("2018-13-45T00:00:00Z", False),
        ("2018-02-26T10:59:00", False),
        ("2018-02-26T10:59:00Z", True),
        ("2018-02-26T11:01:00Z", False),
        ("2018-02-20T10:59:00Z", False),
    ],
)
def test_what_the_browser_says_is_kept_where_it_makes_sense(client, said, kept):
    now = datetime(2018, 2, 26, 11, tzinfo=UTC)
    with clock.standing_at(now):
        story = tell_story(opens_at=now - timedelta(days=9), closes_at=now - MINUTE / 60)
        with clock.standing_at(now - timedelta(days=1)):
            application = story.start()
        client.force_login(story.carrier)
        client.post(reverse("calls:application_deposit", args=[application.uuid]), {"tried_since": said})

    refusal = application.deposit_refusals.get()
    assert (refusal.tried_since is not None) == kept
