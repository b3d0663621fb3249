"""Notices in the administration."""

import pytest
from django.urls import reverse

from accounts.enums import Group
from portal.models import SiteNotice
from tests.factories.accounts import UserFactory
from tests.factories.portal import SiteNoticeFactory

pytestmark = pytest.mark.django_db

FORM = {
    "message": "Maintenance ce soir.",
    "level": "info",
    "link": "",
    "starts_at_0": "01/03/2026",
    "starts_at_1": "08:00:00",
    "ends_at_0": "",
    "ends_at_1": "",
}
LIST = "admin:portal_sitenotice_changelist"
ADD = "admin:portal_sitenotice_add"


@pytest.mark.parametrize(
    ("group", "status"), [(Group.ADMINISTRATOR, 200), (Group.CALL_MANAGER, 200), (Group.REVIEWER, 403), (Group.AUDITOR, 403), (None, 403)]
)
def test_notices_are_for_administrators_and_call_managers(client, group, status):
    client.force_login(UserFactory(staff=True, group=group))
    notice = SiteNoticeFactory()

    answers = [client.get(reverse(LIST)), client.get(reverse(ADD)), client.get(reverse("admin:portal_sitenotice_change", args=[notice.pk]))]

    assert [answer.status_code for answer in answers] == [status] * 3


def test_notice_is_set_with_its_author(client):
    author = UserFactory(staff=True, group=Group.CALL_MANAGER)
    client.force_login(author)

    client.post(reverse(ADD), FORM)

    assert SiteNotice.objects.get().set_by == author


def test_notice_that_ends_before_it_starts_gets_a_sentence(client):
    client.force_login(UserFactory(staff=True, group=Group.CALL_MANAGER))

    answer = client.post(reverse(ADD), FORM | {"ends_at_0": "28/02/2026", "ends_at_1": "08:00:00"})

    assert answer.status_code == 200
    assert "L’annonce ne peut pas finir avant d’avoir commencé." in answer.content.decode()


def test_notices_are_ended_from_the_list(client):
    client.force_login(UserFactory(staff=True, group=Group.ADMINISTRATOR))
    notice = SiteNoticeFactory()

    answer = client.post(reverse(LIST), {"action": "end_notices", "_selected_action": [notice.pk]}, follow=True)

    notice.refresh_from_db()
    assert notice.ends_at is not None
    assert "Annonces retirées : 1." in answer.content.decode()


def test_notice_is_never_deleted(client):
    client.force_login(UserFactory(staff=True, group=Group.ADMINISTRATOR))
    notice = SiteNoticeFactory()

    answer = client.post(reverse("admin:portal_sitenotice_delete", args=[notice.pk]), {"post": "yes"})

    assert answer.status_code == 403
    assert SiteNotice.objects.count() == 1


def test_administration_shows_the_notices_of_the_site(client):
    SiteNoticeFactory(message="Dépôts ralentis.", link="https://exemple.fr/etat")
    client.force_login(UserFactory(staff=True, group=Group.REVIEWER))

    page = client.get(reverse("admin:index")).content.decode()

    assert "Dépôts ralentis." in page
    assert "Administration de French Impact" in page
