"""The check of a document that staff attach: its size, its extension, what it truly is, and a name that is safe to serve."""

import zipfile
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

import puremagic
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from kit.french import joined, number
from kit.plain_text import clean_line

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
LONGEST_NAME = 100
HEAD = 4096
FORBIDDEN_IN_NAME = '\\/:*?"<>|%;'
MACROS = "vbaproject.bin"
OFFICE_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
OPEN_DOCUMENT_TYPES = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
}
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}


def check_document(upload: UploadedFile[Any], *, largest: int = LARGEST) -> str:
    """Give the content type of an acceptable file, or raise `ValidationError` with what is wrong and what to do.

    The type that a browser announces is not believed. An archive is looked into by its table of contents only, never unpacked.
    """
    size = upload.size or 0
    if size == 0:
        raise ValidationError("Ce fichier est vide : vérifiez-le, puis choisissez-le de nouveau.", code="empty")
    if size > largest:
        raise ValidationError(
            f"Ce fichier pèse {number(-(-size // MEGABYTE))}\u00a0Mo ; la limite est de {number(largest // MEGABYTE)}\u00a0Mo.",
            code="too_big",
        )
    extension = extension_of(upload.name or "")
    if extension not in CONTENT_TYPES:
        raise ValidationError(f"Ce format n’est pas accepté. Formats possibles : {joined(sorted(CONTENT_TYPES), 'ou')}.", code="extension")
    if not _is_truly(cast("BinaryIO", upload.file), extension):
        raise ValidationError(
            f"Le contenu de ce fichier n’est pas celui d’un fichier .{extension} : enregistrez-le de nouveau dans ce format.",
            code="content",
        )
    return CONTENT_TYPES[extension]


def safe_name(name: str) -> str:
    """`name` without folders, control or direction signs, or what a file system or a header could misread; never empty."""
    last = PurePosixPath(name[-1_000:].replace("\\", "/")).name
    kept = clean_line("".join(sign for sign in last if sign not in FORBIDDEN_IN_NAME)).strip(" .")
    extension = extension_of(kept)
    stem = (kept[: -len(extension) - 1] if extension else kept).strip(" .") or "document"
    return f"{stem[: LONGEST_NAME - len(extension) - 1]}.{extension}" if extension else stem[:LONGEST_NAME]


def extension_of(name: str) -> str:
    """`pdf` for `Bilan 2017.PDF`; nothing when there is none."""
    return PurePosixPath(name).suffix.removeprefix(".").lower()


def _is_truly(stream: BinaryIO, extension: str) -> bool:
    stream.seek(0)
    try:
        if extension in OFFICE_PARTS:
            return _is_office(stream, extension)
        if extension in OPEN_DOCUMENT_TYPES:
            return _is_open_document(stream, extension)
        return _starts_as(stream, CONTENT_TYPES[extension])
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, puremagic.PureError):
        return False
    finally:
        stream.seek(0)


def _starts_as(stream: BinaryIO, content_type: str) -> bool:
    """PDF and images: the sign of the type at the very start (a file may be two things at once)."""
    return any(match.mime_type == content_type and match.offset == 0 for match in puremagic.magic_string(stream.read(HEAD)))


def _is_office(stream: BinaryIO, extension: str) -> bool:
    """The part that every document of the kind has, and no macros."""
    names = {name.lower() for name in zipfile.ZipFile(stream).namelist()}
    return OFFICE_PARTS[extension] in names and not any(name.endswith(MACROS) for name in names)


def _is_open_document(stream: BinaryIO, extension: str) -> bool:
    """The standard puts the type first in the archive, stored as it is, at byte 38."""
    head = stream.read(HEAD)
    is_declared = head[30:38] == b"mimetype" and head[38:].startswith(OPEN_DOCUMENT_TYPES[extension] + b"PK")
    return is_declared and zipfile.is_zipfile(stream)
