"""Seals: Ed25519 over bytes, by keys named after their own public half. A seal is « scellé », never « signature électronique »."""

import binascii
import hashlib
import os
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

ALGORITHM = "Ed25519"
SECRET_BYTES = 32
ID_LENGTH = 16
OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Seal:
    """Which key sealed, and the seal itself in base64."""

    key_id: str
    text: str


class PrivateKey:
    """A key that seals; its id is the beginning of its public half's SHA-256, so that no name can be given to another key."""

    def __init__(self, secret: str) -> None:
        """`secret` is 32 bytes in base64; anything else raises `ValueError`."""
        raw = _decoded(secret)
        if raw is None or len(raw) != SECRET_BYTES:
            raise ValueError("A sealing key is 32 bytes in base64: « manage.py seal_key new » makes one.")
        self._key = Ed25519PrivateKey.from_private_bytes(raw)
        public = self._key.public_key().public_bytes_raw()
        self.public = b64encode(public).decode()
        self.id = hashlib.sha256(public).hexdigest()[:ID_LENGTH]

    def seal(self, data: bytes) -> Seal:
        return Seal(self.id, b64encode(self._key.sign(data)).decode())


def new_secret() -> str:
    """The secret of a new key, as `SEAL_KEY` takes it."""
    return b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


def current_key() -> PrivateKey | None:
    """The key that seals now: that of `SEAL_KEY`, else that of the file `SEAL_KEY_FILE`, made at first use; none where neither is set."""
    return _key_of(settings.SEAL_KEY, settings.SEAL_KEY_FILE)


def seal(data: bytes) -> Seal | None:
    """Seal `data` with the current key; nothing without one, because what is deposited on closing day is taken all the same."""
    key = current_key()
    return key.seal(data) if key else None


def verify(data: bytes, sealed: Seal, public_keys: Mapping[str, str]) -> bool:
    """Whether `sealed` is the seal of exactly these bytes by one of `public_keys` (id → public half in base64)."""
    public, text = _decoded(public_keys.get(sealed.key_id, "")), _decoded(sealed.text)
    if not public or not text:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(text, data)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=8)
def _key_of(secret: str, file: Path | None) -> PrivateKey | None:
    if secret:
        return PrivateKey(secret)
    return PrivateKey(_kept_in(file)) if file else None


def _kept_in(file: Path) -> str:
    """The secret in `file`, made if there is none; of several processes that make one at once, one wins and all read it."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
        try:
            os.fchmod(descriptor, OWNER_ONLY)
            with os.fdopen(descriptor, "w") as stream:
                stream.write(new_secret())
            with suppress(FileExistsError):
                os.link(draft, file)
        finally:
            Path(draft).unlink()
    return file.read_text().strip()


def _decoded(text: str) -> bytes | None:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
