"""The inbox: its list, a message, and reading everything."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from notifications.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.notifications import MessageFactory

pytestmark = pytest.mark.django_db

LIST = reverse("notifications:message_list")
READ_ALL = reverse("notifications:message_read_all")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def person(client):
    person = UserFactory()
    client.force_login(person)
    return person


def subjects(response):
    return [message.subject for message in response.context["page"].items]


def test_message_list_shows_ones_own_newest_first(client, person):
    old = MessageFactory(recipient=person, owed_at=NOON, read_at=NOON)
    new = MessageFactory(recipient=person, owed_at=NOON + timedelta(days=1))
    MessageFactory()

    response = client.get(LIST)

    assert subjects(response) == [new.subject, old.subject]
    assert response.content.decode().count("Non lu</span>") == 1
    assert "Tout marquer comme lu" in response.content.decode()


def test_message_list_of_the_unread(client, person):
    MessageFactory(recipient=person, read_at=NOON)
    new = MessageFactory(recipient=person)

    assert subjects(client.get(LIST, {"etat": "non-lus"})) == [new.subject]


def test_message_list_has_no_code_to_sign_in(client, person):
    MessageFactory(recipient=person, sign_in=True)

    assert subjects(client.get(LIST)) == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [({}, "Vous n’avez encore aucun message"), ({"etat": "non-lus"}, "Vous avez tout lu")],
)
def test_an_empty_list_says_so(client, person, query, sentence):
    content = client.get(LIST, query).content.decode()

    assert sentence in content
    assert "Tout marquer comme lu" not in content


def test_message_list_is_paged(client, person):
    Message.objects.bulk_create(MessageFactory.build_batch(21, recipient=person))

    assert len(subjects(client.get(LIST))) == 20
    assert len(subjects(client.get(LIST, {"page": 2}))) == 1


@pytest.mark.parametrize("page", ["0", "-1", "999999999999999999999", "deux", "\0", "2'--", "١"])
def test_a_page_that_does_not_exist_shows_one_that_does(client, person, page):
    message = MessageFactory(recipient=person)

    assert subjects(client.get(LIST, {"page": page, "etat": page})) == [message.subject]


@pytest.mark.parametrize("rows", [1, 30])
def test_message_list_costs_the_same_whatever_it_holds(client, person, rows, django_assert_num_queries):
    Message.objects.bulk_create(MessageFactory.build_batch(rows, recipient=person))
    client.get(LIST)

    with django_assert_num_queries(6):
        client.get(LIST)


def test_message_detail_shows_and_marks_read(client, person):
    message = MessageFactory(recipient=person, text="Bonjour <b>Awa</b>,\n\nVoir https://exemple.fr/a.")

    response = client.get(message.get_absolute_url())

    message.refresh_from_db()
    assert not message.is_unread
    content = response.content.decode()
    assert "Bonjour &lt;b&gt;Awa&lt;/b&gt;," in content
    assert '<a href="https://exemple.fr/a" rel="nofollow">' in content
    assert 'href="http://testserver/dossiers/1/"' in content
    assert "Pas encore parti par courriel" in content


def test_message_detail_without_page_has_no_button(client, person):
    message = MessageFactory(recipient=person, url="")

    assert "Voir la page concernée" not in client.get(message.get_absolute_url()).content.decode()


def test_message_detail_is_unknown_to_a_stranger(client, person):
    message = MessageFactory()

    assert client.get(message.get_absolute_url()).status_code == 404
    assert client.get(reverse("notifications:message_detail", args=[UUID(int=7)])).status_code == 404
    message.refresh_from_db()
    assert message.is_unread


@pytest.mark.parametrize(
    ("count", "sentence"),
    [(0, []), (1, ["Le message a été marqué comme lu."]), (2, ["2 messages ont été marqués comme lus."])],
)
def test_message_read_all(client, person, count, sentence):
    MessageFactory.create_batch(count, recipient=person)

    response = client.post(READ_ALL, follow=True)

    assert response.redirect_chain == [(LIST, 302)]
    assert [str(message) for message in response.context["messages"]] == sentence
    assert not Message.objects.unread().exists()


def test_message_read_all_asks_for_a_post(client, person):
    assert client.get(READ_ALL).status_code == 405


@pytest.mark.parametrize("address", [LIST, reverse("notifications:message_detail", args=[UUID(int=7)])])
def test_the_inbox_is_for_those_signed_in(client, address):
    response = client.get(address)

    assert response.status_code == 302
    assert response.url == f"{reverse('account_login')}?next={address}"
