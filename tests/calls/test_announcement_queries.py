"""What staff ask about announcements: the late, the failed, who is told and who is left."""

from datetime import timedelta

import pytest

from calls.models import Announcement, Application
from calls.queries.announcement import LATE_AFTER, AnnouncementsHealth, announcements_health, told_and_left
from kit import clock
from projects.models import Project
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import AnnouncementFactory

pytestmark = pytest.mark.django_db


def test_health_without_announcements():
    assert announcements_health() == AnnouncementsHealth(late=0, late_since=None, failed=0)


def test_health_counts_the_late_and_the_failed(django_assert_num_queries):
    oldest = clock.now() - timedelta(days=2)
    for owed_at in (oldest, clock.now() - LATE_AFTER - timedelta(minutes=1), clock.now()):
        AnnouncementFactory(owed_at=owed_at)
    AnnouncementFactory(failed=True, owed_at=oldest)
    AnnouncementFactory(done=True, owed_at=oldest)

    with django_assert_num_queries(1):
        assert announcements_health() == AnnouncementsHealth(late=2, late_since=oldest, failed=1)


def test_told_and_left_are_counted_among_those_whom_it_is_owed_to():
    story = tell_story()
    people = sorted(UserFactory.create_batch(3), key=lambda person: person.pk)
    for index, person in enumerate(people):
        story.project = Project.objects.create(organisation=story.organisation, name=f"Projet {index}", summary="Un.", created_by=person)
        Application.objects.filter(pk=story.start().pk).update(started_by=person)

    owed = Announcement.objects.create(round=story.round, told_up_to=people[0].pk)

    assert told_and_left(owed) == (1, 2)
