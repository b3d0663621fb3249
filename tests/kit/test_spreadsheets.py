"""Lists for spreadsheet software."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st
from openpyxl import load_workbook

from kit import spreadsheets
from kit.spreadsheets import csv_lines, csv_response, harmless, xlsx_bytes, xlsx_response

CLOSING = datetime(2018, 2, 26, 11, 0, 0, 5, tzinfo=UTC)
ROW = ('Été; "x"\nsuite', 12, Decimal("1234.50"), date(2018, 2, 26), CLOSING, True, False, None, "55208131766522")


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(data: bytes):
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    return sheet, [list(row) for row in sheet.iter_rows()]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "  =", "\u00a0+"])
def test_what_would_run_as_a_formula_is_text(start):
    typed = f"{start}HYPERLINK(1)"

    assert harmless(typed) == f"'{typed}"


@pytest.mark.parametrize("text", ["", "a=b", "l’œuvre", "12", "é", "(+33)"])
def test_ordinary_text_is_left_alone(text):
    assert harmless(text) == text


def test_control_characters_do_not_hide_a_formula():
    assert harmless("\x00=1\x0b\ud800\ufffe") == "'=1"


def test_csv_is_what_a_french_excel_opens():
    data = b"".join(csv_lines(["Nom", "=x"], [ROW[:2]]))

    assert data == '\ufeffNom;\'=x\r\n"Été; ""x""\nsuite";12\r\n'.encode()


def test_csv_values():
    assert read_csv(b"".join(csv_lines(["a"], [ROW])))[1] == [
        'Été; "x"\nsuite', "12", "1234,50", "2018-02-26", "2018-02-26 12:00:00", "oui", "non", "", "55208131766522",
    ]  # fmt: skip


def test_csv_is_sent_as_rows_are_read():
    read = []

    def rows():
        for n in range(3):
            read.append(n)
            yield [n]

    lines = csv_lines(["n"], rows())
    next(lines)
    next(lines)

    assert read == [0]


def test_xlsx_values_keep_their_types():
    sheet, rows = read_xlsx(xlsx_bytes("Dossiers [2018]: liste/complète", ["Nom"] * 9, [ROW]))

    assert [cell.value for cell in rows[1]] == [
        ROW[0], 12, 1234.5, datetime(2018, 2, 26), datetime(2018, 2, 26, 12), "oui", "non", None, "55208131766522",  # noqa: DTZ001 - a spreadsheet knows no zone
    ]  # fmt: skip
    assert [cell.data_type for cell in rows[1]] == ["s", "n", "n", "d", "d", "s", "s", "n", "s"]
    assert rows[0][0].font.bold
    assert sheet.freeze_panes == "A2"
    assert sheet.title == "Dossiers  2018   liste complète"


def test_xlsx_keeps_long_numbers_and_cuts_long_text_aloud():
    _, rows = read_xlsx(xlsx_bytes("t", ["a", "b"], [[10**16, "x" * 40_000]]))

    assert rows[1][0].value == str(10**16)
    assert len(rows[1][1].value) == spreadsheets.LONGEST_CELL
    assert rows[1][1].value.endswith(spreadsheets.CUT)


def test_xlsx_never_holds_a_formula():
    _, rows = read_xlsx(xlsx_bytes("t", ["=1"], [["=1+1"], ["+33 6"]]))

    assert [row[0].value for row in rows] == ["'=1", "'=1+1", "'+33 6"]
    assert {row[0].data_type for row in rows} == {"s"}


@settings(max_examples=50)
@given(st.lists(st.text(st.characters(categories=None), max_size=30), min_size=1, max_size=5))
def test_any_text_can_be_written_in_both(texts):
    rows = read_csv(b"".join(csv_lines(["a"] * len(texts), [texts])))
    _, cells = read_xlsx(xlsx_bytes("t", ["a"] * len(texts), [texts]))

    assert len(rows[1]) == len(texts)
    assert not any(cell.data_type == "f" for cell in cells[1])


def test_responses_are_files_to_save():
    csv_file = csv_response("dossiers.csv", ["a"], [["b"]])
    xlsx_file = xlsx_response("dossiers.xlsx", "Dossiers", ["a"], [["b"]])

    assert csv_file["Content-Disposition"] == 'attachment; filename="dossiers.csv"'
    assert csv_file["Content-Type"] == "text/csv; charset=utf-8"
    assert b"".join(csv_file) == "\ufeffa\r\nb\r\n".encode()
    assert xlsx_file["Content-Disposition"] == 'attachment; filename="dossiers.xlsx"'
    assert xlsx_file["Content-Type"] == spreadsheets.XLSX_TYPE
