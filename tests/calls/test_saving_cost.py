"""What a save costs: it comes at the pace of a keyboard."""

import pytest
from django.urls import reverse

from tests.calls.cast import tell_story

pytestmark = pytest.mark.django_db


def test_a_save_asks_nothing_twice(client, django_assert_num_queries):
    """The session, the person, their memberships, the dossier; then the lock, both writes, the savepoint."""
    story = tell_story(verified=True)
    application = story.start()
    client.force_login(story.carrier)
    url = reverse("calls:application_section", args=[application.uuid, "projet"])
    client.post(url, {"q-need": "Se nourrir.", "q-need-version": "0"})  # what is kept once for all saves

    with django_assert_num_queries(9):
        answer = client.post(url, {"q-need": "Bien se nourrir.", "q-need-version": "1"})

    assert answer.status_code == 302
    assert application.answers.get(question_key="need").value == "Bien se nourrir."


def test_several_answers_cost_one_read_more(client, django_assert_num_queries):
    story = tell_story(verified=True)
    application = story.start()
    client.force_login(story.carrier)
    url = reverse("calls:application_section", args=[application.uuid, "projet"])
    client.post(url, {"q-need": "Se nourrir.", "q-need-version": "0"})

    with django_assert_num_queries(10):
        client.post(url, {"q-need": "Bien se nourrir.", "q-need-version": "1", "q-note": "Une note.", "q-note-version": "0"})

    assert application.answers.count() == 2


def test_an_autosave_asks_the_dossier_once(client, django_assert_num_queries):
    """The session, the person, their memberships; then the dossier locked, both writes, the savepoint."""
    story = tell_story(verified=True)
    application = story.start()
    client.force_login(story.carrier)
    url = reverse("calls:answer_save", args=[application.uuid, "projet"])
    client.post(url, {"q-need": "Se nourrir.", "q-need-version": "0"})

    with django_assert_num_queries(8):
        answer = client.post(url, {"q-need": "Bien se nourrir.", "q-need-version": "1"})

    assert answer.json()["fields"]["q-need"]["version"] == 2


def test_asking_what_changed_is_one_query_of_its_own(client, django_assert_num_queries):
    story = tell_story()
    application = story.start()
    client.force_login(story.carrier)
    url = reverse("calls:answer_changes", args=[application.uuid, "projet"])

    with django_assert_num_queries(3):
        answer = client.get(url, {"revision": "0"})

    assert answer.status_code == 204
