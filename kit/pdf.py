"""PDF documents set by typst from a template of ours and plain data, without network, system font or system library."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import typst
from django.conf import settings

UNIVERSAL_ACCESS: Literal["ua-1"] = "ua-1"


def render_pdf(template: str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The PDF of `template` (a path under `templates/`, such as `calls/receipt.typ`), tagged, dated `at`, the same bytes for the same input.

    The template reads `json(bytes(sys.inputs.data))`: what people typed is data, never typst source. Dates and amounts are given as
    words (see `kit.french`), so `data` holds only strings, numbers, booleans, lists and mappings; anything else raises `TypeError`.

    The document claims PDF/UA-1. Typst ships the fonts (Libertinus Serif, DejaVu Sans Mono, New Computer Modern: Latin, Greek, Cyrillic); a sign
    that none of them can draw (an emoji) forbids that claim: the document is then still tagged, with an empty box in that place.
    """
    options: dict[str, Any] = {
        "root": _root(template),
        "format": "pdf",
        "ignore_system_fonts": True,
        "sys_inputs": {"data": json.dumps(data, ensure_ascii=False, allow_nan=False)},
        "timestamp": int(at.timestamp()),
    }
    path = str(_root(template) / template)
    try:
        document: bytes = typst.compile(path, pdf_standards=[UNIVERSAL_ACCESS], **options)
    except typst.TypstError as error:
        if "could not be displayed with font" not in str(error):
            raise
        document = typst.compile(path, **options)
    return document


def _root(template: str) -> Path:
    """The folder of templates that holds `template`."""
    folders = [Path(folder) for engine in settings.TEMPLATES for folder in engine["DIRS"]]
    return next((folder for folder in folders if (folder / template).is_file()), folders[0])
