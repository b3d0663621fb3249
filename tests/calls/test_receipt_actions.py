"""A receipt: sealed with its deposit, its PDF set once, whatever stops an attempt."""

import json
import logging
import re
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from hypothesis import given, strategies

from calls.actions import receipt as actions
from calls.actions.receipt import CODE_ALPHABET, CODE_LENGTH, read_receipt_pdf, sweep_receipts, write_receipt_pdf
from calls.enums import CheckOutcome
from calls.models import Receipt, SealKey
from calls.queries.receipt import check_number, check_pdf
from calls.receipt_document import marks_in, receipt_words
from calls.sealed import proof_of, receipt_statement, seal_of
from kit import clock, seals
from kit.canonical import sha256_hex
from tests.calls.cast import tell_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt():
    return tell_story().deposited().current_deposit.receipt


@pytest.fixture
def no_key(settings):
    settings.SEAL_KEY = ""
    return settings


def rewrite(sql: str, *values, table: str = "receipt") -> None:
    """Change a row behind the back of the triggers, as whoever owns the database may."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE calls_{table} DISABLE TRIGGER USER")
        cursor.execute(sql, values)
        cursor.execute(f"ALTER TABLE calls_{table} ENABLE TRIGGER USER")


def streams_of(document: bytes) -> list[bytes]:
    """The streams of a PDF, unpacked; an end that looks like a line's end may be cut, which only costs the checksum."""
    packed = re.findall(rb"stream\r?\n(x[\x01\x5e\x9c\xda].*?)\r?\nendstream", document, re.DOTALL)
    return [zlib.decompressobj().decompress(stream) for stream in packed]


def public_keys() -> dict[str, str]:
    key = seals.current_key()
    return {key.id: key.public}


def test_receipt_is_sealed_with_its_deposit(receipt):
    receipt.refresh_from_db()

    assert seals.verify(receipt_statement(receipt), seal_of(receipt), public_keys())
    said = json.loads(receipt_statement(receipt))["content"]
    assert (said["number"], said["received_at"]) == (receipt.number, receipt.deposit.arrived_at.isoformat())
    assert "code" not in said


def test_code_has_sixty_random_bits_in_groups(receipt):
    assert len(set(CODE_ALPHABET)) ** CODE_LENGTH >= 2**60
    assert re.fullmatch(rf"[{CODE_ALPHABET}]{{4}}(-[{CODE_ALPHABET}]{{4}}){{2}}", receipt.code_in_groups)


def test_pdf_is_set_sealed_and_stored_once(receipt):
    write_receipt_pdf(receipt.pk)
    receipt.refresh_from_db()
    first = (receipt.pdf.name, receipt.pdf_sha256)
    write_receipt_pdf(receipt.pk)
    receipt.refresh_from_db()

    document = read_receipt_pdf(receipt)
    assert (receipt.pdf.name, receipt.pdf_sha256) == first
    assert sha256_hex(document) == receipt.pdf_sha256
    assert b"<pdfuaid:part>1</pdfuaid:part>" in document
    assert receipt_statement(receipt) in streams_of(document)
    assert marks_in(document) == [(receipt.number, receipt.code)]
    assert [statement["key"] for statement in proof_of(receipt)["statements"]] == [seals.current_key().id] * 2
    assert (receipt.pdf_attempts, receipt.pdf_retry_at) == (1, None)


def test_pdf_is_set_when_asked_before_the_task_came(receipt):
    assert sha256_hex(read_receipt_pdf(receipt)) == receipt.pdf_sha256


def test_document_says_all_that_the_law_asks(receipt):
    words = receipt_words(receipt)

    assert [fact["label"] for fact in words["facts"]] == [
        "Reçu le",
        "Dossier",
        "Organisation",
        "Appel",
        "Déposé par",
        "Service chargé du dossier",
    ]
    assert [part["title"] for part in words["parts"]] == [
        "Sans réponse de l’administration",
        "Si une pièce manque",
        "Voies et délais de recours",
    ]
    assert words["check"] == {"url": "http://testserver/verifier/", "number": receipt.number, "code": receipt.code_in_groups}
    assert words["watermark"] is None


def test_demonstration_stands_across_the_document(receipt, settings):
    settings.DEMONSTRATION = True

    assert receipt_words(receipt)["watermark"] == "DÉMONSTRATION"


def test_notice_loses_its_marks_not_its_words(receipt):
    receipt.content["appeal_notice"] = "## Recours\n\n- **Gracieux**, [ici](https://exemple.fr/r)\n2. Contentieux\nFin.\n* Un."

    assert receipt_words(receipt)["parts"][2]["blocks"] == [
        {"is_list": False, "lines": ["Recours"]},
        {"is_list": True, "lines": ["Gracieux, ici (https://exemple.fr/r)", "Contentieux"]},
        {"is_list": False, "lines": ["Fin."]},
        {"is_list": True, "lines": ["Un."]},
    ]


def test_sweep_sets_what_no_task_came_for(receipt):
    assert sweep_receipts() == 0

    with clock.standing_at(clock.now() + timedelta(minutes=1)):
        assert (sweep_receipts(), sweep_receipts()) == (1, 0)
    receipt.refresh_from_db()
    assert receipt.pdf_sha256


def test_attempts_that_fail_are_spaced_then_left_to_whoever_asks(receipt, monkeypatch, caplog):
    caplog.set_level(logging.CRITICAL, logger="calls.actions.receipt")
    monkeypatch.setattr(actions, "receipt_pdf_of", lambda _receipt: 1 / 0)
    now, found = clock.now(), []

    for hours in range(0, 60, 7):
        with clock.standing_at(now + timedelta(hours=hours, minutes=1)):
            found.append(sweep_receipts())
    receipt.refresh_from_db()

    assert found == [1, 1, 1, 1, 1, 0, 0, 0, 0]
    assert (receipt.pdf_attempts, receipt.pdf_retry_at) == (actions.MOST_ATTEMPTS, None)
    assert read_receipt_pdf(receipt) is None
    monkeypatch.undo()
    assert read_receipt_pdf(receipt) is not None


def test_second_of_two_workers_leaves_no_file(receipt, monkeypatch):
    setting = actions.receipt_pdf_of

    def overtaken(mine: Receipt) -> bytes:
        monkeypatch.setattr(actions, "receipt_pdf_of", setting)
        write_receipt_pdf(mine.pk)
        return setting(mine)

    monkeypatch.setattr(actions, "receipt_pdf_of", overtaken)
    write_receipt_pdf(receipt.pk)
    receipt.refresh_from_db()

    _, files = default_storage.listdir(f"receipts/{receipt.uuid}")
    assert [f"receipts/{receipt.uuid}/{name}" for name in files] == [receipt.pdf.name]


def test_file_that_is_lost_or_is_another_is_not_handed_out(receipt, caplog):
    caplog.set_level(logging.CRITICAL, logger="calls.actions.receipt")
    write_receipt_pdf(receipt.pk)
    receipt.refresh_from_db()

    with Path(receipt.pdf.path).open("ab") as stream:
        stream.write(b" ")
    assert read_receipt_pdf(receipt) is None
    default_storage.delete(receipt.pdf.name)
    assert read_receipt_pdf(receipt) is None


def test_without_a_key_the_deposit_is_taken_and_sealed_later(no_key, settings, caplog):
    secret, now = seals.new_secret(), clock.now()
    application = tell_story().deposited()
    receipt = application.current_deposit.receipt
    assert [record.message for record in caplog.records] == [f"No key seals: receipt {receipt.number} waits."]
    assert (receipt.seal, receipt.sealed_at, proof_of(receipt)["statements"]) == ("", None, [])
    assert check_number(receipt.number, receipt.code).outcome == CheckOutcome.UNSEALED
    with clock.standing_at(now + timedelta(minutes=1)):
        assert sweep_receipts() == 0
    assert read_receipt_pdf(receipt) is None

    settings.SEAL_KEY = secret
    with clock.standing_at(now + timedelta(minutes=1)):
        assert sweep_receipts() == 1

    assert check_number(receipt.number, receipt.code).outcome == CheckOutcome.AUTHENTIC
    receipt.refresh_from_db()
    assert receipt.sealed_at > receipt.issued_at


@pytest.mark.parametrize("content", ["", "not a key", None])
def test_key_that_cannot_be_read_stops_no_deposit(no_key, tmp_path, caplog, content):
    caplog.set_level(logging.CRITICAL, logger="calls.actions.receipt")
    no_key.SEAL_KEY_FILE = tmp_path / "seal.key"
    no_key.SEAL_KEY_FILE.write_text(content) if content is not None else no_key.SEAL_KEY_FILE.mkdir()

    assert tell_story().deposited().current_deposit.receipt.seal == ""


def test_key_that_goes_between_setting_and_storing_costs_the_file_only(receipt, settings):
    setting = actions.receipt_pdf_of

    def without_key(mine: Receipt) -> bytes:
        settings.SEAL_KEY = ""
        return setting(mine)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions, "receipt_pdf_of", without_key)
        write_receipt_pdf(receipt.pk)
    receipt.refresh_from_db()

    assert (receipt.pdf_sha256, receipt.pdf.name) == ("", "")
    assert default_storage.listdir(f"receipts/{receipt.uuid}")[1] == []


@pytest.mark.parametrize("change", [{"number": "X-1"}, {"code": "2" * 12}, {"content": {}}, {"seal": ""}, {"sealed_at": None}])
def test_what_a_receipt_says_cannot_be_rewritten(receipt, change):
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(**change)


def test_sealed_pdf_cannot_be_replaced(receipt):
    write_receipt_pdf(receipt.pk)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(pdf_sha256="0" * 64)


# checks


def test_number_with_its_code_is_authentic(receipt):
    verdict = check_number(receipt.number, receipt.code)

    assert (verdict.outcome, verdict.receipt, verdict.key.id) == (CheckOutcome.AUTHENTIC, receipt, receipt.seal_key)


@pytest.mark.parametrize(("number", "code"), [("", ""), ("PIO26-0001-1", "222222222222"), ("PIO26-9999-1", None), ("PIO26-0001-1", "é")])
def test_wrong_code_and_unknown_number_answer_alike(receipt, number, code):
    verdict = check_number(number, receipt.code if code is None else code)

    assert (verdict.outcome, verdict.receipt, verdict.key) == (CheckOutcome.UNKNOWN, None, None)


def test_register_rewritten_behind_the_trigger_is_found(receipt):
    rewrite('UPDATE calls_receipt SET content = content || \'{"received_at": "2018-01-01T00:00:00+00:00"}\'')

    assert check_number(receipt.number, receipt.code).outcome == CheckOutcome.BROKEN


def test_deposit_rewritten_behind_the_trigger_is_found(receipt):
    rewrite("UPDATE calls_deposit SET content = replace(content, 'Un besoin.', 'Un autre.')", table="deposit")

    assert check_number(receipt.number, receipt.code).outcome == CheckOutcome.BROKEN


def test_pdf_put_in_the_place_of_another_is_found(receipt):
    write_receipt_pdf(receipt.pk)
    forged = b"%PDF-1.7 forged"
    rewrite("UPDATE calls_receipt SET pdf_sha256 = %s", sha256_hex(forged))

    assert check_pdf(forged, []).outcome == CheckOutcome.BROKEN


def test_file_as_it_was_given_is_authentic(receipt):
    document = read_receipt_pdf(receipt)

    assert check_pdf(document, marks_in(document)).outcome == CheckOutcome.AUTHENTIC


def test_any_flipped_byte_is_found(receipt):
    document = read_receipt_pdf(receipt)

    @given(strategies.integers(0, len(document) - 1), strategies.integers(1, 255))
    def flipped(place: int, mask: int) -> None:
        edited = bytearray(document)
        edited[place] ^= mask
        outcome = check_pdf(bytes(edited), marks_in(bytes(edited))).outcome
        assert outcome in {CheckOutcome.ALTERED, CheckOutcome.UNKNOWN}

    flipped()


def test_edited_receipt_is_recognised_as_one_of_ours(receipt):
    edited = read_receipt_pdf(receipt) + b"\n% changed"

    verdict = check_pdf(edited, marks_in(edited))

    assert (verdict.outcome, verdict.receipt) == (CheckOutcome.ALTERED, receipt)


def test_forged_mark_without_the_code_learns_nothing(receipt):
    forged = f"%PDF-1.7 accuse:{receipt.number}:222222222222".encode()

    assert marks_in(forged) == [(receipt.number, "222222222222")]
    assert check_pdf(forged, marks_in(forged)).outcome == CheckOutcome.UNKNOWN


def test_marks_read_in_one_file_are_few():
    forged = b"".join(b"accuse:A-%d:222222222222 " % index for index in range(100)) + b"accuse:\xff:222222222222"

    assert len(marks_in(forged)) == 4
    assert marks_in(b"accuse:\xff:222222222222") == [("\ufffd", "222222222222")]


def test_receipt_of_another_platform_is_unknown(receipt, settings):
    document = read_receipt_pdf(receipt)
    settings.SEAL_KEY = seals.new_secret()
    rewrite("DELETE FROM calls_receipt")

    assert check_pdf(document, marks_in(document)).outcome == CheckOutcome.UNKNOWN


def test_seal_of_a_key_that_nobody_noted_is_broken(receipt, settings):
    settings.SEAL_KEY = seals.new_secret()

    assert SealKey.objects.count() == 0
    assert check_number(receipt.number, receipt.code).outcome == CheckOutcome.BROKEN
