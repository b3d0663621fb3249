"""A ProConnect for tests: a real OpenID Connect provider over HTTP on loopback, as strict as the State's, whose every answer a test may spoil.

oidc-provider-mock gives the code flow and its keys; here it gets what ProConnect adds: a userinfo that is a signed JWT, refusals of unknown
parameters and short secrets, PKCE, and a sign-out that leads back at once.
"""

import base64
import hashlib
import json
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import flask
import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from accounts import proconnect

with warnings.catch_warnings(record=True):  # the package still uses what its own library deprecates
    from oidc_provider_mock import User, app as provider_app
    from oidc_provider_mock._server import _threaded_server
    from oidc_provider_mock._storage import Storage

OLD_WORDS = (
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*exists_nonce.*:DeprecationWarning"),
)
CLIENT_ID = "french-impact"
CLIENT_SECRET = "un-secret-de-test"
SIRET = "00000101600013"
KNOWN = {"response_type", "client_id", "redirect_uri", "scope", "acr_values", "claims", "state", "nonce"}
KNOWN_WITH_PKCE = KNOWN | {"code_challenge", "code_challenge_method"}
SECRETS_LENGTH = 32
START = "/compte/proconnect/"


def same(thing: Any) -> Any:
    return thing


class Provider:
    """One running provider. `people` signs in by `sub`; the `spoil_*` functions change what it answers."""

    def __init__(self) -> None:
        self.address = ""
        self.key: Any = None
        self.kid = ""
        self.people: Any = None
        self.told: dict[str, dict[str, Any]] = {}
        self.behave()

    def behave(self) -> None:
        """Answer as ProConnect does, and forget what was asked."""
        self.pkce = True
        self.down = False
        self.calls: list[str] = []
        self.faults: list[str] = []
        self.signed_out: list[dict[str, str]] = []
        self.challenges: dict[str, str] = {}
        self.spoil_configuration: Callable[[dict[str, Any]], dict[str, Any]] = same
        self.spoil_id_token: Callable[[dict[str, Any]], dict[str, Any] | str] = same
        self.spoil_userinfo: Callable[[dict[str, Any]], dict[str, Any] | str] = same
        self.userinfo_kind = "application/jwt"

    def add(self, sub: str, **claims: Any) -> str:
        told = {"email": f"{sub}@exemple.fr", "given_name": "Claire", "usual_name": "Porteuse", "siret": SIRET, "amr": ["pwd"]}
        self.told[sub] = {**told, **claims}
        self.people(User(sub=sub, claims=self.told[sub]))
        return sub

    def sign(self, claims: dict[str, Any], *, key: Any = None, algorithm: str = "RS256", kid: str | None = None) -> str:
        return jwt.encode(claims, key or self.key, algorithm=algorithm, headers={"kid": kid or self.kid})

    def let_in(self, address: str, sub: str) -> str:
        """What the person does at the provider's page: the address on which they come back."""
        answer = httpx.post(address, data={"sub": sub})
        assert answer.status_code == 302, answer.text[:500]
        return answer.headers["Location"]

    def turn_away(self, address: str) -> str:
        return httpx.post(address, data={"action": "deny"}).headers["Location"]


def stranger_key() -> Any:
    """A key that the provider never published."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@contextmanager
def running_provider() -> Iterator[Provider]:
    provider = Provider()
    app = provider_app()
    _watch(app, provider)
    with _threaded_server(app, host="127.0.0.1") as server:
        provider.address = f"http://127.0.0.1:{server.server_port}"
        httpx.get(f"{provider.address}/jwks")  # its storage is known from the first request on
        yield provider


def _watch(app: flask.Flask, provider: Provider) -> None:
    @app.before_request
    def ask() -> Any:
        storage: Storage = flask.g.oidc_provider_mock_storage
        provider.people = storage.store_user
        provider.key = jwt.PyJWK.from_dict(storage.jwk.as_dict(is_private=True)).key
        provider.kid = storage.jwk.as_dict()["kid"]
        provider.calls.append(flask.request.path)
        if provider.down:
            return "à l’arrêt", 503
        return {"/oauth2/authorize": _authorize, "/oauth2/token": _token, "/oauth2/end_session": _end_session}.get(
            flask.request.path, lambda _provider: None
        )(provider)

    @app.after_request
    def answer(response: flask.Response) -> flask.Response:
        if response.status_code != 200:
            return response
        rewrite = {"/.well-known/openid-configuration": _configuration, "/oauth2/token": _tokens, "/userinfo": _userinfo}
        return rewrite.get(flask.request.path, lambda _provider, response: response)(provider, response)


def _refused(provider: Provider, fault: str) -> Any:
    provider.faults.append(fault)
    return fault, 400


def _authorize(provider: Provider) -> Any:
    asked = flask.request.args
    unknown = set(asked) - (KNOWN_WITH_PKCE if provider.pkce else KNOWN)
    if unknown:
        return _refused(provider, f"Y000400 {sorted(unknown)}")
    if min(len(asked.get("state", "")), len(asked.get("nonce", ""))) < SECRETS_LENGTH:
        return _refused(provider, "state or nonce too short")
    provider.challenges[asked["redirect_uri"]] = asked.get("code_challenge", "")
    return None


def _token(provider: Provider) -> Any:
    sent = flask.request.form
    if (sent["client_id"], sent["client_secret"]) != (CLIENT_ID, CLIENT_SECRET):
        return _refused(provider, "invalid_client")
    challenge = provider.challenges.get(sent["redirect_uri"])
    if challenge:
        digest = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if digest != challenge:
            return _refused(provider, "PKCE")
    return None


def _end_session(provider: Provider) -> Any:
    asked = flask.request.args.to_dict()
    if set(asked) != {"id_token_hint", "state", "post_logout_redirect_uri"}:
        return _refused(provider, f"Y000400 {sorted(asked)}")
    jwt.decode(asked["id_token_hint"], provider.key.public_key(), algorithms=["RS256"], audience=CLIENT_ID)
    provider.signed_out.append(asked)
    return flask.redirect(f"{asked['post_logout_redirect_uri']}?{urlencode({'state': asked['state']})}")


def _configuration(provider: Provider, response: flask.Response) -> flask.Response:
    document = json.loads(response.get_data())
    if provider.pkce:
        document["code_challenge_methods_supported"] = ["S256"]
    response.set_data(json.dumps(provider.spoil_configuration(document)))
    return response


def _tokens(provider: Provider, response: flask.Response) -> flask.Response:
    tokens = json.loads(response.get_data())
    claims = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    spoilt = provider.spoil_id_token(claims)
    tokens["id_token"] = spoilt if isinstance(spoilt, str) else provider.sign(spoilt)
    response.set_data(json.dumps(tokens))
    return response


def _userinfo(provider: Provider, response: flask.Response) -> flask.Response:
    now = int(time.time())
    sub = json.loads(response.get_data())["sub"]
    claims = {**provider.told[sub], "sub": sub, "iss": provider.address, "aud": CLIENT_ID, "iat": now, "exp": now + 60}
    spoilt = provider.spoil_userinfo(claims)
    if provider.userinfo_kind == "application/jwt":
        response.set_data(spoilt if isinstance(spoilt, str) else provider.sign(spoilt))
    response.headers["Content-Type"] = provider.userinfo_kind
    return response


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.fixture(scope="module")
def running():
    with running_provider() as running:
        yield running


@pytest.fixture
def provider(running, monkeypatch, settings):
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    settings.PROCONNECT_ISSUER = running.address
    settings.PROCONNECT_CLIENT_ID = CLIENT_ID
    settings.PROCONNECT_CLIENT_SECRET = CLIENT_SECRET
    running.behave()
    yield running
    proconnect.forget_provider()


def go(client, page=""):
    """The address at the provider where the site sends the visitor."""
    answer = client.get(START, {"next": page} if page else {})
    assert answer.status_code == 302
    return answer.url


def come_back(client, address):
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


def sign_in(client, provider, sub, page=""):
    return come_back(client, provider.let_in(go(client, page), sub))


def sentences(client, answer):
    return [str(message) for message in client.get(answer.url).context["messages"]]


def who(client):
    return client.session.get("_auth_user_id")
