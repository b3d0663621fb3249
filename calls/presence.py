"""Who has a dossier open at this moment: kept in the cache for less than a minute, told by the pages themselves as they ask what changed."""

from hashlib import sha256
from uuid import UUID

from django.core.cache import cache

from accounts.models import User
from kit import clock, french

LIFE = 45
"""Seconds: twice what a page waits at most between two questions."""

Here = dict[int, tuple[str, str, float]]


def come(dossier: UUID, section: str, person: User) -> str:
    """Note that `person` has this section open, and say in a sentence who else is in the dossier; nothing when nobody is.

    Two pages that ask in the same instant may lose sight of each other until they ask again.
    """
    key, now = f"here:{dossier}", clock.now().timestamp()
    known: Here = cache.get(key) or {}
    here = {pk: place for pk, place in known.items() if place[2] > now - LIFE and pk != person.pk}
    cache.set(key, {**here, person.pk: (str(person), section, now)}, LIFE)
    beside = sorted(name for name, where, _ in here.values() if where == section)
    elsewhere = sorted(name for name, where, _ in here.values() if where != section)
    said = [_are(beside, "dans cette section"), _are(elsewhere, "dans une autre section")]
    return " ".join(filter(None, said))


def mark_of(said: str) -> str:
    """What a page sends back to say which sentence it shows."""
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:8] if said else ""


def _are(names: list[str], where: str) -> str:
    if not names:
        return ""
    return f"{french.joined(names)} {'est' if len(names) == 1 else 'sont'} {where}."
