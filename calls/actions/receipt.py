"""Writes of receipts: issue one with its seal, set its PDF, seal later what had to wait for a key."""

import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from calls import tasks
from calls.actions.seal import register_current_key
from calls.models import Deposit, Receipt
from calls.receipt_document import receipt_pdf_of
from calls.sealed import pdf_statement, receipt_statement
from kit import clock, seals
from kit.broker import hand
from kit.canonical import sha256_hex

logger = logging.getLogger(__name__)

CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs that nobody takes for one another: five bits each."""
CODE_LENGTH = 12
DELAYS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=6))
"""Between one attempt to set a PDF and the next."""
MOST_ATTEMPTS = len(DELAYS) + 1
BATCH = 200


def issue_receipt(deposit: Deposit, number: str, content: dict[str, Any]) -> Receipt:
    """Acknowledge `deposit`, in its own transaction: one row, sealed when there is a key. Its PDF is set after commit."""
    receipt = new_receipt(deposit, number, content)
    receipt.save()
    transaction.on_commit(lambda: hand.give(tasks.write_receipt_pdf.delay, receipt.pk))
    return receipt


def new_receipt(deposit: Deposit, number: str, content: dict[str, Any], *, issued_at: datetime | None = None) -> Receipt:
    """The receipt with its random code and its seal, not yet stored."""
    receipt = Receipt(deposit=deposit, number=number, code=new_code(), content=content, issued_at=issued_at or clock.now())
    put_seal(receipt)
    return receipt


def new_code() -> str:
    """Sixty random bits: with a number, they open what the receipt says."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def put_seal(receipt: Receipt) -> bool:
    """Seal the receipt in memory; False, and an error in the log, without a key that can be read: a deposit on time is taken all the same."""
    receipt.sealed_at = clock.now()
    try:
        sealed = seals.seal(receipt_statement(receipt))
    except (ValueError, OSError):
        logger.exception("The key that seals receipts cannot be read.")
        sealed = None
    if sealed is None:
        receipt.sealed_at = None
        logger.error("No key seals: receipt %s waits.", receipt.number)
        return False
    receipt.seal, receipt.seal_key = sealed.text, sealed.key_id
    return True


def write_receipt_pdf(pk: int) -> None:
    """Seal the receipt if that still waits, set its PDF, seal and store it; nothing if it is there.

    Whatever stops an attempt, the row says when the next is due; after five, only whoever opens the PDF causes another.
    """
    receipt = _begin(pk)
    if receipt is None:
        return
    try:
        _store(receipt, receipt_pdf_of(receipt))
    except Exception:
        logger.exception("The PDF of receipt %s could not be set.", receipt.number)


def sweep_receipts() -> int:
    """Set the PDFs that no task came for, a batch of them; return how many were found. Notes the key that seals now among those known."""
    if register_current_key() is None:
        return 0
    pks = list(Receipt.objects.owed_at(clock.now()).order_by("-issued_at", "-pk").values_list("pk", flat=True)[:BATCH])
    for pk in pks:
        write_receipt_pdf(pk)
    return len(pks)


def read_receipt_pdf(receipt: Receipt) -> bytes | None:
    """The PDF as it was sealed, set now if nobody did; nothing when it cannot be had at this moment."""
    if not receipt.pdf_sha256:
        write_receipt_pdf(receipt.pk)
        receipt.refresh_from_db()
    if not receipt.pdf_sha256:
        return None
    try:
        with receipt.pdf.open("rb") as stream:
            document: bytes = stream.read()
    except Exception:
        logger.exception("The PDF of receipt %s cannot be read.", receipt.number)
        return None
    if sha256_hex(document) != receipt.pdf_sha256:
        logger.error("The PDF of receipt %s is not the one that was sealed.", receipt.number)
        return None
    return document


@transaction.atomic
def _begin(pk: int) -> Receipt | None:
    """Note the attempt, and when the next one is due if this one is interrupted."""
    waiting = Receipt.objects.filter(pk=pk, pdf_sha256="")
    receipt = waiting.select_for_update(of=("self",), skip_locked=True).first()
    if receipt is None or not (receipt.seal or put_seal(receipt)):
        return None
    receipt.pdf_retry_at = clock.now() + DELAYS[receipt.pdf_attempts] if receipt.pdf_attempts < len(DELAYS) else None
    receipt.pdf_attempts = min(receipt.pdf_attempts + 1, MOST_ATTEMPTS)
    receipt.save(update_fields=["seal", "seal_key", "sealed_at", "pdf_attempts", "pdf_retry_at"])
    return receipt


def _store(receipt: Receipt, document: bytes) -> None:
    """Store the file, then say so; the file of who came second is erased again."""
    name = default_storage.save(receipt.pdf.field.generate_filename(receipt, f"{receipt.number}.pdf"), ContentFile(document))
    stored = False
    try:
        stored = _say_stored(receipt.pk, name, sha256_hex(document))
    finally:
        if not stored:
            default_storage.delete(name)


@transaction.atomic
def _say_stored(pk: int, name: str, digest: str) -> bool:
    receipt = Receipt.objects.select_for_update(of=("self",)).get(pk=pk)
    if receipt.pdf_sha256:
        return False
    receipt.pdf, receipt.pdf_sha256 = name, digest
    sealed = seals.seal(pdf_statement(receipt))
    if sealed is None:
        return False
    receipt.pdf_seal, receipt.pdf_seal_key, receipt.pdf_retry_at = sealed.text, sealed.key_id, None
    receipt.save(update_fields=["pdf", "pdf_sha256", "pdf_seal", "pdf_seal_key", "pdf_retry_at"])
    return True
