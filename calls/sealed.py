"""What is sealed of a receipt, byte for byte, and the proof that its holder may take away. Pure."""

from typing import Any

from calls.models import Receipt
from kit.canonical import versioned
from kit.seals import ALGORITHM, Seal

RECEIPT_KIND, RECEIPT_VERSION = "frenchimpact.receipt", 1
PDF_KIND, PDF_VERSION = "frenchimpact.receipt-pdf", 1
PROOF_KIND, PROOF_VERSION = "frenchimpact.proof", 1


def receipt_statement(receipt: Receipt) -> bytes:
    """All that the receipt says, its number and its dates; the code is left out, so that the proof may be shown to anyone."""
    said = {"number": receipt.number, "issued_at": receipt.issued_at, "sealed_at": receipt.sealed_at, **receipt.content}
    return versioned(RECEIPT_KIND, RECEIPT_VERSION, said)


def pdf_statement(receipt: Receipt) -> bytes:
    """That the PDF of this number is the file of that digest."""
    return versioned(PDF_KIND, PDF_VERSION, {"number": receipt.number, "sha256": receipt.pdf_sha256})


def seal_of(receipt: Receipt) -> Seal:
    return Seal(receipt.seal_key, receipt.seal)


def pdf_seal_of(receipt: Receipt) -> Seal:
    return Seal(receipt.pdf_seal_key, receipt.pdf_seal)


def proof_of(receipt: Receipt) -> dict[str, Any]:
    """What an offline check reads: each statement as the very text that was sealed, with its seal and the name of its key."""
    sealed = [(receipt_statement(receipt), seal_of(receipt))] if receipt.seal else []
    if receipt.pdf_sha256:
        sealed.append((pdf_statement(receipt), pdf_seal_of(receipt)))
    return {
        "format": PROOF_KIND,
        "version": PROOF_VERSION,
        "number": receipt.number,
        "statements": [{"text": text.decode(), "algorithm": ALGORITHM, "key": seal.key_id, "seal": seal.text} for text, seal in sealed],
    }
