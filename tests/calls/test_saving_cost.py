"""What a save costs: it comes at the pace of a keyboard."""

import pytest
from django.urls import reverse

from tests.calls.cast import tell_story

pytestmark = pytest.mark.django_db


def test_a_save_asks_nothing_twice(client, django_assert_num_queries):
    """The session, the person, their memberships, the dossier; then the lock, the answers, both writes, the savepoint."""
    story = tell_story(verified=True)
    application = story.start()
    client.force_login(story.carrier)
    url = reverse("calls:application_section", args=[application.uuid, "projet"])
    client.post(url, {"q-need": "Se nourrir.", "q-need-version": "0"})  # what is kept once for all saves

    with django_assert_num_queries(10):
        answer = client.post(url, {"q-need": "Bien se nourrir.", "q-need-version": "1"})

    assert answer.status_code == 302
    assert application.answers.get(question_key="need").value == "Bien se nourrir."
