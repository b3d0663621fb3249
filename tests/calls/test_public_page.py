"""A call's page is kept ready, and never says what is no longer so."""

from datetime import timedelta

import pytest
from django.urls import reverse

from calls.models import Call, CallDocument, Enquiry, Extension, Round
from kit import clock
from kit.clock import standing_at
from tests.calls.cast import tell_story
from tests.factories.calls import RoundFactory
from tests.factories.projects import ThemeFactory


@pytest.fixture
def round_(db):
    return RoundFactory(open=True)


def page(client, call):
    return client.get(reverse("calls:call_detail", args=[call.slug])).content.decode()


CHANGES = {
    "call": lambda round_: Call.objects.filter(pk=round_.call_id).update(presentation="Changé ici"),
    "theme": lambda round_: round_.call.themes.add(ThemeFactory(name="Changé ici")),
    "new round": lambda round_: RoundFactory(call=round_.call, open=True, name="Changé ici"),
    "round": lambda round_: Round.objects.filter(pk=round_.pk).update(name="Changé ici"),
    "document": lambda round_: CallDocument.objects.create(call=round_.call, title="Changé ici", file="a.pdf", size=10),
    "enquiry": lambda round_: Enquiry.objects.create(
        call=round_.call, text="…", published_text="Changé ici", answer="Oui.", published_at=clock.now()
    ),
    "extension": lambda round_: Extension.objects.create(
        round=round_, previous_closes_at=round_.closes_at, closes_at=round_.closes_at + timedelta(days=1), reason="Changé ici"
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_is_shown_is_shown_at_once(client, round_, change):
    before = page(client, round_.call)

    change(round_)

    assert "Changé ici" not in before
    assert "Changé ici" in page(client, round_.call)


def test_what_is_deleted_is_gone_at_once(client, round_):
    document = CallDocument.objects.create(call=round_.call, title="Un document", file="a.pdf", size=10)
    before = page(client, round_.call)

    document.delete()

    assert "Un document" in before
    assert "Un document" not in page(client, round_.call)


def test_a_deposit_number_changes_no_page(round_):
    edition = Call.objects.get(pk=round_.call_id).edition

    Round.objects.filter(pk=round_.pk).update(last_number=7)

    assert Call.objects.get(pk=round_.call_id).edition == edition


def test_the_page_closes_with_the_round_to_the_microsecond(client, round_):
    door = reverse("calls:application_start", args=[round_.call.slug, round_.code])

    with standing_at(round_.closes_at):
        assert door in page(client, round_.call)
    with standing_at(round_.closes_at + timedelta(microseconds=1)):
        assert door not in page(client, round_.call)


def test_the_page_opens_with_the_round(client, round_):
    door = reverse("calls:application_start", args=[round_.call.slug, round_.code])

    with standing_at(round_.opens_at - timedelta(microseconds=1)):
        assert door not in page(client, round_.call)
    with standing_at(round_.opens_at):
        assert door in page(client, round_.call)


def test_a_kept_page_is_one_minute_old_at_most(client, round_):
    with standing_at(round_.closes_at - timedelta(minutes=10)):
        assert "dans 10\xa0minutes" in page(client, round_.call)
    with standing_at(round_.closes_at - timedelta(minutes=9)):
        assert "dans 9\xa0minutes" in page(client, round_.call)


def test_a_kept_page_asks_nothing_of_the_call_but_its_edition(client, round_, django_assert_num_queries):
    page(client, round_.call)

    with django_assert_num_queries(2):  # the notice of the site, the call
        page(client, round_.call)


def test_readers_do_not_get_each_others_page(client, db):
    story = tell_story()
    story.start()
    client.force_login(story.carrier)
    mine = page(client, story.round.call)
    client.logout()

    assert "Commencer un autre dossier" in mine
    assert "Commencer un autre dossier" not in page(client, story.round.call)
