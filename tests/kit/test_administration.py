"""Links of read-only fields in the administration."""

import re

import pytest
from django.urls import reverse

from accounts.enums import Group
from kit.workflow import advance
from notifications.enums import MessageState
from notifications.workflow import TRANSITIONS
from tests.factories.accounts import UserFactory
from tests.factories.notifications import MessageFactory
from tests.factories.projects import ProjectFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("group", "links"), [(Group.REVIEWER, 1), (Group.AUDITOR, 0)])
def test_read_only_field_links_only_to_a_page_that_its_reader_may_open(client, group, links):
    project = ProjectFactory()
    client.force_login(UserFactory(staff=True, group=group))

    page = client.get(reverse("admin:projects_project_change", args=[project.pk])).content.decode()

    assert page.count(f'href="{reverse("admin:community_organisation_change", args=[project.organisation_id])}') == links
    assert project.organisation.name in page


def test_method_of_the_administration_is_shown_as_it_is(client):
    """What is no field of the model goes through: here, the names of states in the log of a message."""
    message = MessageFactory()
    advance(message, "give_up", TRANSITIONS, by=None)
    client.force_login(UserFactory(staff=True, group=Group.ADMINISTRATOR))

    page = client.get(reverse("admin:notifications_message_change", args=[message.pk])).content.decode()

    assert re.findall(r"<p>(.*?)</p>", page)[1:3] == [MessageState.DUE.label, MessageState.FAILED.label]
