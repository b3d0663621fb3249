"""Starting a dossier from its page: in whose name, about what, in time."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from calls.actions.application import NewProject, resume_application, start_application, withdraw_application
from calls.models import Application
from calls.queries.start import organisations_to_apply_for, starting
from community.enums import MemberRole, MemberStanding
from kit import clock
from kit.workflow import RefusedTransition
from projects.models import Project
from tests.calls.cast import join, make_organisation, tell_story
from tests.factories.accounts import UserFactory
from tests.factories.community import MandateFactory, MembershipFactory
from tests.factories.projects import ProjectFactory, ThemeFactory
from tests.factories.territories import load_few_areas

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return tell_story()


def page_of(story, **query) -> str:
    return reverse("calls:application_start", args=[story.round.call.slug, story.round.code], query=query or None)


def agent_of(story, **fields):
    """A verified writer of a structure that the carrier mandated, and the mandate."""
    mandate = MandateFactory(**{"client": story.organisation, "granted": True, "granted_by": story.carrier, **fields})
    return MembershipFactory(organisation=mandate.agent, verified=True).user, mandate


def test_organisations_are_those_one_writes_for(story):
    other = make_organisation(name="Autre")
    join(story.carrier, other, role=MemberRole.EDITOR)
    join(story.carrier, make_organisation(name="Lue"), role=MemberRole.READER)
    agent, mandate = agent_of(story)

    assert organisations_to_apply_for(story.carrier) == [other, story.organisation]
    assert set(organisations_to_apply_for(agent)) == {mandate.agent, story.organisation}
    assert organisations_to_apply_for(UserFactory()) == []


def test_member_is_offered_own_projects_and_dossiers_withdrawn_last(story):
    withdrawn = withdraw_application(story.deposited(), by=story.carrier)
    story.project = ProjectFactory(organisation=story.organisation, created_by=story.carrier)
    begun = story.start()
    Application.objects.filter(pk=withdrawn.pk).update(changed_at=clock.now() + timedelta(hours=1))

    offer = starting(story.carrier, story.round, story.organisation)

    assert (offer.mandate, offer.begun) == (None, (begun, withdrawn))
    assert set(offer.projects) == set(Project.objects.all())


@pytest.mark.parametrize(
    ("standing", "names"),
    [
        (MemberStanding.VERIFIED, {"Jardins partagés", "D’un collègue"}),
        (MemberStanding.DECLARED, {"Jardins partagés"}),
    ],
)
def test_agent_is_offered_the_projects_that_the_mandate_covers(story, standing, names):
    agent, mandate = agent_of(story, granted_standing=standing)
    ProjectFactory(organisation=story.organisation, name="D’un collègue")
    ProjectFactory(name="D’ailleurs")

    offer = starting(agent, story.round, story.organisation)

    assert (offer.mandate, {project.name for project in offer.projects}) == (mandate, names)


def test_agent_whose_mandates_grantor_is_gone_is_offered_what_they_made(story):
    agent, _ = agent_of(story, granted_standing=MemberStanding.DECLARED, granted_by=None)
    mine = ProjectFactory(organisation=story.organisation, created_by=agent)

    assert starting(agent, story.round, story.organisation).projects == (mine,)


def test_member_who_is_also_an_agent_acts_as_a_member(story):
    _, mandate = agent_of(story)
    MembershipFactory(organisation=mandate.agent, user=story.carrier, verified=True)

    assert starting(story.carrier, story.round, story.organisation).mandate is None


def test_page_asks_for_an_organisation_only_when_there_are_several(client, story):
    client.force_login(story.carrier)
    alone = client.get(page_of(story))
    other = make_organisation(name="Autre")
    join(story.carrier, other)

    several, chosen = client.get(page_of(story)), client.get(page_of(story, organisation=other.uuid))
    strange = client.get(page_of(story, organisation=make_organisation(name="Étrangère").uuid))

    found = [page.context["organisation"] for page in (alone, several, chosen, strange)]
    assert found == [story.organisation, None, other, None]


def test_page_of_a_round_that_is_not_open_offers_nothing_and_takes_nothing(client, story):
    client.force_login(story.carrier)

    with clock.standing_at(story.round.closes_at + timedelta(seconds=1)):
        shown = client.get(page_of(story))
        sent = client.post(page_of(story), {"project": story.project.uuid})

    assert ("form" in shown.context, sent.status_code) == (False, 200)
    assert not Application.objects.exists()


def test_dossier_of_a_known_project_is_started_once(client, story):
    client.force_login(story.carrier)

    first = client.post(page_of(story), {"project": story.project.uuid, "name": "x" * 500, "places": "nulle part"})
    second = client.post(page_of(story), {"project": story.project.uuid}, follow=True)

    assert first["Location"] == reverse("calls:application_detail", args=[Application.objects.get().uuid])
    assert "Un dossier existe déjà pour ce projet" in second.content.decode()


def test_dossier_of_a_new_project_records_both(client, story):
    load_few_areas()
    theme = ThemeFactory()
    client.force_login(story.carrier)
    body = {"project": "nouveau", "name": "Neuf\u202e", "summary": "En bref.", "themes": theme.code, "places_code": "commune:72181"}

    client.post(page_of(story), body)
    client.post(page_of(story), body)

    project = Application.objects.get().project
    assert (project.name, project.summary, project.created_by) == ("Neuf", "En bref.", story.carrier)
    assert ([one.code for one in project.themes.all()], [one.name for one in project.places.all()]) == ([theme.code], ["Le Mans"])


def test_agent_starts_under_the_mandate(client, story):
    agent, mandate = agent_of(story)
    client.force_login(agent)

    client.post(page_of(story, organisation=story.organisation.uuid), {"project": "nouveau", "name": "Neuf", "summary": "En bref."})

    assert Application.objects.get().mandate == mandate


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"project"}),
        ({"project": "inconnu"}, {"project"}),
        ({"project": "nouveau"}, {"name", "summary"}),
        ({"project": "nouveau", "name": "x" * 151, "summary": "é" * 1001}, {"name", "summary"}),
        ({"project": "nouveau", "name": "Neuf", "summary": "En bref.", "themes": "aucun"}, {"themes"}),
    ],
)
def test_form_refused_names_its_fields_and_starts_nothing(client, story, body, errors):
    client.force_login(story.carrier)

    page = client.post(page_of(story), body)

    assert set(page.context["form"].errors) == errors
    assert (Application.objects.count(), Project.objects.count()) == (0, 1)


def test_who_has_no_project_describes_one_at_once(client, story):
    client.force_login(story.carrier)
    story.project.delete()

    assert "project" not in client.get(page_of(story)).context["form"].fields
    client.post(page_of(story), {"name": "Neuf", "summary": "En bref."})

    assert Application.objects.get().project.name == "Neuf"


def test_new_project_of_an_organisation_one_does_not_write_for_is_not_recorded(story):
    with pytest.raises(PermissionDenied):
        start_application(story.round, story.organisation, NewProject("Neuf", "En bref."), by=UserFactory(), arrived_at=clock.now())

    assert not Project.objects.filter(name="Neuf").exists()


def test_withdrawn_dossier_is_not_resumed_beside_another_of_its_project(story):
    withdrawn = withdraw_application(story.deposited(), by=story.carrier)
    other = story.start()
    assert other.pk != withdrawn.pk

    with pytest.raises(RefusedTransition, match="Un autre dossier du même projet est en cours"):
        resume_application(withdrawn, by=story.carrier, arrived_at=clock.now())
    other.delete()

    assert resume_application(withdrawn, by=story.carrier, arrived_at=clock.now()).state == "draft"
