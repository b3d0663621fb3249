"""Which closing applies to a dossier, and what its people, staff and the public read of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.enums import Group
from calls.actions.deposit import note_refusal
from calls.actions.round import extend_for_one, extend_round
from calls.models import Application
from calls.queries.closing import closing_moves_of, closing_of
from kit import clock
from projects.models import Project
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def story():
    with clock.standing_at(NOON):
        return tell_story(closes_at=NOON)


@pytest.fixture
def manager():
    return UserFactory(staff=True, group=Group.CALL_MANAGER, first_name="Maud", last_name="Appel")


def delay(application, manager, until=NOON + DAY):
    with clock.standing_at(NOON):
        return extend_for_one(application, by=manager, closes_at=until, reason="Panne.", incident="Journal, 11 h 58.")


def put_off(story, manager, until):
    with clock.standing_at(NOON):
        return extend_round(story.round, by=manager, closes_at=until, reason="Intempéries.")


def begun(story):
    with clock.standing_at(NOON):
        application = story.start()
        story.save(application, need="Un besoin.")
    return application


def another(story):
    """The same people, with one more project."""
    project = Project.objects.create(organisation=story.organisation, name="Écho", summary="Des échos.", created_by=story.carrier)
    return replace(story, project=project)


def fresh(application):
    return Application.objects.select_related("round", "current_deposit").get(pk=application.pk)


@pytest.mark.parametrize(
    ("own", "common", "arrived", "said"),
    [
        (None, None, timedelta(0), "Arrivé avant la clôture commune."),
        (DAY, None, -HOUR, "Arrivé avant la clôture commune."),
        (
            DAY,
            None,
            3 * HOUR + timedelta(minutes=12),
            "Arrivé 3 heures et 12 minutes après la clôture commune, dans le délai accordé à ce dossier jusqu’au {until}.",
        ),
        (DAY, 2 * DAY, 3 * HOUR, "Arrivé avant la clôture commune."),
    ],
    ids=["no delay", "in time", "thanks to its delay", "the closing moved since"],
)
def test_deposit_is_said_before_or_after_the_closing_of_everyone(story, manager, own, common, arrived, said):
    application = begun(story)
    if own:
        delay(application, manager, NOON + own)
    with clock.standing_at(NOON + arrived):
        story.deposit(application, at=NOON + arrived)
    if common:
        put_off(story, manager, NOON + common)

    assert closing_of(fresh(application)).of_deposit.replace("\xa0", " ") == said.format(
        until="mardi 2 mars 2027 à 13 h 00 (heure de Paris)"
    )


def test_deposit_of_a_permanent_call_has_no_closing_to_meet():
    application = tell_story(permanent=True).deposited()

    assert closing_of(fresh(application)).of_deposit == "Appel permanent : il n’y a pas de clôture."
    assert not closing_of(fresh(application)).own_applies


def test_draft_has_no_deposit_to_tell_of(story):
    assert closing_of(fresh(begun(story))).of_deposit == ""


def test_late_deposit_that_no_delay_explains_is_not_explained(story):
    with clock.standing_at(NOON):
        application = story.deposited()
    story.round.__class__.objects.filter(pk=story.round.pk).update(closes_at=NOON - HOUR)

    assert closing_of(fresh(application)).of_deposit == "Arrivé 1\xa0heure après la clôture commune."


def test_decisions_cost_one_query_and_none_while_nothing_moved(story, manager, django_assert_num_queries):
    application = begun(story)
    still = fresh(application)
    with django_assert_num_queries(0):
        assert closing_moves_of(still).decisions == []
    general = put_off(story, manager, NOON + DAY)
    own = delay(application, manager, NOON + 2 * DAY)
    moved = fresh(application)

    with django_assert_num_queries(1):
        closing = closing_moves_of(moved)

    assert (closing.decisions, closing.own_applies) == ([general, own], True)


def test_delay_of_another_dossier_is_none_of_this_one(story, manager):
    application = begun(story)
    delay(begun(another(story)), manager)

    assert closing_of(fresh(application)).decisions == []


@pytest.mark.parametrize("page", ["application_detail", "application_deposit"])
@pytest.mark.parametrize(
    ("own", "common", "said"),
    [
        (None, None, ""),
        (None, DAY, "La clôture a été repoussée pour tous."),
        (DAY, None, "Un délai lui est accordé"),
        (DAY, 2 * DAY, "aussi tardive que le délai"),
    ],
    ids=["nothing", "for all", "own", "own overtaken"],
)
def test_applicant_reads_which_closing_applies_and_why(client, story, manager, page, own, common, said):
    application = begun(story)
    if own:
        delay(application, manager, NOON + own)
    if common:
        put_off(story, manager, NOON + common)
    client.force_login(story.carrier)

    with clock.standing_at(NOON):
        shown = client.get(reverse(f"calls:{page}", args=[application.uuid])).content.decode()

    block = shown.partition('aria-labelledby="cloture"')[2].partition("</section>")[0]
    assert said in block
    assert ("Panne." in block, "Intempéries." in block, bool(block)) == (bool(own), bool(common), bool(own or common))
    assert "Journal" not in shown


def test_staff_read_decisions_evidence_and_refusals_in_the_file(client, story, manager):
    application = begun(story)
    note_refusal(
        application, "Trop tard.", by=story.carrier, arrived_at=NOON + HOUR, missing=["Le besoin", "La clé"], tried_since=NOON - HOUR
    )
    delay(application, manager)
    with clock.standing_at(NOON + 2 * HOUR):
        story.deposit(application, at=NOON + 2 * HOUR)
    put_off(story, manager, NOON + HOUR)
    client.force_login(UserFactory(staff=True, group=Group.REVIEWER))

    shown = client.get(reverse("admin:calls_application_change", args=[application.uuid])).content.decode()
    listed = client.get(reverse("admin:calls_application_changelist")).content.decode()

    block = shown.partition('<section aria-labelledby="cloture">')[2].partition("</section>")[0]
    for said in (
        "Arrivé 1\xa0heure après la clôture commune, dans le délai accordé",
        "Délai accordé à ce seul dossier, le 1er\xa0mars 2027, par Maud Appel",
        "Journal, 11 h 58.",
        "Prolongation pour tous",
        "Intempéries.",
        "Dépôt refusé",
        "Il manquait : Le besoin ; La clé.",
        "Premier essai, selon le navigateur",
    ):
        assert said in block
    assert "Délai propre</span>" in listed


def test_file_without_incident_says_so(client, story):
    application = begun(story)
    with clock.standing_at(NOON):
        story.deposit(application)
    client.force_login(UserFactory(staff=True, group=Group.REVIEWER))

    shown = client.get(reverse("admin:calls_application_change", args=[application.uuid])).content.decode()
    listed = client.get(reverse("admin:calls_application_changelist")).content.decode()

    assert "Aucune décision n’a déplacé la clôture." in shown
    assert "Aucun appui sur « Déposer » n’a été refusé." in shown
    assert "Délai propre</span>" not in listed


def test_page_of_the_call_counts_delays_at_once_and_names_nobody(client, story, manager):
    def counted():
        shown = client.get(reverse("calls:call_detail", args=[story.round.call.slug])).content.decode()
        assert "Panne." not in shown
        return shown.partition("Un délai a été accordé à ")[2].partition(" après un incident")[0].replace("\xa0", " ")

    application = begun(story)
    seen = [counted()]
    delay(application, manager)
    seen.append(counted())
    delay(application, manager, NOON + 2 * DAY)
    second = begun(another(story))
    delay(second, manager)
    seen.append(counted())
    second.delete()

    assert [*seen, counted()] == ["", "1 dossier", "2 dossiers", "1 dossier"]
