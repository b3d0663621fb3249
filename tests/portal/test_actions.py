"""Notices: who sets and ends them, and what stays of them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Group
from kit import clock
from portal import actions, queries
from portal.models import SiteNotice
from tests.factories.accounts import UserFactory
from tests.factories.portal import SiteNoticeFactory

pytestmark = pytest.mark.django_db

SPEAKERS = [Group.ADMINISTRATOR, Group.CALL_MANAGER]
OTHERS = [Group.REVIEWER, Group.AUDITOR, None]


@pytest.mark.parametrize("group", SPEAKERS)
def test_set_notice_saves_its_author(group):
    author = UserFactory(staff=True, group=group)

    notice = actions.set_notice(SiteNotice(message="Maintenance ce soir."), by=author)

    assert SiteNotice.objects.get() == notice
    assert notice.set_by == author


@pytest.mark.parametrize("group", OTHERS)
def test_set_notice_refuses_others(group):
    with pytest.raises(PermissionDenied):
        actions.set_notice(SiteNotice(message="Maintenance ce soir."), by=UserFactory(staff=True, group=group))

    assert SiteNotice.objects.count() == 0


def test_set_notice_keeps_the_first_author_when_corrected():
    first = UserFactory(staff=True, group=Group.ADMINISTRATOR)
    notice = actions.set_notice(SiteNotice(message="Maintenance ce soir."), by=first)
    notice.message = "Maintenance demain soir."

    actions.set_notice(notice, by=UserFactory(staff=True, group=Group.CALL_MANAGER))

    notice.refresh_from_db()
    assert (notice.message, notice.set_by) == ("Maintenance demain soir.", first)


@pytest.mark.parametrize("group", OTHERS)
def test_end_notice_refuses_others(group):
    notice = SiteNoticeFactory()

    with pytest.raises(PermissionDenied):
        actions.end_notice(notice, by=UserFactory(staff=True, group=group))

    notice.refresh_from_db()
    assert notice.ends_at is None


def test_end_notice_takes_it_off_the_site_and_keeps_the_row():
    notice = SiteNoticeFactory()
    now = clock.now() + timedelta(hours=1)

    with clock.standing_at(now):
        ended = actions.end_notice(notice, by=UserFactory(staff=True, group=Group.ADMINISTRATOR))
        shown = queries.notices_now()

    assert ended.ends_at == now
    assert shown == []


def test_end_notice_brings_a_later_end_forward():
    now = clock.now()
    notice = SiteNoticeFactory(starts_at=now - timedelta(hours=1), ends_at=now + timedelta(days=1))

    with clock.standing_at(now):
        ended = actions.end_notice(notice, by=UserFactory(staff=True, group=Group.ADMINISTRATOR))

    assert ended.ends_at == now


def test_end_notice_that_had_not_begun_never_shows():
    start = clock.now() + timedelta(days=1)
    notice = SiteNoticeFactory(starts_at=start)

    actions.end_notice(notice, by=UserFactory(staff=True, group=Group.ADMINISTRATOR))

    with clock.standing_at(start):
        assert queries.notices_now() == []


def test_end_notice_twice_keeps_the_first_end():
    now = clock.now()
    notice = SiteNoticeFactory(starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1))

    ended = actions.end_notice(notice, by=UserFactory(staff=True, group=Group.ADMINISTRATOR))

    assert ended.ends_at == now - timedelta(days=1)


def test_end_notice_locks_the_row():
    notice = SiteNoticeFactory()
    author = UserFactory(staff=True, group=Group.ADMINISTRATOR)

    with CaptureQueriesContext(
        connection,
    ) as queries_run:
        actions.end_notice(notice, by=author)

    assert any('FOR UPDATE OF "portal_sitenotice"' in query["sql"] for query in queries_run)
