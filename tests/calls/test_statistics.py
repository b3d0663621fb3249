"""Figures for anyone: closed rounds only, and nothing of a draft or of a person."""

from datetime import timedelta

import pytest
from django.urls import reverse

from calls.actions.application import withdraw_application
from calls.models import Application, Round
from calls.queries.statistics import CallFigures, ClosedRound, call_figures, closed_rounds, depositing_families
from community.queries import organisations_by_family
from kit import clock
from projects.models import Project
from tests.calls.cast import tell_story
from tests.factories.calls import RoundFactory
from tests.factories.community import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return tell_story()


def close(round_: Round) -> None:
    Round.objects.filter(pk=round_.pk).update(closes_at=clock.now() - timedelta(minutes=1))


def deposited(story, count: int, *, days: int = 3) -> None:
    """`count` dossiers, begun `days` before they were deposited."""
    for index in range(count):
        story.project = Project.objects.create(
            organisation=story.organisation, name=f"Secret {index}", summary="Un projet.", created_by=story.carrier
        )
        application = story.deposited()
        started = application.current_deposit.arrived_at - timedelta(days=days, hours=1)
        Application.objects.filter(pk=application.pk).update(started_at=started)


def test_rounds_are_counted_by_what_the_clock_says(story):
    RoundFactory(complete=True)
    RoundFactory(open=True)
    close(story.round)

    assert call_figures() == CallFigures(published=2, open=1, closed=1)


def test_a_round_is_told_once_it_is_closed(story):
    deposited(story, 5)
    story.start()
    assert (closed_rounds(), depositing_families()) == ([], [])

    close(story.round)

    (told,) = closed_rounds()
    assert (told.deposited, told.organisations, told.median_days) == (5, 1, "3")
    assert depositing_families() == [("Association", 5)]


def test_a_round_that_one_dossier_may_still_answer_is_not_closed(story):
    deposited(story, 1)
    close(story.round)
    Application.objects.update(extended_until=clock.now() + timedelta(hours=1))

    assert closed_rounds() == []


def test_a_withdrawn_dossier_was_deposited_and_a_second_deposit_is_the_same_dossier(story):
    application = story.deposited()
    story.save(application, need="Mieux dit.")
    story.deposit(application)
    withdraw_application(application, by=story.carrier)
    close(story.round)

    assert closed_rounds()[0].deposited == 1


@pytest.mark.parametrize(
    ("count", "median", "said"),
    [
        (0, None, "—"),
        (4, timedelta(days=9), "—"),
        (5, timedelta(days=9, hours=23), "9"),
        (5, timedelta(hours=23), "moins d’un jour"),
    ],
)
def test_the_median_of_a_few_dossiers_is_not_told(story, count, median, said):
    assert ClosedRound(story.round, count, 1, median).median_days == said


def test_a_closed_round_without_any_deposit_is_told_too(story):
    close(story.round)

    assert (closed_rounds()[0].deposited, closed_rounds()[0].median_days) == (0, "—")


def test_an_organisation_counts_in_the_family_that_was_verified(story):
    OrganisationFactory(legal_family="cooperative", verified_legal_family="")
    OrganisationFactory(legal_family="cooperative", verified_legal_family="mutuelle")

    counts = dict(organisations_by_family())

    assert (counts["Coopérative"], counts["Mutuelle ou union de mutuelles"]) == (1, 1)


@pytest.mark.parametrize("rounds", [1, 30])
def test_the_page_costs_the_same_whatever_it_counts(client, story, django_assert_num_queries, rounds):
    deposited(story, 2)
    for _ in range(rounds - 1):
        close(RoundFactory(open=True))
    close(story.round)

    with django_assert_num_queries(7):
        client.get(reverse("portal:statistics"))


def test_the_page_tells_the_figures_and_names_nobody(client, story):
    deposited(story, 5)
    close(story.round)

    page = client.get(reverse("portal:statistics")).content.decode()

    assert str(story.round) in page
    assert "5 dossiers déposés en tout" in page.replace("\u00a0", " ")
    assert not any(name in page for name in ("Secret", story.organisation.name, story.carrier.last_name, story.carrier.email))


def test_the_page_says_when_nothing_is_closed_yet(client, story):
    deposited(story, 1)

    assert "Aucune session n’est encore close" in client.get(reverse("portal:statistics")).content.decode()


def test_the_page_is_linked_from_every_page_and_from_the_site_map(client):
    address = reverse("portal:statistics")

    assert address in client.get(reverse("portal:home")).content.decode()
    assert client.get(reverse("portal:sitemap")).content.decode().count(f'href="{address}"') == 2
