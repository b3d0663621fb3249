"""A section sent whole after the session had expired: the text waits for the person who wrote it."""

import pytest
from django.urls import reverse

from calls.models import Answer
from calls.views.held import HELD, LONGEST
from tests.calls.cast import join, tell_story
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return tell_story(verified=True)


@pytest.fixture
def application(story):
    return story.start()


def address(application) -> str:
    return reverse("calls:application_section", args=[application.uuid, "projet"])


def send(client, application, person, need="Un texte écrit pendant une heure."):
    data = {"person": person.browser_key, "q-need": need, "q-need-version": "0", "go": "stay"}
    return client.post(address(application), data)


def test_text_comes_back_unsaved_after_signing_in_and_is_then_saved(client, story, application):
    sent = send(client, application, story.carrier)
    assert sent["Location"].startswith(reverse("account_login"))
    assert address(application) in sent["Location"]

    client.force_login(story.carrier)
    page = client.get(address(application)).content.decode()

    assert "votre texte est ci-dessous, il n’est pas encore enregistré" in page
    assert "Un texte écrit pendant une heure." in page
    assert not Answer.objects.exists()
    send(client, application, story.carrier)
    assert Answer.objects.get().typed == "Un texte écrit pendant une heure."


def test_it_is_shown_once(client, story, application):
    send(client, application, story.carrier)
    client.force_login(story.carrier)
    client.get(address(application))

    assert "pas encore enregistré" not in client.get(address(application)).content.decode()


def test_someone_else_on_the_same_browser_never_sees_it(client, story, application):
    colleague = UserFactory()
    join(colleague, story.organisation, verified=True)
    send(client, application, story.carrier)

    client.force_login(colleague)
    page = client.get(address(application)).content.decode()

    assert "Un texte écrit" not in page
    assert HELD not in client.session


def test_it_waits_for_its_own_page(client, story, application):
    send(client, application, story.carrier)
    client.force_login(story.carrier)

    assert "Un texte écrit" not in client.get(reverse("calls:application_detail", args=[application.uuid])).content.decode()
    assert "Un texte écrit" in client.get(address(application)).content.decode()


@pytest.mark.parametrize("data", [{}, {"person": ""}, {"person": "x", "q-need": "a" * (LONGEST + 1)}])
def test_what_names_nobody_or_is_far_too_long_is_not_held(client, application, data):
    response = client.post(address(application), data)

    assert response.status_code == 302
    assert HELD not in client.session


def test_what_others_wrote_meanwhile_is_a_conflict_and_not_lost(client, story, application):
    send(client, application, story.carrier, need="Mon texte.")
    story.save(application, need="Un autre texte.")
    client.force_login(story.carrier)
    page = client.get(address(application)).content.decode()
    assert "Mon texte." in page

    answer = send(client, application, story.carrier, need="Mon texte.").content.decode()

    assert "Un autre texte." in answer
    assert Answer.objects.get().typed == "Un autre texte."
