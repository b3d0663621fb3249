"""The check of a file that someone sends: its size, its extension, what it truly is, and a name that is safe to serve."""

import zipfile
from collections.abc import Collection
from pathlib import PurePosixPath
from typing import IO, Any, cast

import puremagic
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from kit.french import joined, number
from kit.plain_text import clean_line

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
LONGEST_NAME = 100
LONGEST_SHOWN = 200
HEAD = 4096
PDF_TAIL = 1024
ARCHIVE_TAIL = 22 + 0xFFFF
"""The record that ends an archive, and the longest comment that may follow it."""
ARCHIVE_END, ARCHIVE_START, LARGE_ARCHIVE = b"PK\x05\x06", b"PK\x03\x04", b"PK\x06\x07"
LARGEST_TABLE = 2 * MEGABYTE
"""Of an archive's table of contents, which is read into memory: a document has a few hundred entries."""
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
    extension = check_announced(upload.name or "", upload.size or 0, largest=largest)
    check_content(cast("IO[bytes]", upload.file), extension)
    return CONTENT_TYPES[extension]


def check_announced(name: str, size: int, *, largest: int = LARGEST, accepted: Collection[str] = CONTENT_TYPES) -> str:
    """Give the extension of a file of that name and size if it may be sent, or raise `ValidationError`."""
    if size <= 0:
        raise ValidationError("Ce fichier est vide : vérifiez-le, puis choisissez-le de nouveau.", code="empty")
    if size > largest:
        raise ValidationError(
            f"Ce fichier pèse {number(-(-size // MEGABYTE))}\u00a0Mo ; la limite est de {number(largest // MEGABYTE)}\u00a0Mo.",
            code="too_big",
        )
    extension = extension_of(name)
    if extension not in accepted:
        raise ValidationError(f"Ce format n’est pas accepté. Formats possibles : {joined(sorted(accepted), 'ou')}.", code="extension")
    return extension


def check_content(stream: IO[bytes], extension: str) -> None:
    """Raise `ValidationError` unless the bytes are those of a file of this extension, and of that one only."""
    if not _is_truly(stream, extension):
        raise ValidationError(
            f"Le contenu de ce fichier n’est pas celui d’un fichier .{extension} : enregistrez-le de nouveau dans ce format.",
            code="content",
        )


def safe_name(name: str) -> str:
    """`name` without folders, control or direction signs, or what a file system or a header could misread; never empty."""
    last = PurePosixPath(name[-1_000:].replace("\\", "/")).name
    kept = clean_line("".join(sign for sign in last if sign not in FORBIDDEN_IN_NAME)).strip(" .")
    extension = extension_of(kept)
    stem = (kept[: -len(extension) - 1] if extension else kept).strip(" .") or "document"
    return f"{stem[: LONGEST_NAME - len(extension) - 1]}.{extension}" if extension else stem[:LONGEST_NAME]


def shown_name(name: str) -> str:
    """`name` as people gave it, on one line that a page can hold: without folders, control or direction signs; of a long one, the end."""
    shown = clean_line(name[-1_000:].replace("\\", "/").rpartition("/")[2])
    return shown if len(shown) <= LONGEST_SHOWN else f"…{shown[1 - LONGEST_SHOWN :]}"


def extension_of(name: str) -> str:
    """`pdf` for `Bilan 2017.PDF`; nothing when there is none."""
    return PurePosixPath(name).suffix.removeprefix(".").lower()


def _is_truly(stream: IO[bytes], extension: str) -> bool:
    stream.seek(0)
    try:
        if extension in OFFICE_PARTS:
            return _is_archive(stream) and _is_office(stream, extension)
        if extension in OPEN_DOCUMENT_TYPES:
            return _is_archive(stream) and _is_open_document(stream, extension)
        return _starts_as(stream, CONTENT_TYPES[extension]) and (extension != "pdf" or _ends_as_pdf(stream))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, puremagic.PureError):
        return False
    finally:
        stream.seek(0)


def _starts_as(stream: IO[bytes], content_type: str) -> bool:
    """PDF and images: the sign of the type at the very start (a file may be two things at once)."""
    return any(match.mime_type == content_type and match.offset == 0 for match in puremagic.magic_string(stream.read(HEAD)))


def _ends_as_pdf(stream: IO[bytes]) -> bool:
    """The mark of the end stands at the end, and nothing there would open as an archive."""
    tail = _tail(stream, ARCHIVE_TAIL)
    return b"%%EOF" in tail[-PDF_TAIL:] and ARCHIVE_END not in tail


def _is_archive(stream: IO[bytes]) -> bool:
    """An archive from its first byte, with a table of contents that may be read into memory."""
    stream.seek(0)
    starts = stream.read(len(ARCHIVE_START)) == ARCHIVE_START
    tail = _tail(stream, ARCHIVE_TAIL)
    end = tail.rfind(ARCHIVE_END)
    stream.seek(0)
    return starts and end >= 0 and LARGE_ARCHIVE not in tail and int.from_bytes(tail[end + 12 : end + 16], "little") <= LARGEST_TABLE


def _tail(stream: IO[bytes], length: int) -> bytes:
    size = stream.seek(0, 2)
    stream.seek(max(0, size - length))
    return stream.read()


def _is_office(stream: IO[bytes], extension: str) -> bool:
    """The part that every document of the kind has, and no macros."""
    names = {name.lower() for name in zipfile.ZipFile(stream).namelist()}
    return OFFICE_PARTS[extension] in names and not any(name.endswith(MACROS) for name in names)


def _is_open_document(stream: IO[bytes], extension: str) -> bool:
    """The standard puts the type first in the archive, stored as it is, at byte 38."""
    head = stream.read(HEAD)
    is_declared = head[30:38] == b"mimetype" and head[38:].startswith(OPEN_DOCUMENT_TYPES[extension] + b"PK")
    return is_declared and zipfile.is_zipfile(stream)
