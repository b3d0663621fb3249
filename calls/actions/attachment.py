"""Writes of the files that answers name: begin, receive piece by piece, take in, take up again, remove. Their checks: actions/attachment_check.py."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import User
from calls import tasks
from calls.actions.application import SAVING, lock_for, refuse_unless_editable, save_answers
from calls.definition import QuestionDefinition, definition_of
from calls.enums import AttachmentState
from calls.models import Answer, Application, Attachment
from calls.models.attachment import CHUNK, attachment_path
from calls.permissions import acts_for_organisation, edits_application
from calls.queries.attachment import answer_from
from calls.queries.given import given_before
from calls.workflow import ATTACHMENT_TRANSITIONS
from kit import antivirus, clock, french, pictures
from kit.broker import hand
from kit.uploads import CONTENT_TYPES, MEGABYTE, check_announced, check_content, extension_of, shown_name
from kit.workflow import advance_locked

MOST_UNDER_WAY = 30
"""Sendings begun and not finished, in one dossier: more is no person."""
NO_LONGER = "Ces fichiers ne peuvent plus être repris : choisissez-les sur votre appareil."


class WrongOffset(Exception):
    """The piece is not the one that is awaited: the file says from which byte to go on."""

    def __init__(self, attachment: Attachment) -> None:
        super().__init__(attachment.received)
        self.attachment = attachment


@transaction.atomic
def begin_attachment(
    application: Application, question: QuestionDefinition, *, name: str, size: int, client_key: str, by: User, arrived_at: datetime
) -> Attachment:
    """Open the sending of a file, or find the one of the same key, under way or done: a repeated or resumed sending is one file.

    Raises `ValidationError` for a file that its name or size excludes, or one too many. Refuses as a save of answers does.
    """
    locked = lock_for(by, application, "round", only=SAVING)
    _refuse_unless_writer(locked, by, arrived_at)
    key = _stored_key(client_key)
    own = Attachment.objects.filter(application=locked, question_key=question.key, removed_at=None)
    existing = own.filter(client_key=key).exclude(state=AttachmentState.REFUSED).first()
    if existing is not None:
        return existing
    shown = shown_name(name)
    check_announced(shown, size, largest=question.largest_mb * MEGABYTE, accepted=question.extensions)
    _refuse_one_too_many(question, own.given().count())
    if Attachment.objects.filter(application=locked, state=AttachmentState.RECEIVING, removed_at=None).count() >= MOST_UNDER_WAY:
        raise ValidationError("Trop d’envois sont commencés dans ce dossier : terminez-les, ou retirez ceux qui sont interrompus.")
    return Attachment.objects.create(
        application=locked, question_key=question.key, client_key=key, name=shown, size=size, uploaded_by=by, begun_at=clock.now()
    )


def receive_piece(attachment: Attachment, offset: int, data: bytes, *, by: User, arrived_at: datetime) -> Attachment:
    """Keep the piece that starts at `offset`; with the last one, take the file in. A piece that came already changes nothing.

    Raises `WrongOffset` for a piece that is not the next one, or not of its length. Refuses as a save of answers does.
    """
    kept = _keep_piece(attachment, offset, data, by, arrived_at)
    if kept.state != AttachmentState.RECEIVING or not kept.is_whole:
        return kept
    with SpooledTemporaryFile(max_size=CHUNK) as whole:
        return _finish(kept, whole, by, arrived_at)


def give_file(application: Application, question: QuestionDefinition, upload: File[Any], *, by: User, arrived_at: datetime) -> Attachment:
    """Take in a file that came whole with its form. The same bytes under the same name, sent twice, are one file."""
    upload.seek(0)
    digest = hashlib.file_digest(upload, "sha256").hexdigest()
    name = upload.name or ""
    key = f"formulaire|{name[-200:]}|{digest}"
    attachment = begin_attachment(application, question, name=name, size=upload.size, client_key=key, by=by, arrived_at=arrived_at)
    return _take_in_whole(attachment, upload, by, arrived_at)


@transaction.atomic
def take_up_files(
    application: Application, question: QuestionDefinition, source: UUID, *, by: User, arrived_at: datetime
) -> list[Attachment]:
    """Give this question copies of the files that it was given in the dossier `source`, and name them in the answer; return the new ones.

    Raises `ValidationError` when none may be taken up any more, or when they are too many. Refuses guests, and as a save of answers does.
    """
    locked = lock_for(by, application, "round", only=SAVING)
    _refuse_unless_writer(locked, by, arrived_at)
    if not acts_for_organisation(by, locked):
        raise PermissionDenied
    offered = given_before(locked, [question], by, dossier=source).get(question.key)
    if offered is None:
        raise ValidationError(NO_LONGER)
    own = Attachment.objects.filter(application=locked, question_key=question.key, removed_at=None)
    keys = {_stored_key(f"reprise|{original.uuid}"): original for original in offered.files}
    there = set(own.filter(client_key__in=keys).values_list("client_key", flat=True))
    wanted = {key: original for key, original in keys.items() if key not in there}
    if not wanted:
        return []
    _refuse_one_too_many(question, own.given().count() + len(wanted) - 1)
    return _copy(locked, question.key, wanted, by, arrived_at)


@dataclass(frozen=True, slots=True)
class Brought:
    """What a form brings of one question: files to take in, the uuids of files to remove, the dossier whose files are taken up."""

    question: QuestionDefinition
    files: Sequence[File[Any]]
    removed: Sequence[UUID]
    source: UUID | None = None


def give_files(application: Application, brought: Iterable[Brought], *, by: User, arrived_at: datetime) -> dict[str, list[str]]:
    """Remove, take up, then take in, what a form brings; return the sentence of each file that is not kept, by question."""
    refusals: dict[str, list[str]] = {}
    for one in brought:
        own = Attachment.objects.filter(application=application, question_key=one.question.key, uuid__in=one.removed)
        for attachment in own.select_related("application__round"):
            remove_attachment(attachment, by=by, arrived_at=arrived_at)
        if one.source is not None:
            try:
                take_up_files(application, one.question, one.source, by=by, arrived_at=arrived_at)
            except ValidationError as fault:
                refusals.setdefault(one.question.key, []).extend(fault.messages)
        for upload in one.files:
            try:
                given = give_file(application, one.question, upload, by=by, arrived_at=arrived_at)
                problem = given.problem if given.state == AttachmentState.REFUSED else ""
            except ValidationError as fault:
                problem = " ".join(fault.messages)
            if problem:
                refusals.setdefault(one.question.key, []).append(f"« {shown_name(upload.name or '')} » : {problem}")
    return refusals


@transaction.atomic
def remove_attachment(attachment: Attachment, *, by: User, arrived_at: datetime) -> Attachment:
    """Take a file out of its answer; what a deposit names stays stored. Removed already, nothing changes. Refuses as a save does."""
    locked = _lock(attachment)
    if locked.removed_at is not None:
        return locked
    application = _dossier_of(locked)
    _refuse_unless_writer(application, by, arrived_at)
    locked.removed_at = clock.now()
    locked.save(update_fields=["removed_at"])
    if locked.state not in {AttachmentState.RECEIVING, AttachmentState.REFUSED}:
        write_answer(application, locked.question_key, by=by, arrived_at=arrived_at)
    return locked


def write_answer(application: Application, key: str, *, by: User, arrived_at: datetime) -> None:
    """Make the answer of `key` name the files that are given now: two people who add one each both succeed."""
    locked = lock_for(by, application, "round", only=SAVING)
    reading = answer_from(Attachment.objects.given().filter(application=locked, question_key=key))
    version = Answer.objects.filter(application=locked, question_key=key, row=0).values_list("version", flat=True).first() or 0
    save_answers(locked, {key: reading}, {key: version}, by=by, arrived_at=arrived_at)


@transaction.atomic
def _keep_piece(attachment: Attachment, offset: int, data: bytes, by: User, arrived_at: datetime) -> Attachment:
    locked = _lock(attachment)
    if locked.state != AttachmentState.RECEIVING:
        return locked
    _refuse_unless_writer(_dossier_of(locked), by, arrived_at)
    if data and offset >= 0 and offset + len(data) <= locked.received:
        return locked
    if offset != locked.received or len(data) != locked.next_length or not data:
        raise WrongOffset(locked)
    default_storage.delete(locked.piece)  # what an attempt left that was interrupted before it said so
    default_storage.save(locked.piece, ContentFile(data))
    locked.received += len(data)
    locked.touched_at = clock.now()
    locked.save(update_fields=["received", "touched_at"])
    return locked


@transaction.atomic
def _finish(attachment: Attachment, whole: IO[bytes], by: User, arrived_at: datetime) -> Attachment:
    locked = _lock(attachment)
    if locked.state != AttachmentState.RECEIVING:
        return locked
    for name in locked.pieces:
        with default_storage.open(name) as piece:
            for block in piece.chunks(CHUNK):
                whole.write(block)
    return _take_in(locked, whole, by, arrived_at)


@transaction.atomic
def _take_in_whole(attachment: Attachment, stream: IO[bytes], by: User, arrived_at: datetime) -> Attachment:
    locked = _lock(attachment)
    return _take_in(locked, stream, by, arrived_at) if locked.state == AttachmentState.RECEIVING else locked


def _take_in(locked: Attachment, stream: IO[bytes], by: User, arrived_at: datetime) -> Attachment:
    """Check what the file truly is, store it, and name it in its answer; or refuse it, with a sentence. Its pieces go."""
    application = _dossier_of(locked)
    question = definition_of(application.round).by_key[locked.question_key]
    pieces = locked.pieces
    transaction.on_commit(lambda: _delete(pieces))
    extension = extension_of(locked.name)
    content_type = CONTENT_TYPES[extension]
    with SpooledTemporaryFile(max_size=CHUNK) as rewritten:
        try:
            _refuse_one_too_many(question, _given_beside(locked))
            check_content(stream, extension)
            if is_rewritten := pictures.is_picture(content_type):
                pictures.without_metadata(stream, content_type, rewritten)
        except ValidationError as fault:
            return advance_locked(locked, "refuse", ATTACHMENT_TRANSITIONS, by=None, problem=" ".join(fault.messages))
        return _store(locked, rewritten if is_rewritten else stream, content_type, application, by, arrived_at)


def _store(
    locked: Attachment, stream: IO[bytes], content_type: str, application: Application, by: User, arrived_at: datetime
) -> Attachment:
    """Store the bytes with their digest; whatever stops the transaction takes them away again."""
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type] # any stream of bytes
    size = stream.tell()
    stream.seek(0)
    name = default_storage.save(attachment_path(locked, f"fichier.{extension_of(locked.name)}"), File(stream))
    try:
        taken: dict[str, Any] = {
            "file": name,
            "size": size,
            "sha256": digest,
            "content_type": content_type,
            "is_rewritten": pictures.is_picture(content_type),
            "received_at": clock.now(),
        }
        locked = advance_locked(locked, "accept", ATTACHMENT_TRANSITIONS, by=None, **taken)
        locked = _have_checked(locked)
        write_answer(application, locked.question_key, by=by, arrived_at=arrived_at)
    except BaseException:
        default_storage.delete(name)
        raise
    return locked


def _have_checked(locked: Attachment) -> Attachment:
    """Hand the file, whole, to the antivirus; without one it is ready."""
    if not antivirus.is_configured():
        return advance_locked(locked, "clear", ATTACHMENT_TRANSITIONS, by=None)
    transaction.on_commit(lambda: hand.give(tasks.check_attachment.delay, locked.pk))
    return locked


def _copy(application: Application, key: str, originals: Mapping[str, Attachment], by: User, arrived_at: datetime) -> list[Attachment]:
    """Store each of the files again, by its new key; whatever stops the transaction takes the copies away again."""
    copies: list[Attachment] = []
    stored: list[str] = []
    try:
        for client_key, original in originals.items():
            begun = Attachment(application=application, question_key=key, client_key=client_key, uploaded_by=by, begun_at=clock.now())
            begun.name, begun.size, begun.received = original.name, original.size, original.size
            with original.file.open("rb") as stream:
                stored.append(default_storage.save(attachment_path(begun, f"fichier.{extension_of(original.name)}"), File(stream)))
            begun.save(force_insert=True)
            copies.append(_as_original(begun, original, stored[-1]))
        write_answer(application, key, by=by, arrived_at=arrived_at)
    except BaseException as fault:
        _delete(stored)
        if isinstance(fault, FileNotFoundError):
            raise ValidationError(NO_LONGER) from fault
        raise
    return copies


def _as_original(begun: Attachment, original: Attachment, stored: str) -> Attachment:
    """The copy stands where the original does, unless an antivirus came since, which never saw it."""
    same: dict[str, Any] = {name: getattr(original, name) for name in ("sha256", "content_type", "is_rewritten")}
    whole = advance_locked(begun, "accept", ATTACHMENT_TRANSITIONS, by=None, file=stored, received_at=clock.now(), **same)
    if original.checked_at is None:
        return _have_checked(whole)
    seen: dict[str, Any] = {"checked_at": original.checked_at, "antivirus": original.antivirus}
    return advance_locked(whole, "clear", ATTACHMENT_TRANSITIONS, by=None, **seen)


def _stored_key(client_key: str) -> str:
    return hashlib.sha256(client_key.encode("utf-8", "surrogatepass")).hexdigest()


def _lock(attachment: Attachment) -> Attachment:
    """The row, locked and fresh, with the dossier as it was fetched, unless it was deleted since."""
    locked = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
    if attachment.application is not None and locked.application_id == attachment.application_id:
        locked.application = attachment.application
    return locked


def _dossier_of(attachment: Attachment) -> Application:
    if attachment.application is None:
        raise PermissionDenied
    return attachment.application


def _refuse_unless_writer(application: Application, by: User, arrived_at: datetime) -> None:
    if not edits_application(by, application):
        raise PermissionDenied
    refuse_unless_editable(application, arrived_at)


def _given_beside(attachment: Attachment) -> int:
    beside = Attachment.objects.given().filter(application=attachment.application_id, question_key=attachment.question_key)
    return beside.exclude(pk=attachment.pk).count()


def _refuse_one_too_many(question: QuestionDefinition, given: int) -> None:
    if given >= question.most_files:
        most = french.counted(question.most_files, "fichier")
        raise ValidationError(f"Cette question reçoit {most} au plus : retirez-en un pour le remplacer.", code="too_many")


def _delete(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)
