"""Who else is in a dossier now, as its open pages are told."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from kit import clock
from tests.calls.cast import join, tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import QuestionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    """A dossier of two sections, and how Claire's or Ali's page asks what changed there."""
    story = tell_story(verified=True)
    QuestionFactory(section__round=story.round, section__key="autre")
    application = story.start()
    ali = UserFactory(first_name="Ali", last_name="Ba")
    join(ali, story.organisation, verified=True)

    def ask(person, section="projet", **seen):
        client = Client()
        client.force_login(person)
        address = reverse("calls:answer_changes", args=[application.uuid, section])
        return client.get(address, {"revision": application.revision, **seen})

    return story, ali, ask


def test_whoever_is_alone_hears_nothing(two):
    story, _, ask = two

    assert [ask(story.carrier).status_code for _ in range(2)] == [204, 204]


def test_a_page_says_who_else_is_in_the_section_once(two):
    story, ali, ask = two
    ask(ali)

    told = ask(story.carrier).json()

    assert told["others"]["said"] == "Ali Ba est dans cette section."
    assert told["fields"] == {}
    assert ask(story.carrier, others=told["others"]["mark"]).status_code == 204


def test_a_page_says_who_is_in_another_section(two):
    story, ali, ask = two
    zoe = UserFactory(first_name="Zoé", last_name="Le Gall")
    join(zoe, story.organisation, verified=True)
    ask(ali, "autre")
    ask(zoe, "autre")

    assert ask(story.carrier).json()["others"]["said"] == "Ali Ba et Zoé Le Gall sont dans une autre section."


def test_whoever_left_is_forgotten_within_a_minute(two):
    story, ali, ask = two
    ask(ali)
    mark = ask(story.carrier).json()["others"]["mark"]

    with clock.standing_at(clock.now() + timedelta(seconds=46)):
        assert ask(story.carrier, others=mark).json()["others"] == {"mark": "", "said": ""}


def test_what_changed_comes_with_who_is_there(two):
    story, ali, ask = two
    ask(ali)

    told = ask(story.carrier, revision="-1").json()

    assert told["others"]["said"] == "Ali Ba est dans cette section."


def test_a_stranger_is_neither_told_nor_seen(two):
    story, ali, ask = two
    ask(ali)

    assert ask(UserFactory()).status_code == 404
    assert ask(story.carrier).json()["others"]["said"] == "Ali Ba est dans cette section."
