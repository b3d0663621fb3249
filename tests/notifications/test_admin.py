"""The outbox in the admin: who reads it, what it shows, and the one thing that can be done."""

import re

import pytest
from django.urls import reverse

from accounts.enums import Group
from notifications.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.notifications import MessageFactory

pytestmark = pytest.mark.django_db

LIST = reverse("admin:notifications_message_changelist")


def page(message, name="change"):
    return reverse(f"admin:notifications_message_{name}", args=[message.pk])


@pytest.fixture
def manager(client):
    person = UserFactory(staff=True, group=Group.CALL_MANAGER)
    client.force_login(person)
    return person


@pytest.mark.parametrize(
    ("group", "status"),
    [(Group.ADMINISTRATOR, 200), (Group.CALL_MANAGER, 200), (Group.REVIEWER, 403), (Group.AUDITOR, 403)],
)
def test_who_reads_the_outbox(client, group, status):
    message = MessageFactory()
    client.force_login(UserFactory(staff=True, group=group))

    assert client.get(LIST).status_code == status
    assert client.get(page(message)).status_code == status


@pytest.mark.parametrize(("group", "state"), [(Group.ADMINISTRATOR, "due"), (Group.CALL_MANAGER, "due"), (Group.REVIEWER, "failed")])
def test_who_retries(client, handed, group, state):
    message = MessageFactory(failed=True)
    client.force_login(UserFactory(staff=True, group=group))

    client.post(page(message, "retry"))

    message.refresh_from_db()
    assert message.state == state


def test_the_index_lists_the_outbox_to_those_who_read_it(client, manager):
    assert LIST in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("name", ["add", "delete"])
def test_nobody_adds_or_deletes(client, name):
    client.force_login(UserFactory(staff=True, is_superuser=True))
    message = MessageFactory()
    address = reverse("admin:notifications_message_add") if name == "add" else page(message, "delete")

    assert client.post(address).status_code == 403
    assert client.post(page(message), {"subject": "Changé"}).status_code == 403


def test_the_list_says_what_waits_and_what_failed(client, manager):
    MessageFactory(owed_at="2020-01-02T11:00:00Z")
    MessageFactory(failed=True)

    content = client.get(LIST).content.decode()

    assert "Messages en retard de plus d’un quart d’heure : 1, le plus ancien depuis le 2 janvier 2020 à 12:00." in content
    assert "Messages en échec : 1</a>" in content


def test_the_list_of_a_healthy_outbox_says_nothing(client, manager):
    MessageFactory(sent=True)

    content = client.get(LIST).content.decode()

    assert "Messages en retard" not in content
    assert "Messages en échec" not in content


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_the_same_whatever_it_holds(client, manager, rows, django_assert_num_queries):
    Message.objects.bulk_create(MessageFactory.build_batch(rows, recipient=None))
    client.get(LIST)

    with django_assert_num_queries(7):
        client.get(LIST)


def test_a_message_is_read_whole_but_for_a_code(client, manager):
    assert "Votre dossier est déposé." in client.get(page(MessageFactory())).content.decode()

    content = client.get(page(MessageFactory(sign_in=True))).content.decode()

    assert "Masqué : ce message porte un code ou un lien personnel." in content
    assert "123456" not in content


def test_a_failed_message_offers_its_retry(client, manager):
    failed, sent = MessageFactory(failed=True), MessageFactory(sent=True)

    assert page(failed, "retry") in client.get(page(failed)).content.decode()
    assert page(sent, "retry") not in client.get(page(sent)).content.decode()


def test_a_message_that_does_not_exist_leads_back(client, manager):
    assert client.get(reverse("admin:notifications_message_change", args=[1])).status_code == 302
    assert client.post(reverse("admin:notifications_message_retry", args=[1])).status_code == 404


def test_retry_puts_the_message_back(client, manager, handed):
    message = MessageFactory(failed=True)

    response = client.post(page(message, "retry"), follow=True)

    assert response.redirect_chain == [(page(message), 302)]
    assert [str(note) for note in response.context["messages"]] == ["Le message sera renvoyé dans la minute."]
    assert [(log.name, log.actor) for log in message.transitions.all()] == [("retry", manager)]
    assert re.search(r'class="field-origin">\s*<p>En échec</p>', client.get(page(message)).content.decode())


def test_retry_from_a_stale_page_says_why_not(client, manager, handed):
    message = MessageFactory(sent=True)

    response = client.post(page(message, "retry"), headers={"Referer": "http://testserver" + page(message)}, follow=True)

    assert [str(note) for note in response.context["messages"]] == ["« Renvoyer » n’est pas possible : l’état actuel est « Envoyé »."]


def test_retry_asks_for_a_post(client, manager):
    assert client.get(page(MessageFactory(failed=True), "retry")).status_code == 405


@pytest.mark.parametrize(("failed", "note"), [(2, "Messages remis à envoyer : 2."), (0, "Messages remis à envoyer : 0.")])
def test_retry_of_a_selection(client, manager, handed, failed, note):
    chosen = [*MessageFactory.create_batch(failed, failed=True), MessageFactory(sent=True)]

    response = client.post(LIST, {"action": "retry_selected", "_selected_action": [message.pk for message in chosen]}, follow=True)

    assert [str(message) for message in response.context["messages"]] == [note]
    assert Message.objects.filter(state="due").count() == failed


def test_what_waits_was_summed_up_or_refused_is_told(client, manager):
    person = UserFactory()
    digest = MessageFactory(recipient=person, kind="digest", subject="Votre résumé : 1 message")
    rows = {state: MessageFactory(recipient=person, state=state) for state in ("waiting", "summed", "refused")}
    Message.objects.filter(pk=rows["summed"].pk).update(told_in=digest)

    shown = client.get(LIST).content.decode()
    detail = client.get(page(rows["summed"])).content.decode()

    assert [label in shown for label in ("Attend le résumé quotidien", "Dit dans un résumé quotidien", "Non envoyé : le destinataire")] == [
        True
    ] * 3
    assert "Votre résumé : 1 message" in detail


@pytest.mark.parametrize("state", ["waiting", "summed", "refused"])
def test_what_a_person_chose_is_not_put_back(client, manager, state):
    message = MessageFactory(state=state)

    client.post(page(message, "retry"))

    message.refresh_from_db()
    assert message.state == state
