"""Client of the State's company register (API Recherche d'entreprises): who is behind a SIRET or RNA, or why it cannot say.

It never raises and never blocks a form: a slow, absent or limiting service is an answer like another. The service allows few requests a
second for a whole address, so answers are cached, and after a failure it is left alone for a while.
"""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.core.cache import cache

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 2.0
LARGEST_ANSWER = 1_000_000
HIT_CACHED_SECONDS = 24 * 3600
UNKNOWN_CACHED_SECONDS = 10 * 60
REST_AFTER_FAILURE_SECONDS = 10
REST_WHEN_LIMITED_SECONDS = 5
LONGEST_REST_SECONDS = 120
REST_KEY = "company-register:rest"
MASK = "[NON-DIFFUSIBLE]"
FULLY_DISCLOSED = "O"


class Absence(StrEnum):
    """Why there is no identity."""

    UNKNOWN = "unknown"
    UNAVAILABLE = "unavailable"
    LIMITED = "limited"


@dataclass(frozen=True, slots=True)
class Identity:
    """What the register says of one establishment and its legal unit; nothing of name and place when its owner opposed disclosure."""

    siret: str
    rna: str = ""
    name: str = ""
    acronym: str = ""
    address: str = ""
    postcode: str = ""
    commune_code: str = ""
    commune_name: str = ""
    creation_date: date | None = None
    legal_category: str = ""
    activity_code: str = ""
    activity_nomenclature: str = ""
    workforce_band: str = ""
    registered_ess: bool | None = None
    closed: bool = False
    undisclosed: bool = False


Answer = Identity | Absence
Transport = httpx.BaseTransport


def find(number: str, *, transport: Transport | None = None) -> Answer:
    """The identity behind a clean SIRET or RNA `number`."""
    if settings.COMPANY_REGISTER_FIXTURES:
        return _from_fixtures(number)
    if not settings.COMPANY_REGISTER_URL:
        return Absence.UNAVAILABLE
    key = f"company-register:{number}"
    kept = _cached(key)
    if kept is not None:
        return _restored(kept)
    resting = _cached(REST_KEY)
    if resting is not None:
        return Absence(resting)
    answer = _ask(number, transport)
    if isinstance(answer, Identity):
        _keep(key, _storable(answer), HIT_CACHED_SECONDS)
    elif answer is Absence.UNKNOWN:
        _keep(key, answer.value, UNKNOWN_CACHED_SECONDS)
    return answer


def _ask(number: str, transport: Transport | None) -> Answer:
    try:
        with (
            httpx.Client(timeout=TIMEOUT_SECONDS, transport=transport, follow_redirects=False) as client,
            client.stream("GET", settings.COMPANY_REGISTER_URL, params={"q": number, "per_page": "5"}) as response,
        ):
            if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
                return _rest(Absence.LIMITED, _seconds(response.headers.get("Retry-After", "")))
            if response.status_code in {httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND}:
                return Absence.UNKNOWN
            response.raise_for_status()
            return read_answer(json.loads(_body(response)), number)
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
        logger.warning("The company register did not answer: %s", type(error).__name__)
        return _rest(Absence.UNAVAILABLE, REST_AFTER_FAILURE_SECONDS)


def _body(response: httpx.Response) -> bytes:
    """The answer's bytes, given up when they are too many or drip for too long."""
    started, parts, size = time.monotonic(), [], 0
    for part in response.iter_bytes():
        size += len(part)
        if size > LARGEST_ANSWER or time.monotonic() - started > TIMEOUT_SECONDS:
            raise httpx.ReadTimeout("The answer is too long.")
        parts.append(part)
    return b"".join(parts)


def read_answer(document: dict[str, Any], number: str) -> Answer:
    """The identity of `number` among the results of the service's answer; a neighbour that merely resembles it is not one."""
    for unit in document["results"]:
        complements = unit.get("complements") or {}
        head = unit.get("siege") or {}
        if complements.get("identifiant_association") == number:
            return _identity(unit, head, complements)
        for place in (head, *(unit.get("matching_etablissements") or [])):
            if place.get("siret") == number:
                return _identity(unit, place, complements)
    return Absence.UNKNOWN


def _identity(unit: dict[str, Any], place: dict[str, Any], complements: dict[str, Any]) -> Identity:
    closed = "C" in {unit.get("etat_administratif"), place.get("etat_administratif")}
    statuses = {unit.get("statut_diffusion") or FULLY_DISCLOSED, place.get("statut_diffusion_etablissement") or FULLY_DISCLOSED}
    if statuses != {FULLY_DISCLOSED}:
        return Identity(siret=place["siret"], legal_category=_text(unit, "nature_juridique", 4), closed=closed, undisclosed=True)
    ess = complements.get("est_ess")
    return Identity(
        siret=place["siret"],
        rna=_text(complements, "identifiant_association", 10),
        name=_text(unit, "nom_raison_sociale", 200) or _text(unit, "nom_complet", 200),
        acronym=_text(unit, "sigle", 60),
        address=_text(place, "adresse", 250),
        postcode=_text(place, "code_postal", 5),
        commune_code=_text(place, "commune", 5),
        commune_name=_text(place, "libelle_commune", 120),
        creation_date=_day(unit.get("date_creation")),
        legal_category=_text(unit, "nature_juridique", 4),
        activity_code=_text(unit, "activite_principale", 6),
        activity_nomenclature="NAFRev2" if unit.get("activite_principale") else "",
        workforce_band=_text(unit, "tranche_effectif_salarie", 2),
        registered_ess=ess if isinstance(ess, bool) else None,
        closed=closed,
    )


def _text(source: dict[str, Any], key: str, limit: int) -> str:
    value = source.get(key)
    return value.strip()[:limit] if isinstance(value, str) and value != MASK else ""


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _seconds(retry_after: str) -> int:
    return min(int(retry_after), LONGEST_REST_SECONDS) if retry_after.isdecimal() else REST_WHEN_LIMITED_SECONDS


def _rest(absence: Absence, seconds: int) -> Absence:
    _keep(REST_KEY, absence.value, seconds)
    return absence


def _storable(identity: Identity) -> dict[str, Any]:
    return asdict(identity)


def _restored(kept: Any) -> Answer:
    return Identity(**kept) if isinstance(kept, dict) else Absence(kept)


def _cached(key: str) -> Any:
    return _despite_cache(lambda: cache.get(key))


def _keep(key: str, value: Any, seconds: int) -> None:
    _despite_cache(lambda: cache.set(key, value, seconds))


def _despite_cache(act: Callable[[], Any]) -> Any:
    """A cache that is down makes the register slower, not the form fail."""
    try:
        return act()
    except Exception as error:  # noqa: BLE001 - each cache backend has its own errors
        logger.warning("The cache did not answer: %s", type(error).__name__)
        return None


def _from_fixtures(number: str) -> Answer:
    return read_answer(_fixtures(str(settings.COMPANY_REGISTER_FIXTURES)), number)


@lru_cache(maxsize=4)
def _fixtures(path: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    return document
