"""One line a request, with its number."""

import logging

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from kit import logs


@pytest.fixture
def middleware():
    return logs.RequestLogMiddleware(lambda request: HttpResponse(logs.request_id()))


@pytest.mark.parametrize("given", ["abcdef12", "0191f7a0-7f2d-7c3e-a1b2-3c4d5e6f7a8b"])
def test_the_number_of_the_proxy_is_kept(middleware, given):
    response = middleware(RequestFactory().get("/", headers={"X-Request-ID": given}))

    assert response["X-Request-ID"] == response.content.decode() == given


@pytest.mark.parametrize("given", ["", "court", "x" * 65, "abcdefgh\n{}", "é" * 10])
def test_anything_else_is_replaced(middleware, given):
    response = middleware(RequestFactory().get("/", headers={"X-Request-ID": given}))

    assert len(response.content) == 32
    assert response["X-Request-ID"] == response.content.decode()


def test_number_is_forgotten_after_the_request(middleware):
    middleware(RequestFactory().get("/"))

    assert logs.request_id() == ""


def test_line_says_what_was_asked_without_the_query(client, caplog, middleware):
    request = RequestFactory().get("/annuaire?q=Dupont")
    request.resolver_match = None

    with caplog.at_level(logging.INFO, logger="frenchimpact.request"):
        middleware(request)

    (record,) = caplog.records
    assert (record.method, record.path, record.view, record.status) == ("GET", "/annuaire", "", 200)
    assert record.milliseconds >= 0
    assert "Dupont" not in str(vars(record))


@pytest.mark.django_db
def test_line_names_the_view(client, caplog, settings):
    settings.MIDDLEWARE = ["kit.logs.RequestLogMiddleware", *settings.MIDDLEWARE]

    with caplog.at_level(logging.INFO, logger="frenchimpact.request"):
        client.get("/sante/vivant")

    assert [record.view for record in caplog.records if record.name == "frenchimpact.request"] == ["alive"]


def test_filter_adds_the_number_to_any_record():
    record = logging.makeLogRecord({})

    assert logs.RequestIdFilter().filter(record) is True
    assert record.request_id == ""


def test_filter_numbers_what_django_says_after_the_answer(middleware):
    request = RequestFactory().get("/", headers={"X-Request-ID": "abcdef12"})
    middleware(request)
    record = logging.makeLogRecord({"request": request})

    logs.RequestIdFilter().filter(record)

    assert record.request_id == "abcdef12"
