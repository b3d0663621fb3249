"""What anyone may learn of a receipt: whether a file, or a number with its code, is one of ours, and what it says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any

from django.db.models import QuerySet

from calls.enums import CheckOutcome
from calls.models import EliminatedReceipt, Receipt, SealKey
from calls.models.elimination import code_digest
from calls.sealed import pdf_seal_of, pdf_statement, receipt_statement, seal_of
from kit import seals
from kit.canonical import sha256_hex
from kit.seals import ALGORITHM


@dataclass(frozen=True, slots=True)
class KnownKey:
    """The public half of a key, and when it served."""

    id: str
    public_key: str
    in_use_from: datetime | None
    in_use_until: datetime | None = None
    compromised_at: datetime | None = None

    def published(self) -> dict[str, Any]:
        """As the address of public keys gives it."""
        return {
            "id": self.id,
            "algorithm": ALGORITHM,
            "public_key": self.public_key,
            "in_use_from": _iso(self.in_use_from),
            "in_use_until": _iso(self.in_use_until),
            "compromised_at": _iso(self.compromised_at),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found; `receipt` is there when it is authentic or altered, `key` when its seal holds, `eliminated` once its dossier went."""

    outcome: CheckOutcome
    receipt: Receipt | None = None
    key: KnownKey | None = None
    eliminated: EliminatedReceipt | None = None


UNKNOWN = Verdict(CheckOutcome.UNKNOWN)


def known_keys() -> dict[str, KnownKey]:
    """Every key by its id, the newest first: those noted, and the one that seals now, were it not noted yet. One query."""
    noted = {
        key.pk: KnownKey(key.pk, key.public_key, key.in_use_from, key.in_use_until, key.compromised_at) for key in SealKey.objects.all()
    }
    current = seals.current_key()
    if current is None or current.id in noted:
        return noted
    return {current.id: KnownKey(current.id, current.public, None), **noted}


def check_number(number: str, code: str) -> Verdict:
    """The receipt of this number, if the code is its own; a wrong code answers as an unknown number does. Two queries at most."""
    receipt = _receipts().filter(number=number).first()
    if receipt is None:
        return _check_eliminated(number, code)
    if not compare_digest(receipt.code.encode(), code.encode()):
        return UNKNOWN
    return _weighed(receipt)


def _check_eliminated(number: str, code: str) -> Verdict:
    eliminated = EliminatedReceipt.objects.select_related("line__list").filter(number=number).first()
    if eliminated is None or not compare_digest(eliminated.code_sha256, code_digest(number, code)):
        return UNKNOWN
    return Verdict(CheckOutcome.ELIMINATED, eliminated=eliminated)


def check_pdf(document: bytes, marks: Iterable[tuple[str, str]]) -> Verdict:
    """The receipt whose PDF is exactly this file. Another file that carries the number and code of one of ours was altered.

    Of a dossier that was eliminated, only the number and the code are still known: whether the file is intact is not.
    """
    receipt = _receipts().filter(pdf_sha256=sha256_hex(document)).first()
    if receipt is not None:
        return _weighed(receipt, with_pdf=True)
    for number, code in marks:
        marked = check_number(number, code)
        if marked.receipt is not None:
            return Verdict(CheckOutcome.ALTERED, marked.receipt)
        if marked.eliminated is not None:
            return marked
    return UNKNOWN


def _receipts() -> QuerySet[Receipt]:
    unread = (
        "deposit__search_text",
        "deposit__application__current_deposit__content",
        "deposit__application__current_deposit__search_text",
    )
    return Receipt.objects.select_related("deposit__application__current_deposit").defer(*unread)


def _weighed(receipt: Receipt, *, with_pdf: bool = False) -> Verdict:
    """A receipt of ours: authentic when its seals hold and its deposit is the one sealed, broken when our own register was changed."""
    if not receipt.seal:
        return Verdict(CheckOutcome.UNSEALED, receipt)
    keys = known_keys()
    public = {key.id: key.public_key for key in keys.values()}
    holds = seals.verify(receipt_statement(receipt), seal_of(receipt), public) and _deposit_is_the_one(receipt)
    if with_pdf:
        holds = holds and seals.verify(pdf_statement(receipt), pdf_seal_of(receipt), public)
    if not holds:
        return Verdict(CheckOutcome.BROKEN, receipt)
    return Verdict(CheckOutcome.AUTHENTIC, receipt, keys[receipt.seal_key])


def _deposit_is_the_one(receipt: Receipt) -> bool:
    sealed: str = receipt.content["content_sha256"]
    return sha256_hex(receipt.deposit.content.encode()) == sealed


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
