"""Files given in answer to questions: sent piece by piece or whole, checked, named by the answer and by the deposit, erased."""

import hashlib
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import Storage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from calls.actions.application import RoundNotOpen, delete_draft, withdraw_application
from calls.actions.attachment import (
    MOST_UNDER_WAY,
    Brought,
    WrongOffset,
    give_file,
    give_files,
    remove_attachment,
)
from calls.actions.deposit import IncompleteApplication
from calls.actions.round import QUESTION_FIELDS
from calls.enums import AttachmentState
from calls.kinds import EMPTY
from calls.models import Attachment, Round
from calls.models.attachment import CHUNK
from kit import clock
from kit.workflow import RefusedTransition
from tests.calls.cast import Story, join
from tests.calls.files import KEY, answer_of, begin, content_of, give, question_of, send, stored_files, story_with_files
from tests.factories.accounts import UserFactory
from tests.factories.files import EICAR, docx, pdf, pdf_of, photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def story() -> Story:
    return story_with_files()


@pytest.fixture
def application(story):
    return story.start()


# ── receiving


def test_file_sent_in_pieces_is_stored_with_its_digest_and_named_by_the_answer(
    story, application, django_capture_on_commit_callbacks, settings
):
    data = pdf_of(2 * CHUNK + 1_000)

    with django_capture_on_commit_callbacks(execute=True):
        sent = give(story, application, "Statuts signés.pdf", data)

    assert (sent.state, sent.size, sent.content_type) == (AttachmentState.READY, len(data), "application/pdf")
    assert sent.sha256 == hashlib.sha256(data).hexdigest()
    assert content_of(sent) == data
    answer = answer_of(application)
    assert answer.typed == [str(sent.uuid)]
    assert answer.value == [
        {"uuid": str(sent.uuid), "name": "Statuts signés.pdf", "size": len(data), "content_type": "application/pdf", "sha256": sent.sha256}
    ]
    assert (answer.by, answer.version) == (story.carrier, 1)
    application.refresh_from_db()
    assert application.revision == 1
    assert stored_files() == ["fichier.pdf"]


def test_piece_that_comes_twice_changes_nothing_and_one_out_of_order_is_told_where_to_go_on(story, application):
    data = pdf_of(2 * CHUNK + 10)
    sent = begin(story, application, data=data)
    first, second, last = data[:CHUNK], data[CHUNK : 2 * CHUNK], data[2 * CHUNK :]

    with pytest.raises(WrongOffset) as early:
        send(story, sent, second, offset=CHUNK)
    send(story, sent, first)
    again = send(story, sent, first)
    with pytest.raises(WrongOffset):
        send(story, sent, first[:-1], offset=CHUNK)
    with pytest.raises(WrongOffset):
        send(story, sent, b"", offset=CHUNK)
    with pytest.raises(WrongOffset):
        send(story, sent, first, offset=-1)
    send(story, sent, second, offset=CHUNK)
    done = send(story, sent, last, offset=2 * CHUNK)
    late = send(story, sent, last, offset=2 * CHUNK)

    assert early.value.attachment.received == 0
    assert again.received == CHUNK
    assert (done.state, late.state) == (AttachmentState.READY, AttachmentState.READY)
    assert answer_of(application).version == 1


def test_sending_of_the_same_key_is_taken_up_where_it_stopped(story, application):
    data = pdf_of(CHUNK + 10)
    send(story, begin(story, application, data=data), data[:CHUNK])

    resumed = begin(story, application, data=data)
    done = send(story, resumed, data[CHUNK:], offset=CHUNK)

    assert resumed.received == CHUNK
    assert begin(story, application, data=data).pk == done.pk
    assert Attachment.objects.count() == 1


def test_piece_left_by_an_interrupted_request_is_written_over(story, application):
    data = pdf()
    sent = begin(story, application, data=data)
    default_storage.save(sent.piece, SimpleUploadedFile("x", b"half"))

    done = send(story, sent, data)

    assert content_of(done) == data


def test_last_piece_sent_again_takes_in_what_a_dead_process_left(story, application, monkeypatch):
    data = pdf()
    sent = begin(story, application, data=data)
    with monkeypatch.context() as patch:
        patch.setattr("calls.actions.attachment._finish", failing(OSError("disque plein")))
        with pytest.raises(OSError, match="disque plein"):
            send(story, sent, data)

    done = send(story, sent, data)

    assert done.state == AttachmentState.READY


def failing(fault: Exception):
    def fail(*_args, **_kwargs):
        raise fault

    return fail


def test_file_whose_row_cannot_be_written_is_taken_away_again(story, application, monkeypatch):
    monkeypatch.setattr("calls.actions.attachment.write_answer", failing(RoundNotOpen("close")))
    sent = begin(story, application, data=pdf())

    with pytest.raises(RoundNotOpen):
        send(story, sent, pdf())

    assert stored_files() == ["000000000000"]


# ── refusing


@pytest.mark.parametrize(
    ("name", "size", "code"),
    [
        ("vide.pdf", 0, "empty"),
        ("lourd.pdf", 5 * 1024 * 1024 + 1, "too_big"),
        ("programme.exe", 10, "extension"),
        ("dessin.svg", 10, "extension"),
        ("page.html", 10, "extension"),
        ("sans-extension", 10, "extension"),
        ("x" * 100_000, 10, "extension"),
        ("", 10, "extension"),
    ],
)
def test_file_that_its_name_or_size_excludes_is_not_begun(story, application, name, size, code):
    with pytest.raises(ValidationError) as refused:
        begin(story, application, name=name, size=size)

    assert refused.value.code == code
    assert not Attachment.objects.exists()


def test_question_takes_the_formats_and_the_size_that_it_says(story, application):
    story.round.questions.filter(key=KEY).update(file_families=["images"], largest_mb=50)
    Round.objects.filter(pk=story.round.pk).update(published_at=clock.now())
    story.round.refresh_from_db()

    with pytest.raises(ValidationError, match="jpeg, jpg ou png"):
        begin(story, application, name="statuts.pdf", size=10)
    large = begin(story, application, name="photo.jpg", size=50 * 1024 * 1024)

    assert large.state == AttachmentState.RECEIVING


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("programme.pdf", b"MZ\x90\x00" + b"\x00" * 100),
        ("page.pdf", b"<html><script>alert(1)</script></html>"),
        ("eicar.pdf", EICAR),
        ("photo.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("deux.pdf", pdf() + docx()),
        ("texte.docx", pdf()),
        ("coupe.jpg", photo()[:200]),
    ],
)
def test_file_that_lies_about_its_type_is_refused_with_a_sentence_and_never_named(story, application, name, data):
    sent = give(story, application, name, data)

    assert sent.state == AttachmentState.REFUSED
    assert "enregistrez-l" in sent.problem
    assert not application.answers.filter(question_key=KEY).exists()
    assert not sent.file


def test_refused_file_may_be_sent_again_and_leaves_nothing_stored(story, application, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        refused = give(story, application, data=b"MZ, pas un PDF", key="même")

    again = give(story, application, data=pdf(), key="même")

    assert again.pk != refused.pk
    assert stored_files() == ["fichier.pdf", "000000000000"]  # of the second: the test commits nothing


def test_one_file_too_many_is_refused_when_it_is_begun_and_when_it_ends(story, application):
    for number in range(2):
        give(story, application, f"{number}.pdf")
    early, late = (begin(story, application, name=name, data=pdf()) for name in ("tôt.pdf", "tard.pdf"))

    send(story, early, pdf())
    refused = send(story, late, pdf())
    with pytest.raises(ValidationError, match="fichiers au plus"):
        begin(story, application, name="encore.pdf", data=pdf())

    assert refused.problem == "Cette question reçoit 3\u00a0fichiers au plus : retirez-en un pour le remplacer."
    assert len(answer_of(application).typed) == 3


def test_sendings_that_nobody_ends_are_limited(story, application):
    for number in range(MOST_UNDER_WAY):
        begin(story, application, name=f"{number}.pdf", data=pdf())

    with pytest.raises(ValidationError, match="Trop d’envois"):
        begin(story, application, name="encore.pdf", data=pdf())


def test_nothing_is_received_after_the_closing_nor_in_a_withdrawn_dossier(story, application):
    sent = begin(story, application, data=pdf())
    late = story.round.closes_at + timedelta(seconds=1)

    for attempt in (
        lambda: begin(story, application, name="autre.pdf", data=pdf(), at=late),
        lambda: send(story, sent, pdf(), at=late),
        lambda: remove_attachment(sent, by=story.carrier, arrived_at=late),
    ):
        with pytest.raises(RoundNotOpen):
            attempt()

    assert send(story, sent, pdf(), at=story.round.closes_at).state == AttachmentState.READY
    story.save(application, need="Un besoin.")
    story.deposit(application)
    withdraw_application(application, by=story.carrier)
    application.refresh_from_db()
    with pytest.raises(RefusedTransition):
        begin(story, application, name="encore.pdf", data=pdf())


def test_whoever_does_not_write_gives_and_removes_nothing(story, application):
    given, stranger = give(story, application), UserFactory()

    for attempt in (
        lambda: begin(story, application, name="autre.pdf", data=pdf(), by=stranger),
        lambda: remove_attachment(given, by=stranger, arrived_at=clock.now()),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_piece_for_a_deleted_dossier_is_refused(story, application):
    sent = begin(story, application, data=pdf())
    delete_draft(application, by=story.carrier)
    sent.refresh_from_db()

    with pytest.raises(PermissionDenied):
        send(story, sent, pdf())


def test_piece_for_a_dossier_deleted_meanwhile_is_refused(story, application):
    sent = begin(story, application, data=pdf())
    assert sent.application == application
    delete_draft(application, by=story.carrier)

    with pytest.raises(PermissionDenied):
        send(story, sent, pdf())


def test_file_row_is_locked_while_a_piece_is_kept(story, application):
    sent = begin(story, application, data=pdf_of(CHUNK + 10))

    with CaptureQueriesContext(connection) as queries:
        send(story, sent, pdf_of(CHUNK + 10)[:CHUNK])

    assert any("calls_attachment" in query["sql"] and 'FOR UPDATE OF "calls_attachment"' in query["sql"] for query in queries)


def test_table_refuses_the_same_sending_twice(story, application):
    sent = begin(story, application, data=pdf())
    sent.pk, sent.uuid = None, uuid4()

    with pytest.raises(IntegrityError, match="attachment_given_once"):
        sent.save(force_insert=True)


# ── whole, with the form


def test_files_that_a_form_brings_are_taken_in_and_refusals_named(story, application):
    first, lie = SimpleUploadedFile("statuts.pdf", pdf()), SimpleUploadedFile("faux.pdf", b"MZ")
    empty = SimpleUploadedFile("vide.pdf", b"")
    brought = [Brought(question_of(story), [first, lie, empty], [])]

    refusals = give_files(application, brought, by=story.carrier, arrived_at=clock.now())

    assert refusals == {
        KEY: [
            "« faux.pdf » : Le contenu de ce fichier n’est pas celui d’un fichier .pdf : enregistrez-le de nouveau dans ce format.",
            "« vide.pdf » : Ce fichier est vide : vérifiez-le, puis choisissez-le de nouveau.",
        ]
    }
    assert [file["name"] for file in answer_of(application).value] == ["statuts.pdf"]


def test_form_sent_twice_gives_one_file_and_removes_what_it_says(story, application):
    upload = SimpleUploadedFile("statuts.pdf", pdf())
    given = [give_file(application, question_of(story), upload, by=story.carrier, arrived_at=clock.now()) for _ in range(2)]

    give_files(application, [Brought(question_of(story), [], [given[0].uuid, uuid4()])], by=story.carrier, arrived_at=clock.now())

    assert given[0].pk == given[1].pk
    assert (answer_of(application).typed, answer_of(application).value) == ([], None)


# ── pictures


@pytest.mark.parametrize(("name", "kind"), [("photo.jpg", "JPEG"), ("photo.png", "PNG")])
def test_picture_is_stored_upright_without_what_it_says_of_its_author(story, application, name, kind):
    sent = give(story, application, name, photo(kind))

    with sent.file.open() as stream, Image.open(stream) as stored:
        assert dict(stored.getexif()) == {}
        assert stored.size == (20, 40)
    with sent.file.open() as stream:
        bytes_ = stream.read()
    assert b"Claire" not in bytes_
    assert (sent.sha256, sent.size, sent.is_rewritten) == (hashlib.sha256(bytes_).hexdigest(), len(bytes_), True)


# ── together


def test_two_people_who_add_a_file_each_both_succeed(story, application):
    colleague = UserFactory()
    join(colleague, story.organisation, verified=True)

    mine = give(story, application, "un.pdf")
    theirs = give(story, application, "deux.pdf", by=colleague)

    answer = answer_of(application)
    assert answer.typed == [str(mine.uuid), str(theirs.uuid)]
    assert (answer.by, answer.version) == (colleague, 2)


def test_removed_file_leaves_the_answer_at_once_and_only_once(story, application):
    kept, gone = give(story, application, "un.pdf"), give(story, application, "deux.pdf")

    for _ in range(2):
        remove_attachment(gone, by=story.carrier, arrived_at=clock.now())

    assert (answer_of(application).typed, answer_of(application).version) == ([str(kept.uuid)], 3)


def test_sending_under_way_is_removed_without_touching_the_answer(story, application):
    sent = begin(story, application, data=pdf())

    remove_attachment(sent, by=story.carrier, arrived_at=clock.now())

    assert not application.answers.exists()


# ── the deposit


class Unreadable(Storage):
    """A storage that nobody may open while a deposit is made."""

    def _open(self, name, mode="rb"):
        raise AssertionError(name)


def test_deposit_copies_digests_and_opens_no_file(story, application, monkeypatch):
    story.save(application, need="Un besoin.")
    sent = give(story, application, "Statuts.pdf")
    monkeypatch.setattr(default_storage, "_wrapped", Unreadable())

    deposit = story.deposit(application)

    content = json.loads(deposit.content)["content"]
    named = {"uuid": str(sent.uuid), "name": "Statuts.pdf", "size": sent.size, "content_type": "application/pdf", "sha256": sent.sha256}
    assert content["files"] == [{"question": KEY, **named}]
    answers = {answer["key"]: answer for section in content["sections"] for answer in section["answers"]}
    assert (answers[KEY]["value"], answers[KEY]["said"]) == ([str(sent.uuid)], "Statuts.pdf")


def test_deposit_asks_nothing_more_for_five_files(story, application):
    story.save(application, need="Un besoin.")
    story.round.questions.filter(key=KEY).update(most_files=5)
    Round.objects.filter(pk=story.round.pk).update(published_at=clock.now())
    story.round.refresh_from_db()
    give(story, application)
    with CaptureQueriesContext(connection) as with_one:
        story.deposit(application)
    for number in range(4):
        give(story, application, f"{number}.pdf")
    application.refresh_from_db()

    with CaptureQueriesContext(connection) as with_five:
        story.deposit(application)

    assert len(with_five) <= len(with_one)


def test_required_file_is_missing_until_it_is_there(story, application):
    story.round.questions.filter(key=KEY).update(required=True)
    Round.objects.filter(pk=story.round.pk).update(published_at=clock.now())
    story.round.refresh_from_db()
    application.round = story.round
    story.save(application, need="Un besoin.")

    with pytest.raises(IncompleteApplication) as refused:
        story.deposit(application)
    give(story, application)

    assert [missing.label for missing in refused.value.missing] == ["Vos statuts"]
    assert story.deposit(application).sequence == 1


def test_file_that_another_request_took_in_meanwhile_is_left_as_it_is(story, application, monkeypatch):
    sent = begin(story, application, data=pdf())
    stale = send(story, sent, pdf())
    stale.state = AttachmentState.RECEIVING
    monkeypatch.setattr("calls.actions.attachment._keep_piece", lambda *_args: stale)

    done = send(story, sent, pdf())

    assert (done.state, answer_of(application).version, str(done)) == (AttachmentState.READY, 1, "statuts.pdf")


def test_form_of_a_round_is_copied_with_what_it_asks_of_files():
    assert {*EMPTY} <= {*QUESTION_FIELDS}
