"""The register's client: what it reads, and how it stays out of the way when the service fails."""

import json
from datetime import date
from pathlib import Path

import httpx
import pytest
from django.core.cache import cache

from community import register
from community.register import Absence, Identity
from kit.identifiers import clean_siret

SIRET = "00000101600013"
DEMONSTRATION = Path(__file__).parents[2] / "community" / "data" / "demonstration_register.json"


@pytest.fixture(autouse=True)
def _switched_on(settings):
    settings.COMPANY_REGISTER_URL = "https://register.example/search"
    cache.clear()
    yield
    cache.clear()


class Service(httpx.BaseTransport):
    """A register that counts its requests and answers as told."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def handle_request(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def unit(**changes):
    found = json.loads(DEMONSTRATION.read_text())["results"][0]
    return {**found, **changes}


def test_find_reads_the_establishment():
    service = Service(httpx.Response(200, json={"results": [unit()]}))

    answer = register.find(SIRET, transport=service)

    assert answer == Identity(
        siret=SIRET,
        rna="W691000101",
        name="LES JARDINS DE LA RUCHE",
        address="12 RUE DES TILLEULS 69007 LYON 7E ARRONDISSEMENT",
        postcode="69007",
        commune_code="69387",
        commune_name="LYON 7E ARRONDISSEMENT",
        creation_date=date(2011, 3, 14),
        legal_category="9220",
        activity_code="88.99B",
        activity_nomenclature="NAFRev2",
        workforce_band="12",
        registered_ess=True,
    )
    assert service.requests[0].url == f"https://register.example/search?q={SIRET}&per_page=5"


def test_find_reads_a_secondary_establishment():
    place = {"siret": "00000101600021", "code_postal": "69001", "statut_diffusion_etablissement": "O"}
    service = Service(httpx.Response(200, json={"results": [unit(matching_etablissements=[place])]}))

    answer = register.find("00000101600021", transport=service)

    assert isinstance(answer, Identity)
    assert (answer.siret, answer.postcode) == ("00000101600021", "69001")


def test_find_reads_an_association_by_its_rna():
    answer = register.find("W691000101", transport=Service(httpx.Response(200, json={"results": [unit()]})))

    assert isinstance(answer, Identity)
    assert answer.siret == SIRET


def test_find_does_not_take_a_neighbour_for_the_number():
    service = Service(httpx.Response(200, json={"results": [unit()]}))

    assert register.find("00000102400017", transport=service) is Absence.UNKNOWN


def test_find_gives_neither_name_nor_place_of_who_opposed_disclosure():
    hidden = unit(statut_diffusion="P", nom_raison_sociale="SECRET", nom_complet="SECRET")
    answer = register.find(SIRET, transport=Service(httpx.Response(200, json={"results": [hidden]})))

    assert answer == Identity(siret=SIRET, legal_category="9220", undisclosed=True)


def test_find_respects_an_establishment_that_opposed_disclosure_alone():
    found = unit()
    found["siege"]["statut_diffusion_etablissement"] = "P"
    answer = register.find(SIRET, transport=Service(httpx.Response(200, json={"results": [found]})))

    assert answer == Identity(siret=SIRET, legal_category="9220", undisclosed=True)


def test_find_says_that_a_unit_is_closed():
    answer = register.find(SIRET, transport=Service(httpx.Response(200, json={"results": [unit(etat_administratif="C")]})))

    assert isinstance(answer, Identity)
    assert answer.closed


@pytest.mark.parametrize("day", ["2011-02-31", None, 12, "hier"])
def test_find_leaves_out_a_date_that_does_not_exist(day):
    answer = register.find(SIRET, transport=Service(httpx.Response(200, json={"results": [unit(date_creation=day)]})))

    assert isinstance(answer, Identity)
    assert answer.creation_date is None


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ConnectTimeout("slow"),
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("down"),
        httpx.Response(500),
        httpx.Response(302, headers={"Location": "https://elsewhere.example/"}),
        httpx.Response(200, text="<html>maintenance</html>"),
        httpx.Response(200, json=["not", "an", "object"]),
        httpx.Response(200, json={"results": None}),
        httpx.Response(200, json={"results": [None]}),
        httpx.Response(200, json={"results": [{"siege": "nowhere"}]}),
        httpx.Response(200, content=b"x" * (register.LARGEST_ANSWER + 1)),
    ],
)
def test_find_rests_after_a_failure(answer):
    service = Service(answer)

    assert register.find(SIRET, transport=service) is Absence.UNAVAILABLE
    assert register.find(SIRET, transport=service) is Absence.UNAVAILABLE
    assert len(service.requests) == 1


def test_find_gives_up_an_answer_that_drips(monkeypatch):
    instants = iter([0.0, 1.0, 5.0])
    monkeypatch.setattr(register.time, "monotonic", lambda: next(instants))
    service = Service(httpx.Response(200, content=iter([b"{", b"}"])))

    assert register.find(SIRET, transport=service) is Absence.UNAVAILABLE


@pytest.mark.parametrize(("header", "seconds"), [("30", 30), ("99999", 120), ("", 5), ("Wed, 21 Oct 2026 07:28:00 GMT", 5)])
def test_find_respects_the_limit_that_the_service_sets(monkeypatch, header, seconds):
    kept = {}
    monkeypatch.setattr(register, "_keep", lambda key, value, for_seconds: kept.update({key: (value, for_seconds)}))
    service = Service(httpx.Response(429, headers={"Retry-After": header}))

    assert register.find(SIRET, transport=service) is Absence.LIMITED
    assert kept == {register.REST_KEY: ("limited", seconds)}


def test_find_says_limited_while_it_rests():
    service = Service(httpx.Response(429), httpx.Response(200, json={"results": [unit()]}))

    assert [register.find(SIRET, transport=service) for _ in range(2)] == [Absence.LIMITED, Absence.LIMITED]
    assert len(service.requests) == 1


@pytest.mark.parametrize("status", [400, 404])
def test_find_takes_a_refused_number_for_unknown(status):
    assert register.find(SIRET, transport=Service(httpx.Response(status))) is Absence.UNKNOWN


def test_find_asks_once_for_a_known_and_for_an_unknown_number():
    service = Service(httpx.Response(200, json={"results": [unit()]}))

    assert register.find(SIRET, transport=service) == register.find(SIRET, transport=service)
    assert register.find("00000102400017", transport=service) is register.find("00000102400017", transport=service)
    assert len(service.requests) == 2


def test_find_works_without_its_cache(monkeypatch):
    def broken(*args):
        raise ConnectionError

    monkeypatch.setattr(register.cache, "get", broken)
    monkeypatch.setattr(register.cache, "set", broken)

    answer = register.find(SIRET, transport=Service(httpx.Response(200, json={"results": [unit()]})))

    assert isinstance(answer, Identity)


def test_find_is_unavailable_when_switched_off(settings):
    settings.COMPANY_REGISTER_URL = ""

    assert register.find(SIRET) is Absence.UNAVAILABLE


def test_the_demonstration_answers_for_fictional_numbers(settings):
    settings.COMPANY_REGISTER_URL = ""
    settings.COMPANY_REGISTER_FIXTURES = DEMONSTRATION

    answers = [register.find(found["siege"]["siret"]) for found in json.loads(DEMONSTRATION.read_text())["results"]]

    assert all(isinstance(answer, Identity) for answer in answers)
    assert [answer.undisclosed for answer in answers].count(True) == 1
    assert register.find("99999999800019") is Absence.UNKNOWN


def test_the_demonstration_numbers_have_right_check_digits():
    for found in json.loads(DEMONSTRATION.read_text())["results"]:
        assert clean_siret(found["siege"]["siret"]) == found["siege"]["siret"]
