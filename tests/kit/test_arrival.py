"""The instant at which a request arrived."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse

from kit import clock
from kit.arrival import STAMP_FIELD, STAMP_HEADER, STAMP_LIFE, ArrivalMiddleware, arrived_at, stamp_of

NOON = datetime(2018, 2, 26, 11, tzinfo=UTC)


def arrive(rf, **headers):
    request = rf.get("/", headers=headers)
    with clock.standing_at(NOON):
        ArrivalMiddleware(lambda _request: HttpResponse())(request)
    return arrived_at(request)


def test_without_a_proxy_the_clock_stamps_and_a_forged_header_is_ignored(rf, settings):
    settings.ARRIVAL_HEADER = ""

    assert arrive(rf, **{"X-Request-Start": "t=1.0"}) == NOON


@pytest.mark.parametrize("prefix", ["t=", ""])
def test_stamp_of_the_trusted_proxy_counts(rf, settings, prefix):
    settings.ARRIVAL_HEADER = "X-Request-Start"
    stamp = NOON - timedelta(milliseconds=1500)

    assert arrive(rf, **{"X-Request-Start": f"{prefix}{stamp.timestamp():.3f}"}) == stamp


def test_stamp_of_a_proxy_that_is_fast_counts_as_now(rf, settings):
    settings.ARRIVAL_HEADER = "X-Request-Start"

    assert arrive(rf, **{"X-Request-Start": f"t={NOON.timestamp() + 60}"}) == NOON


@pytest.mark.parametrize("text", ["", "t=", "t=midi", "t=1e400", "t=nan", "t=99999999999999999", "t=-1e18"])
def test_absent_or_senseless_stamp_counts_as_now(rf, settings, text):
    settings.ARRIVAL_HEADER = "X-Request-Start"

    assert arrive(rf, **{"X-Request-Start": text}) == NOON


def test_the_view_runs_after_the_stamp(rf):
    def view(request):
        return HttpResponse(arrived_at(request).isoformat())

    with clock.standing_at(NOON):
        response = ArrivalMiddleware(view)(rf.get("/"))

    assert response.content.decode() == NOON.isoformat()


def post(rf, at, *, path="/deposer/", session="s1", stamp="", header=False, **data):
    if stamp and not header:
        data[STAMP_FIELD] = stamp
    rf.cookies["sessionid"] = session
    request = rf.post(path, data, headers={STAMP_HEADER: stamp} if header else {})
    with clock.standing_at(at):
        ArrivalMiddleware(lambda _request: HttpResponse())(request)
    return request


@pytest.mark.parametrize("header", [True, False])
def test_request_sent_again_with_its_stamp_arrived_the_first_time(rf, header):
    stamp = stamp_of(post(rf, NOON, key="k", csrfmiddlewaretoken="one"))

    again = post(rf, NOON + timedelta(minutes=3), key="k", csrfmiddlewaretoken="two", stamp=stamp, header=header)

    assert arrived_at(again) == NOON


def test_stamp_goes_on_through_several_failures_but_not_beyond_its_life(rf):
    first = stamp_of(post(rf, NOON, key="k"))
    second = stamp_of(post(rf, NOON + timedelta(minutes=10), key="k", stamp=first))

    assert arrived_at(post(rf, NOON + STAMP_LIFE, key="k", stamp=second)) == NOON
    late = NOON + STAMP_LIFE + timedelta(seconds=1)
    assert arrived_at(post(rf, late, key="k", stamp=second)) == late


@pytest.mark.parametrize("change", [{"key": "other"}, {"more": "1"}, {"path": "/autre/"}, {"session": "s2"}])
def test_stamp_of_another_request_counts_for_nothing(rf, change):
    stamp = stamp_of(post(rf, NOON, key="k"))

    later = NOON + timedelta(minutes=1)

    assert arrived_at(post(rf, later, **{"key": "k", "stamp": stamp, **change})) == later


@pytest.mark.parametrize("forged", ["", "a:b:c", "{}", "\x00", "é" * 300])
def test_forged_stamp_counts_for_nothing(rf, forged):
    assert arrived_at(post(rf, NOON, key="k", stamp=forged)) == NOON


def test_stamp_of_a_clock_that_was_ahead_counts_for_nothing(rf):
    stamp = stamp_of(post(rf, NOON + timedelta(minutes=1), key="k"))

    assert arrived_at(post(rf, NOON, key="k", stamp=stamp)) == NOON
