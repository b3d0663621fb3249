"""Writes of seal keys: which key seals, since when, until when, and which one is no longer to be believed."""

from datetime import datetime

from django.db import transaction
from django.db.models import Min

from calls.models import Receipt, SealKey
from kit import clock, seals


class UnknownKey(Exception):
    """No key has this id."""


class NoKey(Exception):
    """The settings name no key."""


@transaction.atomic
def register_current_key() -> SealKey | None:
    """Note the public half of the key that seals now, once; in use since its first seal. Nothing without a key."""
    key = seals.current_key()
    if key is None:
        return None
    known = SealKey.objects.filter(pk=key.id).first()
    if known is not None:
        return known
    first = Receipt.objects.filter(seal_key=key.id).aggregate(first=Min("sealed_at"))["first"]
    return SealKey.objects.get_or_create(pk=key.id, defaults={"public_key": key.public, "in_use_from": first or clock.now()})[0]


@transaction.atomic
def adopt_current_key() -> SealKey:
    """Note the key of the settings as the one in use, and every other as retired from now on. Refuses when there is none."""
    key = register_current_key()
    if key is None:
        raise NoKey("SEAL_KEY is not set.")
    now = clock.now()
    SealKey.objects.exclude(pk=key.pk).filter(in_use_until__isnull=True).update(in_use_until=now)
    SealKey.objects.filter(pk=key.pk).update(in_use_until=None)
    return key


@transaction.atomic
def declare_compromised(key_id: str, *, at: datetime) -> SealKey:
    """Say that the private half of a key is in other hands since `at`: its seals prove nothing by themselves any more. Refuses an unknown id."""
    key = SealKey.objects.select_for_update(of=("self",)).filter(pk=key_id).first()
    if key is None:
        raise UnknownKey(f"No key is named {key_id}.")
    key.compromised_at = min(at, key.compromised_at or at)
    key.save(update_fields=["compromised_at"])
    return key
