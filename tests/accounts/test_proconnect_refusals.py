"""What ProConnect may answer wrongly, or not at all: each a sentence on the sign-in page, and nobody signed in."""

import time
from urllib.parse import urlsplit

import httpx
import jwt
import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts import proconnect
from accounts.models import User
from tests.accounts.proconnect_provider import (
    CLIENT_SECRET,
    OLD_WORDS,
    START,
    come_back,
    go,
    provider,
    query_of,
    running,
    sentences,
    sign_in,
    stranger_key,
    who,
)
from tests.factories.accounts import UserFactory

__all__ = ["provider", "running"]
pytestmark = [pytest.mark.django_db, *OLD_WORDS]


# Refusals: each a sentence on the sign-in page, nobody signed in.

ALGORITHM_NONE = "none"


def unsigned(claims):
    return jwt.encode(claims, None, algorithm=ALGORITHM_NONE)


def signed_by_secret(claims):
    return jwt.encode(claims, CLIENT_SECRET * 3, algorithm="HS256")


def changed(**claims):
    return lambda told: {**told, **claims}


def without(name):
    return lambda told: {key: value for key, value in told.items() if key != name}


SPOILT = {
    "unsigned": unsigned,
    "signed with our secret": signed_by_secret,
    "another audience": changed(aud="un-autre-service"),
    "another issuer": changed(iss="https://ailleurs.example"),
    "expired": changed(exp=int(time.time()) - 600),
    "without audience": without("aud"),
    "without issuer": without("iss"),
    "of someone else": changed(sub="quelqu’un d’autre"),
    "from the future": changed(iat=int(time.time()) + 3600),
    "no token at all": lambda _claims: "pas.un.jeton",
}
SPOILT_ID_TOKEN = {
    "another nonce": changed(nonce="x" * 40),
    "no nonce": without("nonce"),
    "no expiry": without("exp"),
    "for another party": changed(azp="un-autre-service"),
}


def refused(client, provider, sub="claire"):
    answer = sign_in(client, provider, sub, page="/compte/profil/")
    assert (answer.status_code, urlsplit(answer.url).path) == (302, reverse("account_login"))
    assert (who(client), User.objects.count()) == (None, 0)
    return sentences(client, answer)


@pytest.mark.parametrize("what", [*SPOILT, *SPOILT_ID_TOKEN])
def test_an_id_token_that_proves_nothing_is_refused(client, provider, what):
    provider.add("claire")
    provider.spoil_id_token = {**SPOILT, **SPOILT_ID_TOKEN}[what]

    assert refused(client, provider) == [proconnect.UNVERIFIED]


@pytest.mark.parametrize("what", SPOILT)
def test_a_userinfo_that_proves_nothing_is_refused(client, provider, what):
    provider.add("claire")
    provider.spoil_userinfo = SPOILT[what]

    assert refused(client, provider) == [proconnect.UNVERIFIED]


@pytest.mark.parametrize("place", ["spoil_id_token", "spoil_userinfo"])
@pytest.mark.parametrize("kid", [None, "une-cle-inconnue"])
def test_a_token_signed_by_another_key_is_refused(client, provider, place, kid):
    provider.add("claire")
    setattr(provider, place, lambda claims: provider.sign(claims, key=stranger_key(), kid=kid))

    assert refused(client, provider) == [proconnect.UNVERIFIED]


def test_a_userinfo_in_plain_json_is_refused(client, provider):
    provider.add("claire")
    provider.userinfo_kind = "application/json"

    assert refused(client, provider) == [proconnect.UNVERIFIED]


def test_a_key_published_since_is_asked_for_once(client, provider):
    provider.add("claire")
    sign_in(client, provider, "claire")
    client.logout()
    document = cache.get(proconnect._key("keys", "fresh"))
    cache.set(proconnect._key("keys", "fresh"), {"keys": [{**document["keys"][0], "kid": "ancienne"}]})

    sign_in(client, provider, "claire")

    assert who(client) is not None
    assert provider.calls.count("/jwks") == 2


@pytest.mark.parametrize("skew", [-30, 30])
def test_a_clock_half_a_minute_away_is_no_fault(client, provider, skew):
    provider.add("claire")
    provider.spoil_id_token = lambda claims: {**claims, "iat": int(time.time()) + skew, "exp": int(time.time()) - 30}

    assert sign_in(client, provider, "claire").url == reverse("portal:dashboard")


@pytest.mark.parametrize("claims", [{"email": ""}, {"email": None}, {"email": "pas-une-adresse"}, {"email_verified": False}])
def test_a_person_without_a_verified_address_is_told_what_to_do(client, provider, claims):
    provider.add("claire", **claims)

    assert refused(client, provider) == [proconnect.NO_ADDRESS]


def test_an_endless_sub_is_refused(client, provider):
    provider.add("x" * 300, email="claire@exemple.fr")

    assert refused(client, provider, "x" * 300) == [proconnect.UNVERIFIED]


def test_who_turns_back_at_the_provider_reads_a_sentence_and_keeps_their_way(client, provider):
    address = go(client, "/compte/profil/")
    state = query_of(address)["state"]
    assert "error=access_denied" in provider.turn_away(address)

    answer = client.get(reverse("accounts:proconnect_callback"), {"error": "access_denied", "state": state})

    assert answer.url == f"{reverse('account_login')}?next=%2Fcompte%2Fprofil%2F"
    assert sentences(client, answer) == [proconnect.INTERRUPTED]


@pytest.mark.parametrize("query", [{}, {"state": "x"}, {"code": "x"}, {"state": "\0", "code": "\0"}, {"error": "x" * 10_000}])
def test_a_return_that_this_browser_did_not_ask_for_is_refused_without_asking_the_provider(client, provider, query):
    provider.calls.clear()

    answer = client.get(reverse("accounts:proconnect_callback"), query)

    assert (sentences(client, answer), provider.calls) == ([proconnect.STALE], [])


def test_a_return_serves_once(client, provider):
    back = provider.let_in(go(client), provider.add("claire"))
    come_back(client, back)
    client.logout()

    assert sentences(client, come_back(client, back)) == [proconnect.STALE]


def test_a_return_in_another_browser_is_refused(client, provider, django_user_model):
    from django.test import Client

    back = provider.let_in(go(client), provider.add("claire"))
    other = Client()

    assert sentences(other, come_back(other, back)) == [proconnect.STALE]


def test_a_departure_too_old_is_forgotten(client, provider, monkeypatch):
    back = provider.let_in(go(client), provider.add("claire"))
    monkeypatch.setattr("accounts.proconnect_session.AWAITED_SECONDS", 0)

    assert sentences(client, come_back(client, back)) == [proconnect.STALE]


def test_five_tabs_are_awaited_and_no_more(client, provider):
    provider.add("claire")
    backs = [provider.let_in(go(client), "claire") for _ in range(6)]
    provider.pkce = False

    assert sentences(client, come_back(client, backs[0])) == [proconnect.STALE]
    assert len(client.session["proconnect_departures"]) == 5


def test_a_code_that_is_stale_or_was_used_is_refused(client, provider):
    provider.add("claire")
    state = query_of(go(client))["state"]

    answer = client.get(reverse("accounts:proconnect_callback"), {"code": "perime", "state": state})

    assert sentences(client, answer) == [proconnect.STALE]


def test_a_wrong_secret_of_ours_is_said_as_an_interruption(client, provider, settings):
    settings.PROCONNECT_CLIENT_SECRET = "faux"

    assert refused(client, provider, provider.add("claire")) == [proconnect.INTERRUPTED]


# The provider away.


def test_when_it_is_down_the_sign_in_page_answers_and_the_button_says_so_without_waiting_twice(client, provider):
    provider.down = True

    said = sentences(client, client.get(START, {"next": "/compte/profil/"}))

    assert said == [proconnect.AWAY]
    assert client.get(reverse("account_login")).status_code == 200


def test_when_nobody_listens_it_is_left_alone_for_a_while(client, provider, settings, monkeypatch):
    settings.PROCONNECT_ISSUER = "http://127.0.0.1:1"
    asked = []
    stream = httpx.Client.stream

    def counted(self, *args, **words):
        asked.append(args)
        return stream(self, *args, **words)

    monkeypatch.setattr(httpx.Client, "stream", counted)

    said = [sentences(client, client.get(START)) for _ in range(3)]

    assert (said, len(asked)) == ([[proconnect.AWAY]] * 3, 1)


def test_what_is_public_is_asked_once_an_hour(client, provider):
    provider.calls.clear()

    for sub in ("claire", "karim"):
        sign_in(client, provider, provider.add(sub))
        client.logout()

    assert [provider.calls.count(path) for path in ("/.well-known/openid-configuration", "/jwks")] == [1, 1]


def test_an_old_copy_serves_while_it_does_not_answer(client, provider):
    go(client)
    cache.delete(proconnect._key("configuration", "fresh"))
    provider.down = True

    assert go(client).startswith(f"{provider.address}/oauth2/authorize?")


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"issuer": "https://ailleurs.example"}, proconnect.UNVERIFIED),
        ({"authorization_endpoint": "javascript:alert(1)"}, proconnect.UNVERIFIED),
        ({"authorization_endpoint": None}, proconnect.UNVERIFIED),
        ({"trop": "x" * 300_000}, proconnect.AWAY),
    ],
)
def test_a_configuration_that_is_another_s_or_drowns_us_is_refused(client, provider, document, sentence):
    provider.spoil_configuration = lambda told: {**told, **document}

    assert sentences(client, client.get(START)) == [sentence]


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>"])
def test_an_answer_that_is_no_document_is_refused(client, provider, monkeypatch, body):
    monkeypatch.setattr(proconnect, "_ask", lambda *_, **__: (200, "application/json", body))

    assert sentences(client, client.get(START)) == [proconnect.AWAY]


def test_tokens_that_are_none_and_a_userinfo_refused_are_said(client, provider, monkeypatch):
    ask = proconnect._ask
    answers = {"token": (200, "application/json", b'{"access_token": 3}'), "userinfo": (401, "text/plain", b"")}
    provider.add("claire")
    said = []
    for end, answer in answers.items():
        monkeypatch.setattr(
            proconnect,
            "_ask",
            lambda method, address, end=end, answer=answer, **words: answer if address.endswith(end) else ask(method, address, **words),
        )
        said += sentences(client, sign_in(client, provider, "claire"))

    assert said == [proconnect.UNVERIFIED, proconnect.INTERRUPTED]


def test_who_starts_too_often_is_slowed_down(client, provider):
    for _ in range(10):
        go(client)
    provider.calls.clear()

    said = sentences(client, client.get(START))

    assert said == ["Trop de demandes en peu de temps. Patientez une minute avant de recommencer."]
    assert provider.calls == []


def test_who_is_signed_in_already_goes_on(client, provider):
    client.force_login(UserFactory())

    assert client.get(START, {"next": "/compte/profil/"}).url == "/compte/profil/"
    assert client.get(START).url == reverse("portal:dashboard")
    assert client.get(reverse("accounts:proconnect_callback")).url == reverse("portal:dashboard")
