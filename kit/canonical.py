"""One way to write a value as JSON, so that equal values have equal bytes and a digest proves them."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

LARGEST_INTEGER = 2**53 - 1


def canonical_json(value: Any) -> bytes:
    """UTF-8 JSON without spaces, keys sorted by code point, strings in NFC.

    A `Decimal` becomes a string in plain notation without idle zeros (1.50 and 1.5 are one amount), an instant its UTC form with
    microseconds and `Z`, a day its ISO form, a UUID its usual form. Refused with `TypeError` or `ValueError`, because another reader would
    find something else: floats, infinite or undefined decimals, integers beyond 2⁵³, instants without a zone, keys that are not
    strings or that become equal in NFC, sets, halves of surrogate pairs.
    """
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def versioned(kind: str, version: int, content: Any) -> bytes:
    """Canonical JSON of `content` in an envelope that says what it is and by which version of its format to read it."""
    return canonical_json({"format": kind, "version": version, "content": content})


def sha256_hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one line a type reads as the table that it is
    match value:
        case None | bool():
            return value
        case str():
            return unicodedata.normalize("NFC", str(value))
        case int():
            return _integer(value)
        case Decimal():
            return _decimal(value)
        case datetime():
            return _instant(value)
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Mapping():
            return _object(value)
        case list() | tuple():
            return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form.")


def _integer(value: int) -> int:
    if abs(value) > LARGEST_INTEGER:
        raise ValueError("An integer beyond 2⁵³ is read differently by different readers: give it as a string.")
    return int(value)


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError("A decimal is a finite number.")
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("An instant is aware.")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _object(value: Mapping[Any, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise TypeError("A key is a string.")
        name = unicodedata.normalize("NFC", str(key))
        if name in plain:
            raise ValueError(f"Two keys are one in NFC: {name!r}.")
        plain[name] = _plain(item)
    return plain
