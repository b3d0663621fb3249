"""What is sealed of a receipt, byte for byte: the form must never move under the seals that were made of it."""

from datetime import UTC, datetime

from calls.models import Receipt
from calls.sealed import pdf_statement, proof_of, receipt_statement

AT = datetime(2018, 2, 26, 11, 0, tzinfo=UTC)
RECEIPT = Receipt(
    number="PIO18-0001-1",
    code="ABCDEFGHJKLM",
    issued_at=AT,
    sealed_at=AT,
    content={"service": {"name": "Bureau de l’e\u0301conomie"}, "received_at": "2018-02-26T11:00:00+00:00"},
    seal="c2NlYXU=",
    seal_key="k1",
    pdf_sha256="0" * 64,
    pdf_seal="cGRm",
    pdf_seal_key="k2",
)
SAID = (
    '{"content":{"issued_at":"2018-02-26T11:00:00.000000Z","number":"PIO18-0001-1","received_at":"2018-02-26T11:00:00+00:00",'
    '"sealed_at":"2018-02-26T11:00:00.000000Z","service":{"name":"Bureau de l’économie"}},"format":"frenchimpact.receipt","version":1}'
)
OF_THE_PDF = f'{{"content":{{"number":"PIO18-0001-1","sha256":"{"0" * 64}"}},"format":"frenchimpact.receipt-pdf","version":1}}'


def test_statements_are_these_bytes():
    assert receipt_statement(RECEIPT) == SAID.encode()
    assert pdf_statement(RECEIPT) == OF_THE_PDF.encode()


def test_proof_holds_both_with_their_seals_and_never_the_code():
    proof = proof_of(RECEIPT)

    assert proof == {
        "format": "frenchimpact.proof",
        "version": 1,
        "number": "PIO18-0001-1",
        "statements": [
            {"text": SAID, "algorithm": "Ed25519", "key": "k1", "seal": "c2NlYXU="},
            {"text": OF_THE_PDF, "algorithm": "Ed25519", "key": "k2", "seal": "cGRm"},
        ],
    }
