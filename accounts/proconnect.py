"""Client of ProConnect, the State's OpenID Connect provider for professionals: where to send a person, and who came back, verified.

It trusts nothing that is not signed: the ID token and the userinfo (a JWT at ProConnect) are verified against the provider's keys, its
issuer and our client. Every refusal is a `ProConnectRefusal` that holds the sentence for the person and the reason for the log.
"""

import base64
import hashlib
import json
import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NoReturn
from urllib.parse import urlencode

import httpx
import jwt
from django.conf import settings
from django.core.cache import cache

from kit.breaker import Breaker

logger = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(4.0, connect=2.0)
LARGEST_ANSWER = 200_000
SCOPES = "openid email given_name usual_name siret"
# The factors of the identity provider are told only to who asks.
CLAIMS = json.dumps({"id_token": {"amr": {"essential": True}}}, separators=(",", ":"))
ALGORITHMS = ("RS256", "ES256")
SKEW = 60
"""Seconds by which two clocks may differ."""
KEPT_SECONDS = 3600
KEPT_IF_AWAY_SECONDS = 7 * 24 * 3600

AGAIN = "Recommencez, ou demandez un code par courriel : il ouvre le même compte."
AWAY = "ProConnect ne répond pas pour le moment. Demandez un code par courriel : il ouvre le même compte."
INTERRUPTED = f"La connexion avec ProConnect a été interrompue. {AGAIN}"
STALE = f"Cette connexion avec ProConnect n’est plus valable : elle a déjà servi, a trop tardé ou a commencé ailleurs. {AGAIN}"
UNVERIFIED = f"La réponse de ProConnect n’a pas pu être vérifiée : vous n’avez pas été connecté. {AGAIN}"
NO_ADDRESS = "ProConnect n’a pas transmis d’adresse électronique vérifiée. Demandez un code par courriel, ou créez un compte."

provider = Breaker(timedelta(seconds=10))
"""Leaves ProConnect alone for a while after it did not answer: nobody pays its timeout twice."""


class ProConnectRefusal(Exception):
    """The person is not signed in; the argument is the sentence that tells them why and what to do."""


@dataclass(frozen=True, slots=True)
class Departure:
    """What is remembered of a person sent to ProConnect: three secrets that must come back, or match what does."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Departure":
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who came back, as the provider signed it; `id_token` is shown again to sign out there."""

    sub: str
    email: str
    given_name: str
    usual_name: str
    siret: str
    factors: frozenset[str]
    id_token: str


def is_configured() -> bool:
    return bool(settings.PROCONNECT_ISSUER)


def authorization_url(departure: Departure, redirect_uri: str) -> str:
    """Where the person goes to sign in. An unknown parameter is refused by ProConnect: PKCE is used when the provider announces it."""
    configuration = _configuration()
    parameters = {
        "response_type": "code",
        "client_id": settings.PROCONNECT_CLIENT_ID,
        "redirect_uri": redirect_uri,
        "scope": SCOPES,
        "acr_values": settings.PROCONNECT_ACR_VALUES,
        "claims": CLAIMS,
        "state": departure.state,
        "nonce": departure.nonce,
    }
    if _announces_pkce(configuration):
        digest = hashlib.sha256(departure.verifier.encode()).digest()
        parameters |= {"code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), "code_challenge_method": "S256"}
    return f"{_endpoint(configuration, 'authorization_endpoint')}?{urlencode(parameters)}"


def logout_url(id_token: str, state: str, redirect_uri: str) -> str:
    """Where the person goes to sign out there too; empty when the provider does not say where, or does not answer."""
    try:
        page = _endpoint(_configuration(), "end_session_endpoint")
    except ProConnectRefusal:
        return ""
    return f"{page}?{urlencode({'id_token_hint': id_token, 'state': state, 'post_logout_redirect_uri': redirect_uri})}"


def arrival(code: str, departure: Departure, redirect_uri: str) -> Arrival:
    """Exchange `code` for the person's claims, each verified. Refuses whatever is unsigned, badly signed, stale or not meant for us."""
    configuration = _configuration()
    tokens = _exchange(configuration, code, departure, redirect_uri)
    id_token = tokens.get("id_token")
    access_token = tokens.get("access_token")
    if not isinstance(id_token, str) or not isinstance(access_token, str):
        _refuse(UNVERIFIED, "the answer holds no tokens")
    identity = _verified(id_token, configuration, required=("exp", "iat", "sub", "nonce"))
    if not secrets.compare_digest(str(identity["nonce"]).encode(), departure.nonce.encode()):
        _refuse(UNVERIFIED, "another nonce")
    if identity.get("azp", settings.PROCONNECT_CLIENT_ID) != settings.PROCONNECT_CLIENT_ID:
        _refuse(UNVERIFIED, "another authorized party")
    person = _verified(_userinfo(configuration, access_token), configuration, required=("sub",))
    if person["sub"] != identity["sub"]:
        _refuse(UNVERIFIED, "userinfo of another person")
    return _arrival(person, identity, id_token)


def forget_provider() -> None:
    """Forget what is kept of the provider, as when its keys change or a test starts another."""
    cache.delete_many([_key(what, age) for what in ("configuration", "keys") for age in ("fresh", "old")])
    provider.reset()


def _arrival(person: dict[str, Any], identity: dict[str, Any], id_token: str) -> Arrival:
    email = _text(person, "email", 254)
    if "@" not in email or person.get("email_verified") is False:
        _refuse(NO_ADDRESS, "no verified address")
    sub = _text(identity, "sub", 255)
    if not sub:
        _refuse(UNVERIFIED, "no usable sub")
    factors = identity.get("amr")
    return Arrival(
        sub=sub,
        email=email,
        given_name=_text(person, "given_name", 100),
        usual_name=_text(person, "usual_name", 100),
        siret=_text(person, "siret", 20),
        factors=frozenset(factor for factor in factors if isinstance(factor, str)) if isinstance(factors, list) else frozenset(),
        id_token=id_token,
    )


def _text(claims: dict[str, Any], name: str, longest: int) -> str:
    """A claim as a line of text that a column can hold; one that is too long is none, rather than someone else's."""
    value = claims.get(name)
    text = "".join(char for char in value if char.isprintable()).strip() if isinstance(value, str) else ""
    return text if len(text) <= longest else ""


def _exchange(configuration: dict[str, Any], code: str, departure: Departure, redirect_uri: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": settings.PROCONNECT_CLIENT_ID,
        "client_secret": settings.PROCONNECT_CLIENT_SECRET,
    }
    if _announces_pkce(configuration):
        form["code_verifier"] = departure.verifier
    status, _, body = _ask("POST", _endpoint(configuration, "token_endpoint"), data=form)
    tokens = _json(body)
    if status != httpx.codes.OK:
        fault = str(tokens.get("error", ""))[:60]
        _refuse(STALE if fault == "invalid_grant" else INTERRUPTED, f"the code was refused ({status} {fault})")
    return tokens


def _userinfo(configuration: dict[str, Any], access_token: str) -> str:
    """The signed userinfo; one in plain JSON proves nothing."""
    page = _endpoint(configuration, "userinfo_endpoint")
    status, kind, body = _ask("GET", page, headers={"Authorization": f"Bearer {access_token}", "Accept": "application/jwt"})
    if status != httpx.codes.OK:
        _refuse(INTERRUPTED, f"userinfo answers {status}")
    if kind.partition(";")[0].strip().lower() != "application/jwt":
        _refuse(UNVERIFIED, f"unsigned userinfo ({kind[:60]})")
    return body.decode("ascii", "replace").strip()


def _verified(token: str, configuration: dict[str, Any], *, required: tuple[str, ...]) -> dict[str, Any]:
    """The claims of `token`, signed by the provider for this very client."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _signing_key(token, configuration),
            algorithms=ALGORITHMS,
            audience=settings.PROCONNECT_CLIENT_ID,
            issuer=settings.PROCONNECT_ISSUER,
            leeway=SKEW,
            options={"require": ["iss", "aud", *required]},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        _refuse(UNVERIFIED, f"{type(error).__name__}: {error}")
    return claims


def _signing_key(token: str, configuration: dict[str, Any]) -> jwt.PyJWK:
    """The provider's key that the token names, asked again once if it is a new one."""
    header = jwt.get_unverified_header(token)
    if header.get("alg") not in ALGORITHMS:
        raise jwt.InvalidAlgorithmError(f"algorithm {header.get('alg')!r}")
    for fresh in (False, True):
        document = _kept("keys", _endpoint(configuration, "jwks_uri"), fresh=fresh)
        keys = [
            key for key in jwt.PyJWKSet.from_dict(document).keys if key.public_key_use in {None, "sig"} and key.key_type in {"RSA", "EC"}
        ]
        named = [key for key in keys if key.key_id == header.get("kid")]
        if named or (header.get("kid") is None and len(keys) == 1):
            return named[0] if named else keys[0]
    raise jwt.InvalidKeyError(f"unknown key {header.get('kid')!r}")


def _configuration() -> dict[str, Any]:
    """The discovery document, kept for an hour; it must name the issuer that was configured."""
    document = _kept("configuration", f"{settings.PROCONNECT_ISSUER}/.well-known/openid-configuration")
    if document.get("issuer") != settings.PROCONNECT_ISSUER:
        _refuse(UNVERIFIED, f"another issuer: {document.get('issuer')!r}")
    return document


def _endpoint(configuration: dict[str, Any], name: str) -> str:
    """An address of the provider: on https where the issuer is."""
    address = configuration.get(name)
    scheme = settings.PROCONNECT_ISSUER.partition("://")[0]
    if not isinstance(address, str) or not address.startswith(("https://", f"{scheme}://")):
        _refuse(UNVERIFIED, f"no {name}")
    return address


def _announces_pkce(configuration: dict[str, Any]) -> bool:
    return "S256" in (configuration.get("code_challenge_methods_supported") or [])


def _kept(what: str, address: str, *, fresh: bool = False) -> dict[str, Any]:
    """A public document of the provider: from the cache, else asked; an old copy serves while it does not answer."""
    document: dict[str, Any] | None = None if fresh else cache.get(_key(what, "fresh"))
    if document is not None:
        return document
    try:
        status, _, body = _ask("GET", address)
        document = _json(body)
        if status != httpx.codes.OK or not document:
            _refuse(AWAY, f"{address} answers {status}")
    except ProConnectRefusal:
        document = cache.get(_key(what, "old"))
        if document is None:
            raise
        return document
    cache.set(_key(what, "fresh"), document, KEPT_SECONDS)
    cache.set(_key(what, "old"), document, KEPT_IF_AWAY_SECONDS)
    return document


def _key(what: str, age: str) -> str:
    return f"proconnect:{hashlib.sha256(settings.PROCONNECT_ISSUER.encode()).hexdigest()[:16]}:{what}:{age}"


def _ask(method: str, address: str, **words: Any) -> tuple[int, str, bytes]:
    """Status, content type and body; a provider that does not answer, or drowns us, is left alone for a moment."""
    if provider.is_open:
        _refuse(AWAY, "at rest after a failure")
    try:
        with (
            httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client,
            client.stream(method, address, **words) as response,
        ):
            body = b""
            for part in response.iter_bytes():
                body += part
                if len(body) > LARGEST_ANSWER:
                    raise httpx.ReadError("The answer is too long.")
            status, kind = response.status_code, response.headers.get("Content-Type", "")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        provider.trip()
        _refuse(AWAY, f"{address}: {type(error).__name__}")
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        _refuse(AWAY, f"{address} answers {status}")
    return status, kind, body


def _json(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _refuse(sentence: str, reason: str) -> NoReturn:
    logger.warning("ProConnect: %s", reason)
    raise ProConnectRefusal(sentence)
