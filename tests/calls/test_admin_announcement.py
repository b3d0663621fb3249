"""Announcements in the admin: who reads them, what the list and a page say, and the one thing that can be done."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.enums import Group
from calls.actions import announcement as announcements
from calls.models import Announcement
from kit import clock
from tests.factories.accounts import UserFactory
from tests.factories.calls import AnnouncementFactory

pytestmark = pytest.mark.django_db

LIST = reverse("admin:calls_announcement_changelist")


def page(announcement, name="change"):
    return reverse(f"admin:calls_announcement_{name}", args=[announcement.pk])


@pytest.fixture
def manager(client):
    person = UserFactory(staff=True, group=Group.CALL_MANAGER)
    client.force_login(person)
    return person


@pytest.fixture(autouse=True)
def handed(monkeypatch):
    """The calls given to the broker, which receives none of them."""
    calls: list[tuple] = []
    monkeypatch.setattr(announcements.hand, "give", lambda call, *args: calls.append((call, *args)))
    return calls


@pytest.mark.parametrize(
    ("group", "state"),
    [(Group.ADMINISTRATOR, "due"), (Group.CALL_MANAGER, "due"), (Group.REVIEWER, "failed"), (Group.AUDITOR, "failed")],
)
def test_who_retries(client, group, state):
    failed = AnnouncementFactory(failed=True)
    client.force_login(UserFactory(staff=True, group=group))

    client.post(page(failed, "retry"))

    failed.refresh_from_db()
    assert failed.state == state


def test_the_index_lists_announcements_to_those_who_read_them(client, manager):
    assert LIST in client.get(reverse("admin:index")).content.decode()


def test_the_list_says_what_waits_and_what_failed(client, manager):
    AnnouncementFactory(owed_at="2020-01-02T11:00:00Z")
    AnnouncementFactory(failed=True)

    content = client.get(LIST).content.decode()

    assert "Annonces en retard de plus d’un quart d’heure : 1, la plus ancienne depuis le 2 janvier 2020 à 12:00." in content
    assert "Annonces en échec : 1</a>" in content
    assert "ValueError : gabarit illisible" in content


def test_the_list_says_nothing_when_everyone_is_told(client, manager):
    AnnouncementFactory(done=True)

    content = client.get(LIST).content.decode()

    assert ("Annonces en retard" in content, "Annonces en échec" in content) == (False, False)


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_the_same_whatever_it_holds(client, manager, rows, django_assert_num_queries):
    AnnouncementFactory.create_batch(rows)
    client.get(LIST)

    with django_assert_num_queries(7):
        client.get(LIST)


@pytest.mark.parametrize("logged", [1, 30])
def test_a_page_costs_the_same_whatever_its_log(client, manager, logged, django_assert_num_queries):
    failed = AnnouncementFactory(failed=True)
    for _ in range(logged):
        person = UserFactory()
        failed.transitions.create(name="retry", from_state="failed", to_state="due", actor=person)
    client.get(page(failed))

    with django_assert_num_queries(8):
        client.get(page(failed))


@pytest.mark.parametrize(("trait", "offered"), [({"failed": True}, True), ({"done": True}, False), ({}, False)])
def test_only_a_failed_announcement_offers_its_retry(client, manager, trait, offered):
    announcement = AnnouncementFactory(**trait)

    assert (page(announcement, "retry") in client.get(page(announcement)).content.decode()) == offered


@pytest.mark.parametrize(("trait", "shown"), [({}, True), ({"failed": True}, False)])
def test_the_next_attempt_is_said_of_what_is_due(client, manager, trait, shown):
    announcement = AnnouncementFactory(next_attempt_at="2031-03-04T11:00:00Z", attempts=1, **trait)

    assert ("4 mars 2031" in client.get(page(announcement)).content.decode()) == shown


def test_a_page_says_how_many_are_told(client, manager):
    assert "prévenus\u202f: 0\u202f; à prévenir encore\u202f: 0" in client.get(page(AnnouncementFactory())).content.decode()


def test_an_announcement_that_does_not_exist_leads_back(client, manager):
    assert client.get(reverse("admin:calls_announcement_change", args=[1])).status_code == 302
    assert client.post(reverse("admin:calls_announcement_retry", args=[1])).status_code == 404


def test_retry_puts_the_announcement_back(client, manager):
    failed = AnnouncementFactory(failed=True)

    response = client.post(page(failed, "retry"), follow=True)

    assert response.redirect_chain == [(page(failed), 302)]
    assert [str(note) for note in response.context["messages"]] == ["L’annonce reprendra dans la minute, là où elle s’est arrêtée."]
    assert [(log.name, log.actor) for log in failed.transitions.all()] == [("retry", manager)]
    assert "<p>En échec</p>" in client.get(page(failed)).content.decode()


def test_retry_from_a_stale_page_says_why_not(client, manager):
    done = AnnouncementFactory(done=True)

    response = client.post(page(done, "retry"), headers={"Referer": "http://testserver" + page(done)}, follow=True)

    assert [str(note) for note in response.context["messages"]] == ["« Réessayer » n’est pas possible : l’état actuel est « Terminée »."]


def test_retry_asks_for_a_post(client, manager):
    assert client.get(page(AnnouncementFactory(failed=True), "retry")).status_code == 405


@pytest.mark.parametrize(("failed", "note"), [(2, "Annonces remises à écrire : 2."), (0, "Annonces remises à écrire : 0.")])
def test_retry_of_a_selection(client, manager, failed, note):
    chosen = [*AnnouncementFactory.create_batch(failed, failed=True), AnnouncementFactory(done=True)]

    response = client.post(LIST, {"action": "retry_selected", "_selected_action": [row.pk for row in chosen]}, follow=True)

    assert [str(message) for message in response.context["messages"]] == [note]
    assert Announcement.objects.filter(state="due").count() == failed


def test_the_list_is_searched_by_round_and_by_call(client, manager):
    sought = AnnouncementFactory(round__name="Vague de printemps", round__opens_at=clock.now() + timedelta(days=1))
    AnnouncementFactory()

    assert list(client.get(LIST, {"q": "printemps"}).context["cl"].queryset) == [sought]
    assert list(client.get(LIST, {"q": sought.round.call.title}).context["cl"].queryset) == [sought]
