"""Projects in the administration: those of deposited dossiers, read and never written."""

import pytest
from django.urls import reverse

from accounts.enums import Group
from projects.models import Project
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return tell_story()


@pytest.fixture
def reviewer(client):
    person = UserFactory(staff=True, group=Group.REVIEWER)
    client.force_login(person)
    return person


def test_staff_find_the_projects_of_deposited_dossiers_and_no_other(client, story, reviewer):
    deposited = story.deposited().project
    story.project = Project.objects.create(
        organisation=story.organisation, name="Encore un secret", summary="Un projet.", created_by=story.carrier
    )
    story.start()
    secret = story.project

    listed = client.get(reverse("admin:projects_project_changelist")).content.decode()
    searched = client.get(reverse("admin:projects_project_changelist"), {"q": "secret"}).content.decode()

    assert deposited.name in listed
    assert "Encore un secret" not in listed + searched
    assert client.get(reverse("admin:projects_project_change", args=[deposited.pk])).status_code == 200
    assert client.get(reverse("admin:projects_project_change", args=[secret.pk])).status_code == 302
    assert client.get(reverse("admin:projects_project_history", args=[secret.pk])).status_code == 302


@pytest.mark.parametrize(("group", "read"), [(Group.ADMINISTRATOR, 200), (Group.REVIEWER, 200), (Group.AUDITOR, 200), (None, 403)])
def test_who_reads_a_project_and_that_nobody_writes_it(client, story, group, read):
    project = story.deposited().project
    client.force_login(UserFactory(staff=True, group=group))

    assert client.get(reverse("admin:projects_project_change", args=[project.pk])).status_code == read
    assert client.post(reverse("admin:projects_project_change", args=[project.pk]), {"name": "x"}).status_code == 403
    assert client.get(reverse("admin:projects_project_add")).status_code == 403
    assert client.get(reverse("admin:projects_project_delete", args=[project.pk])).status_code == 403


@pytest.mark.parametrize("rows", [1, 30])
def test_list_costs_the_same(client, story, reviewer, django_assert_num_queries, rows):
    for index in range(rows):
        story.project = Project.objects.create(organisation=story.organisation, name=f"P{index}", summary="Un.", created_by=story.carrier)
        story.deposited()

    with django_assert_num_queries(7):
        client.get(reverse("admin:projects_project_changelist"))


def test_search_finds_by_organisation(client, story, reviewer):
    story.deposited()

    found = client.get(reverse("admin:projects_project_changelist"), {"q": "jardins de claire"})

    assert found.context["cl"].result_count == 1


@pytest.mark.parametrize(("group", "links"), [(Group.REVIEWER, 1), (Group.AUDITOR, 0)])
def test_the_organisation_is_a_link_only_for_who_may_open_it(client, story, group, links):
    project = story.deposited().project
    client.force_login(UserFactory(staff=True, group=group))

    page = client.get(reverse("admin:projects_project_change", args=[project.pk])).content.decode()

    assert page.count(f'href="{reverse("admin:community_organisation_change", args=[project.organisation_id])}') == links
    assert project.organisation.name in page
