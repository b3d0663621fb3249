"""The dates of a call in a calendar, the open calls in a feed reader."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse
from icalendar import Calendar

from calls.enums import RoundState
from calls.models import Extension
from kit import clock
from tests.factories.calls import CallFactory, RoundFactory

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def put_off(round_, **decided):
    later = round_.closes_at + timedelta(days=7)
    Extension.objects.create(round=round_, previous_closes_at=round_.closes_at, closes_at=later, reason="Une panne.", **decided)


def events(client, call):
    answer = client.get(reverse("calls:call_dates", args=[call.slug]))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_calendar_holds_the_opening_and_the_closing(client):
    round_ = RoundFactory(open=True, name="Vague 2, suite ; fin")

    opening, closing = events(client, round_.call)

    assert (opening.decoded("dtstart"), closing.decoded("dtstart")) == (
        round_.opens_at.replace(microsecond=0),
        round_.closes_at.replace(microsecond=0),
    )
    assert closing["summary"] == f"Clôture : {round_.call.title} – Vague 2, suite ; fin"
    assert closing["url"].endswith(f"/appels/{round_.call.slug}/#session-{round_.code}")
    assert [len(event.walk("VALARM")) for event in (opening, closing)] == [0, 1]


def test_calendar_follows_an_extension_and_a_cancellation(client):
    round_ = RoundFactory(open=True)
    before = [event["uid"] for event in events(client, round_.call)]
    put_off(round_)
    type(round_).objects.filter(pk=round_.pk).update(state=RoundState.CANCELLED)

    after = events(client, round_.call)

    assert [event["uid"] for event in after] == before
    assert {(event["sequence"], event["status"]) for event in after} == {(1, "CANCELLED")}


def test_permanent_round_has_no_closing_to_note(client):
    round_ = RoundFactory(open=True, closes_at=None)

    assert [event["summary"].split(" : ")[0] for event in events(client, round_.call)] == ["Ouverture"]


def test_call_in_preparation_has_no_calendar(client):
    assert client.get(reverse("calls:call_dates", args=[RoundFactory().call.slug])).status_code == 404


def entries(client):
    answer = client.get(reverse("calls:call_feed"))
    assert answer["Content-Type"].startswith("application/atom+xml")
    return ET.fromstring(answer.content).findall(f"{ATOM}entry")


@pytest.mark.parametrize("count", [1, 30])
def test_feed_holds_the_open_calls_in_one_query(client, count, django_assert_num_queries):
    RoundFactory.create_batch(count, open=True)
    RoundFactory(closed=True)
    RoundFactory(coming=True)
    RoundFactory()

    with django_assert_num_queries(1):
        assert len(entries(client)) == count


def test_feed_says_the_closing_and_is_updated_when_it_is_put_off(client):
    call = CallFactory(title="Appel <b>gras</b>")
    round_ = RoundFactory(open=True, call=call)
    permanent = RoundFactory(open=True, closes_at=None)
    decided = clock.now() + timedelta(minutes=1)
    put_off(round_, decided_at=decided)

    first, second = entries(client)

    assert first.find(f"{ATOM}title").text == f"Appel <b>gras</b> – {round_.name}"
    assert "Clôture le" in first.find(f"{ATOM}summary").text
    assert first.find(f"{ATOM}updated").text == decided.isoformat()
    assert "Appel permanent" in second.find(f"{ATOM}summary").text
    assert second.find(f"{ATOM}updated").text == permanent.opens_at.isoformat()
