"""Documents that staff attach."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, strategies as st
from openpyxl import Workbook

from kit.uploads import CONTENT_TYPES, LONGEST_NAME, LONGEST_SHOWN, check_document, safe_name, shown_name

PDF = b"%PDF-1.7\n" + b"x" * 100 + b"\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 100


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return buffer.getvalue()


def xlsx() -> bytes:
    buffer = io.BytesIO()
    Workbook().save(buffer)
    return buffer.getvalue()


DOCX = archive(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
ODT = archive(mimetype=b"application/vnd.oasis.opendocument.text", **{"content.xml": b"<x/>"})
ODS = archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", **{"content.xml": b"<x/>"})


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", PDF),
        ("Bilan 2017.PDF", PDF),
        ("a.png", PNG),
        ("a.jpg", JPEG),
        ("a.jpeg", JPEG),
        ("a.docx", DOCX),
        ("a.xlsx", xlsx()),
        ("a.odt", ODT),
        ("a.ods", ODS),
    ],
)
def test_documents_accepted(name, data):
    upload = SimpleUploadedFile(name, data, content_type="text/html")

    assert check_document(upload) == CONTENT_TYPES[name.rpartition(".")[2].lower()]
    assert upload.read() == data


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", PDF + b"x" * 2_000_000, "too_big"),
        ("a.exe", b"MZ", "extension"),
        ("pdf", PDF, "extension"),
        ("a.pdf.html", PDF, "extension"),
        ("a.svg", b"<svg/>", "extension"),
        ("a.pdf", b"<html>" + PDF, "content"),
        ("a.pdf", b"bonjour", "content"),
        ("a.pdf", PNG, "content"),
        ("a.png", JPEG, "content"),
        ("a.docx", PDF, "content"),
        ("a.docx", xlsx(), "content"),
        ("a.docx", archive(**{"word/document.xml": b"", "word/vbaProject.bin": b""}), "content"),
        ("a.docx", ODT, "content"),
        ("a.odt", ODS, "content"),
        ("a.odt", DOCX, "content"),
        ("a.odt", b"PK\x03\x04" + b"\x00" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.textPK", "content"),
    ],
)
def test_documents_refused_with_a_sentence(name, data, code):
    with pytest.raises(ValidationError) as refusal:
        check_document(SimpleUploadedFile(name, data, content_type="application/pdf"), largest=1024 * 1024)

    assert refusal.value.code == code
    assert refusal.value.message.endswith(".")


def test_too_big_says_how_much():
    with pytest.raises(ValidationError, match=r"pèse 2.+Mo ; la limite est de 1.+Mo"):
        check_document(SimpleUploadedFile("a.pdf", PDF + b"x" * 1024 * 1024), largest=1024 * 1024)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Bilan 2017.pdf", "Bilan 2017.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\moi\\Été.docx", "Été.docx"),
        ("a\x00\r\n\"b';.pdf", "a b'.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("", "document"),
        ("...", "document"),
        (".pdf", "pdf"),
        ("a" * 300 + ".pdf", "a" * (LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_safe_name(name, safe):
    assert safe_name(name) == safe


@given(st.text(st.characters(categories=None), max_size=300))
def test_a_safe_name_is_stable_short_and_of_one_folder(name):
    safe = safe_name(name)

    assert 0 < len(safe) <= LONGEST_NAME
    assert not set(safe) & set('\\/:"\r\n\x00')
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("deux.pdf", PDF + DOCX),
        ("deux.pdf", PDF[:-6] + DOCX + b"%%EOF\n"),
        ("suite.pdf", PDF + b"x" * 5_000),
        ("tronqué.pdf", b"%PDF-1.7\n" + b"x" * 100),
        ("précédé.docx", b"#!/bin/sh\n" + DOCX),
        ("précédé.odt", b"#!/bin/sh\n" + ODT),
        ("sans-fin.docx", DOCX[:-30]),
        ("énorme.docx", DOCX[:-10] + (2**31).to_bytes(4, "little") + DOCX[-6:]),
        ("large.docx", DOCX[:-22] + b"PK\x06\x07" + bytes(16) + DOCX[-22:]),
    ],
)
def test_file_that_is_two_things_or_half_of_one_is_refused(name, data):
    with pytest.raises(ValidationError) as refused:
        check_document(SimpleUploadedFile(name, data))

    assert refused.value.code == "content"


@given(st.text(max_size=3_000))
def test_name_is_shown_on_one_line_that_fits(name):
    shown = shown_name(name)

    assert len(shown) <= LONGEST_SHOWN
    assert not set(shown) & {"\n", "\x00", "/", "\u202e"}
