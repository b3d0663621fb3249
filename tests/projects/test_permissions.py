"""Who may do what with a project."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.enums import Group
from projects.models import Project
from projects.permissions import changes_project, creates_project, manages_themes, reads_projects
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "sees", "creates", "changes"),
    [
        ("maker", True, True, True),
        ("declared", False, True, False),
        ("editor", True, True, True),
        ("reader", True, False, False),
        ("agent", False, True, False),
        ("declared_agent", False, False, False),
        ("agent_reader", False, False, False),
        ("stranger", False, False, False),
        ("staff", False, False, False),
    ],
)
def test_who_sees_creates_and_changes(cast, organisation, project, who, sees, creates, changes):
    user = getattr(cast, who)

    assert Project.objects.visible_to(user).filter(pk=project.pk).exists() is sees
    assert creates_project(user, organisation) is creates
    assert changes_project(user, project) is changes


def test_an_agent_changes_what_they_made(cast, project):
    project.created_by = cast.agent
    project.save()

    assert changes_project(cast.agent, project)


@pytest.mark.parametrize(
    ("group", "reads", "manages"),
    [
        (Group.ADMINISTRATOR, True, True),
        (Group.CALL_MANAGER, True, False),
        (Group.REVIEWER, True, False),
        (Group.AUDITOR, True, False),
        (None, False, False),
    ],
)
def test_staff_read_and_administrators_manage_themes(group, reads, manages):
    user = UserFactory(staff=True, group=group)

    assert (reads_projects(user), manages_themes(user)) == (reads, manages)


def test_nobody_anonymous_reads():
    assert not reads_projects(AnonymousUser())
    assert not manages_themes(AnonymousUser())
