"""The instant at which a request arrived."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse

from kit import clock
from kit.arrival import ArrivalMiddleware, arrived_at

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
