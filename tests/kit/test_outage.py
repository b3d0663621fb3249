"""The page that answers while the database is away."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse

from kit import clock, french
from kit.arrival import STAMP_FIELD, STAMP_HEADER, ArrivalMiddleware, arrived_at
from kit.outage import server_error

NOON = datetime(2018, 2, 26, 11, tzinfo=UTC)


def answer(request, error, at=NOON):
    with clock.standing_at(at):
        ArrivalMiddleware(lambda _request: HttpResponse())(request)
        try:
            raise error
        except type(error):
            return server_error(request)


@pytest.mark.parametrize("error", [OperationalError("connection refused"), InterfaceError("connection already closed")])
def test_database_away_is_said_as_such(rf, error):
    response = answer(rf.get("/dossiers/"), error)

    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (503, "5", "no-store")
    assert "momentanément indisponible" in response.content.decode()
    assert STAMP_HEADER not in response


def test_any_other_error_is_the_error_page(rf):
    response = answer(rf.get("/"), ValueError("a fault of ours"))

    assert response.status_code == 500
    assert "Erreur inattendue" in response.content.decode()


def test_what_was_sent_comes_back_ready_to_arrive_at_its_first_instant(rf):
    response = answer(rf.post("/deposer/?a=1", {"text": ["<b>un</b>", "deux"], "csrfmiddlewaretoken": "t"}), OperationalError())

    page = response.content.decode()
    assert 'action="/deposer/?a=1"' in page
    assert '<input type="hidden" name="text" value="&lt;b&gt;un&lt;/b&gt;">' in page
    assert '<input type="hidden" name="text" value="deux">' in page
    assert french.instant(NOON, seconds=True) in page
    again = rf.post("/deposer/?a=1", {"text": ["<b>un</b>", "deux"], STAMP_FIELD: response[STAMP_HEADER]})
    with clock.standing_at(NOON + timedelta(minutes=1)):
        ArrivalMiddleware(lambda _request: HttpResponse())(again)
    assert arrived_at(again) == NOON


def test_second_failure_gives_one_stamp_only(rf):
    first = answer(rf.post("/deposer/", {"text": "a"}), OperationalError())

    second = answer(rf.post("/deposer/", {"text": "a", STAMP_FIELD: first[STAMP_HEADER]}), OperationalError(), NOON + timedelta(minutes=1))

    assert second.content.decode().count(f'name="{STAMP_FIELD}"') == 1
    assert french.instant(NOON, seconds=True) in second.content.decode()


@pytest.mark.parametrize("name", ["password", "new_password1", "code", "Token"])
def test_no_secret_is_written_in_a_page(rf, name):
    response = answer(rf.post("/compte/connexion/", {"login": "a@b.fr", name: "s3cret"}), OperationalError())

    assert response.status_code == 503
    assert "s3cret" not in response.content.decode()
    assert STAMP_HEADER not in response


def test_files_have_to_be_chosen_again(rf):
    response = answer(rf.post("/deposer/", {"text": "a", "file": SimpleUploadedFile("a.pdf", b"%PDF")}), OperationalError())

    assert "Les fichiers joints ne sont pas gardés" in response.content.decode()


def test_what_cannot_be_read_is_not_kept(rf, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    request = rf.post("/deposer/", {"a": "1", "b": "2"})
    with pytest.raises(SuspiciousOperation):
        assert request.POST

    response = answer(rf.post("/deposer/", {"a": "1", "b": "2"}), OperationalError())

    assert response.status_code == 503
    assert "Recharger la page" in response.content.decode()
