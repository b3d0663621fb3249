"""Lists written for spreadsheet software, CSV and XLSX, in which nothing that a person typed can run as a formula.

The CSV is the one that a French Excel opens by a double click: UTF-8 with a BOM (without it, accents break), `;` between columns and a
comma in decimals (what its regional settings expect; with `,` everything lands in one column). LibreOffice reads it as well. Excel still
shows a SIRET of a CSV in scientific notation: the XLSX keeps it as text, and is the format to offer first. Files for machines
(open data) follow their own schema and are not written here.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from kit.french import PARIS

Cell = str | int | Decimal | date | datetime | bool | None
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ILLEGAL_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ILLEGAL_IN_TITLE = re.compile(r"[\[\]:*?/\\]")
LONGEST_TITLE = 31
LONGEST_CELL = 32_767
CUT = "… [texte coupé : lire le dossier]"
EXACT_DIGITS = 15


def csv_response(filename: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> StreamingHttpResponse:
    """The rows as a CSV file to save, sent as they are read."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def xlsx_response(filename: str, title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """The rows as a workbook of one sheet to save."""
    response = HttpResponse(xlsx_bytes(title, header, rows), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The CSV file, line by line; the BOM comes with the header."""
    yield "\ufeff".encode() + _csv_line([harmless(name) for name in header])
    for row in rows:
        yield _csv_line([_csv_text(value) for value in row])


def xlsx_bytes(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook whose numbers are numbers, whose dates are dates (instants in Paris time), and whose header stays in sight."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(ILLEGAL_IN_TITLE.sub(" ", harmless(title))[:LONGEST_TITLE])
    sheet.freeze_panes = "A2"
    bold = [WriteOnlyCell(sheet, value=harmless(name)) for name in header]
    for cell in bold:
        cell.font = Font(bold=True)
    sheet.append(bold)
    for row in rows:
        sheet.append([_xlsx_value(value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def harmless(text: str) -> str:
    """`text` without the characters that XML forbids, and after an apostrophe when a spreadsheet would take it for a formula."""
    kept = ILLEGAL_IN_XML.sub("", text)
    return f"'{kept}" if kept.lstrip(" \u00a0\u202f").startswith(FORMULA_STARTS) or kept.startswith(FORMULA_STARTS) else kept


def _csv_line(values: list[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerow(values)
    return buffer.getvalue().encode()


def _csv_text(value: Cell) -> str:
    match value:
        case bool():
            return _yes_no(value)
        case Decimal():
            return f"{value:f}".replace(".", ",")
        case datetime():
            return f"{_in_paris(value):%Y-%m-%d %H:%M:%S}"
        case str():
            return harmless(value)
    return "" if value is None else str(value)


def _xlsx_value(value: Cell) -> Any:
    match value:
        case bool():
            return _yes_no(value)
        case int() if len(str(abs(value))) > EXACT_DIGITS:
            return str(value)
        case datetime():
            return _in_paris(value)
        case str():
            text = harmless(value)
            return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(CUT)] + CUT
    return value


def _yes_no(value: bool) -> str:  # noqa: FBT001 - a cell's value
    return "oui" if value else "non"


def _in_paris(value: datetime) -> datetime:
    """Spreadsheets know no zones: the hour is that of Paris, to the second."""
    return value.astimezone(ZoneInfo(PARIS)).replace(tzinfo=None, microsecond=0)
