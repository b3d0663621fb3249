"""PDF documents."""

import re
from datetime import UTC, datetime

import pytest
import typst

from kit.pdf import render_pdf

AT = datetime(2018, 2, 26, 11, 0, tzinfo=UTC)
SHEET = """#import "/kit/document.typ": sheet
#let data = json(bytes(sys.inputs.data))
#show: sheet.with(title: data.title, author: "French Impact", footer: data.title, watermark: data.at("watermark", default: none))
= Partie
#data.text
"""


@pytest.fixture
def sheet(tmp_path, settings):
    """A folder of templates with one sheet, beside a copy of the common one."""
    common = settings.BASE_DIR / "templates" / "kit" / "document.typ"
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit" / "document.typ").write_text(common.read_text())
    (tmp_path / "sheet.typ").write_text(SHEET)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    return "sheet.typ"


def test_document_is_tagged_titled_dated_and_claims_universal_access(sheet):
    pdf = render_pdf(
        sheet, {"title": "Accusé de réception", "text": "Reçu 1\u202f234\u00a0€ à l’œuvre", "watermark": "DÉMONSTRATION"}, at=AT
    )

    assert pdf.startswith(b"%PDF-1.7")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"/MarkInfo" in pdf
    assert b"D:20180226110000Z" in pdf
    assert re.search(rb"/Lang ?\(fr-FR\)", pdf)


def test_same_input_gives_the_same_bytes(sheet):
    data = {"title": "Titre", "text": "Texte"}

    assert render_pdf(sheet, data, at=AT) == render_pdf(sheet, data, at=AT)


@pytest.mark.parametrize("text", ["#panic()", "$x$ ] } \\ `raw` *gras*", '"; #read("/etc/passwd")', "<lien> @ref // fin", "\u202e x"])
def test_what_people_typed_is_never_source(sheet, text):
    assert render_pdf(sheet, {"title": "Titre", "text": text}, at=AT).startswith(b"%PDF")


def test_a_sign_without_glyph_costs_the_claim_not_the_document(sheet):
    pdf = render_pdf(sheet, {"title": "Titre", "text": "Bravo 🎉"}, at=AT)

    assert b"pdfuaid" not in pdf
    assert b"/MarkInfo" in pdf


def test_fault_of_a_template_is_raised(sheet):
    with pytest.raises(typst.TypstError, match="text"):
        render_pdf(sheet, {"title": "Titre"}, at=AT)


def test_unknown_template_is_raised(sheet):
    with pytest.raises(RuntimeError, match="No such file"):
        render_pdf("absent.typ", {}, at=AT)


@pytest.mark.parametrize(("value", "fault"), [(AT, TypeError), (float("nan"), ValueError)])
def test_only_plain_data_goes_in(sheet, value, fault):
    with pytest.raises(fault):
        render_pdf(sheet, {"title": value, "text": ""}, at=AT)
