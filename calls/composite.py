"""Answers that are tables: a repeated group, a budget, a table of years. Pure; what a cell holds is read by whoever calls.

A table is typed as texts `address=words`, one a cell that holds something: `0.name` is the column `name` of the first row of a group,
`produits.2024` a year of a line, `achats` a line of a budget, `charges.0.label` and `charges.0.amount` a line that the applicant added.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from typing import Any, Protocol

from calls.definition import QuestionDefinition
from calls.enums import BudgetSide, QuestionKind
from calls.grid import Block, Cell, Grid, Line, least_rows, most_rows, years_of
from calls.kinds import MOST_FREE_LINES
from kit.plain_text import clean_line

MOST_CELLS = 2_000
LONGEST_INDEX = 3
LABEL, AMOUNT = "label", "amount"


class Read(Protocol):
    """What comes of one cell."""

    @property
    def typed(self) -> Any: ...
    @property
    def value(self) -> Any: ...
    @property
    def problem(self) -> str: ...


ReadCell = Callable[[QuestionDefinition, str], Read]
SayCell = Callable[[QuestionDefinition, Any], str]


def grid_of(question: QuestionDefinition, raw: Iterable[str], read: ReadCell, say: SayCell) -> Grid:
    """The table that some texts make. Never raises: an address that the question does not know is left out."""
    typed: dict[str, str] = {}
    for text in islice(raw, MOST_CELLS):
        address, _, words = text.partition("=")
        typed.setdefault(address, clean_line(words, limit=sys.maxsize))
    return Grid(question, tuple(_read_block(question, block, read, say) for block in SHAPES[question.kind](question, typed)))


def texts_of(question: QuestionDefinition, value: Any) -> Iterator[str]:
    """The texts that would make this value."""
    match question.kind:
        case QuestionKind.GROUP:
            for row, cells in enumerate(value):
                yield from (f"{row}.{key}={_text(cell)}" for key, cell in cells.items())
        case QuestionKind.BUDGET:
            for side, block in value.items():
                free = 0
                for line in block["lines"]:
                    if line["key"]:
                        yield f"{line['key']}={line['amount']}"
                    else:
                        yield from (f"{side}.{free}.{LABEL}={line['label']}", f"{side}.{free}.{AMOUNT}={line['amount']}")
                        free += 1
        case _:
            for key, cells in value.items():
                yield from (f"{key}.{year}={cell}" for year, cell in cells.items())


def _text(value: Any) -> str:
    """A value as it would be typed: « oui » and « non » are the only ones that are no text."""
    return str(value) if not isinstance(value, bool) else "oui" if value else "non"


def with_blanks(grid: Grid) -> Grid:
    """The same table with an empty line at the end of each block that may grow, for whoever fills it; as many as are asked, at the start."""
    return replace(grid, blocks=tuple(_with_blank(grid.question, block) for block in grid.blocks))


def blank_line(question: QuestionDefinition, block: Block, index: int | str) -> Line:
    """A line that may be added, at the place `index`."""
    if question.kind == QuestionKind.GROUP:
        return Line(
            f"Ligne {index + 1}" if isinstance(index, int) else "Nouvelle ligne", tuple(_group_cells(question, index, {})), is_free=True
        )
    return Line("Autre ligne", _free_cells(question, block.key, index, {}), is_free=True)


def _group(question: QuestionDefinition, typed: Mapping[str, str]) -> Iterator[Block]:
    """Rows in the order of their numbers, those that hold nothing left out."""
    by_row: dict[int, dict[str, str]] = {}
    for address, words in typed.items():
        row, dot, column = address.partition(".")
        if dot and _is_index(row):
            by_row.setdefault(int(row), {})[column] = words
    keys = {part.key for part in question.parts}
    kept = [by_row[row] for row in sorted(by_row) if any(words and column in keys for column, words in by_row[row].items())]
    lines = tuple(Line(f"Ligne {index + 1}", tuple(_group_cells(question, index, cells)), is_free=True) for index, cells in enumerate(kept))
    yield Block("", "", lines, most=most_rows(question))


def _group_cells(question: QuestionDefinition, index: int | str, words: Mapping[str, str]) -> Iterator[Cell]:
    for part in question.parts:
        yield Cell(f"{index}.{part.key}", part.label, part, words.get(part.key, ""))


def _budget(question: QuestionDefinition, typed: Mapping[str, str]) -> Iterator[Block]:
    for side in BudgetSide:
        lines = [
            Line(part.label, (Cell(part.key, "", part, typed.get(part.key, "")),)) for part in question.parts if part.side == side.value
        ]
        indices = sorted({int(index) for address in typed if (index := _free_index(address, side)) is not None}) if question.several else []
        free = [_free_cells(question, side.value, index, typed) for index in indices]
        kept = [cells for cells in free if any(cell.text for cell in cells)]
        lines += [
            Line(_free_name(cells, rank), tuple(replace(cell, address=_moved(cell.address, rank)) for cell in cells), is_free=True)
            for rank, cells in enumerate(kept)
        ]
        yield Block(side.value, str(side.label), tuple(lines), most=MOST_FREE_LINES if question.several else 0)


def _free_cells(question: QuestionDefinition, side: str, index: int | str, typed: Mapping[str, str]) -> tuple[Cell, ...]:
    """The words and the amount of a line that the applicant added."""
    amount = replace(question, key=AMOUNT, kind=QuestionKind.AMOUNT, label="Montant", minimum=Decimal(0), parts=(), several=False)
    label = replace(amount, key=LABEL, kind=QuestionKind.SHORT_TEXT, label="Poste", minimum=None)
    stem = f"{side}.{index}"
    return tuple(Cell(f"{stem}.{part.key}", part.label, part, typed.get(f"{stem}.{part.key}", "")) for part in (label, amount))


def _free_name(cells: tuple[Cell, ...], rank: int) -> str:
    return cells[0].text[:60] or f"Autre ligne {rank + 1}"


def _moved(address: str, rank: int) -> str:
    side, _, column = address.split(".")
    return f"{side}.{rank}.{column}"


def _free_index(address: str, side: BudgetSide) -> str | None:
    head, _, rest = address.partition(".")
    index, _, column = rest.partition(".")
    return index if head == side.value and _is_index(index) and column in {LABEL, AMOUNT} else None


def _years(question: QuestionDefinition, typed: Mapping[str, str]) -> Iterator[Block]:
    years = years_of(question)
    lines = (
        Line(part.label, tuple(Cell(f"{part.key}.{year}", str(year), part, typed.get(f"{part.key}.{year}", "")) for year in years))
        for part in question.parts
    )
    yield Block("", "", tuple(lines))


SHAPES: Mapping[str, Callable[[QuestionDefinition, Mapping[str, str]], Iterator[Block]]] = {
    QuestionKind.GROUP: _group,
    QuestionKind.BUDGET: _budget,
    QuestionKind.YEARS: _years,
}


def _is_index(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_INDEX and text == str(int(text))


def _read_block(question: QuestionDefinition, block: Block, read: ReadCell, say: SayCell) -> Block:
    lines = tuple(_read_line(line, read, say) for line in block.lines)
    if question.kind != QuestionKind.BUDGET:
        return replace(block, lines=lines)
    amounts = [Decimal(line.cells[-1].value) for line in lines if line.cells[-1].value is not None]
    return replace(block, lines=lines, total=sum(amounts, Decimal(0)))


def _read_line(line: Line, read: ReadCell, say: SayCell) -> Line:
    cells = []
    for cell in line.cells:
        reading = read(cell.question, cell.text)
        said = say(cell.question, reading.value) if reading.value is not None else reading.typed
        cells.append(replace(cell, text=reading.typed, value=reading.value, problem=reading.problem, said=said))
    return replace(line, cells=tuple(cells))


def _with_blank(question: QuestionDefinition, block: Block) -> Block:
    free = sum(line.is_free for line in block.lines)
    wanted = min(max(free + 1, least_rows(question) if question.kind == QuestionKind.GROUP else 0), block.most)
    return replace(block, lines=(*block.lines, *(blank_line(question, block, index) for index in range(free, wanted))))
