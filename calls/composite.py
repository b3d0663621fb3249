"""Answers that are tables: a repeated group, a budget, a table of years. Pure; what a cell holds is read by whoever calls.

A table is typed as texts `address=words`, one a cell that holds something: `0.name` is the column `name` of the first row of a group,
`produits.2024` a year of a line, `achats` a line of a budget, `charges.0.label` and `charges.0.amount` a line that the applicant added.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any, Protocol

from calls.definition import QuestionDefinition
from calls.enums import BudgetSide, QuestionKind
from calls.kinds import DEFAULT_ROWS, MOST_FREE_LINES, MOST_ROWS, MOST_YEARS
from kit import french
from kit.money import euros
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


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: where it is, what it asks, what was typed there and what came of it."""

    address: str
    label: str
    question: QuestionDefinition
    text: str = ""
    value: Any = None
    problem: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: « Ligne 2 », or the line of a budget or of a table of years."""

    name: str
    cells: tuple[Cell, ...]
    is_free: bool = False
    """Whether the applicant added it and may take it away."""

    @property
    def is_empty(self) -> bool:
        return not any(cell.text for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that go together; `key` is a side of the budget, or nothing."""

    key: str
    title: str
    lines: tuple[Line, ...]
    total: Decimal | None = None
    most: int = 0
    """How many free lines it may hold."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table to be read: plain words, as a page, a PDF and a deposit show it."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: frozenset[int] = frozenset()
    """The rows that are totals or titles, by their rank."""

    def as_plain(self) -> dict[str, Any]:
        return {"headers": list(self.headers), "rows": [list(row) for row in self.rows], "strong": sorted(self.strong)}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any] | None) -> "Rows | None":
        if plain is None:
            return None
        return cls(tuple(plain["headers"]), tuple(tuple(row) for row in plain["rows"]), frozenset(plain["strong"]))

    @property
    def marked(self) -> tuple[tuple[bool, tuple[tuple[str, str], ...]], ...]:
        """Each row with whether it is a total or a title, and its cells with their headers."""
        return tuple((rank in self.strong, tuple(zip(self.headers, row, strict=True))) for rank, row in enumerate(self.rows))


@dataclass(frozen=True)
class Grid:
    """A table with what was typed in it."""

    question: QuestionDefinition
    blocks: tuple[Block, ...]

    def cells(self) -> Iterator[Cell]:
        for block in self.blocks:
            for line in block.lines:
                yield from line.cells

    @property
    def typed(self) -> list[str]:
        return [f"{cell.address}={cell.text}" for cell in self.cells() if cell.text]

    @cached_property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """What is wrong, as (address of a cell or nothing, sentence), in the order of the page."""
        if not self.typed:
            return ()
        wrong = [
            (cell.address, f"{line.name}, {cell.label} : {cell.problem}" if cell.label else f"{line.name} : {cell.problem}")
            for block in self.blocks
            for line in block.lines
            for cell in line.cells
            if cell.problem
        ]
        return (*wrong, *(("", sentence) for sentence in _whole_problems(self, readable=not wrong)))

    @property
    def problem(self) -> str:
        """The first thing that is wrong, and how many others are."""
        if not self.problems:
            return ""
        others = len(self.problems) - 1
        more = f" Et {french.counted(others, 'autre point', 'autres points')} à corriger dans ce tableau." if others else ""
        return self.problems[0][1] + more

    @property
    def value(self) -> Any:
        """The canonical value; None while something is wrong or nothing is typed."""
        if self.problems or not self.typed:
            return None
        match self.question.kind:
            case QuestionKind.GROUP:
                return [_values(line, by=self.question.parts) for line in self.blocks[0].lines if not line.is_empty]
            case QuestionKind.BUDGET:
                return {block.key: _budget_values(block) for block in self.blocks}
            case _:
                lines = zip(self.question.parts, self.blocks[0].lines, strict=True)
                return {part.key: {cell.label: cell.value for cell in line.cells if cell.value is not None} for part, line in lines}

    @cached_property
    def balance(self) -> str:
        """How charges and resources stand, in a sentence."""
        charges, resources = (block.total or Decimal(0) for block in self.blocks)
        return say_balance(charges, resources)

    def rows(self) -> Rows:
        """The table in words, without its empty free lines."""
        match self.question.kind:
            case QuestionKind.GROUP:
                headers = tuple(part.label for part in self.question.parts)
                return Rows(headers, tuple(tuple(cell.said for cell in line.cells) for line in self.blocks[0].lines if not line.is_empty))
            case QuestionKind.BUDGET:
                return self._budget_rows()
            case _:
                headers = ("", *(str(year) for year in years_of(self.question)))
                return Rows(headers, tuple((line.name, *(cell.said for cell in line.cells)) for line in self.blocks[0].lines))

    def _budget_rows(self) -> Rows:
        rows: list[tuple[str, ...]] = []
        strong: set[int] = set()
        for block in self.blocks:
            strong.add(len(rows))
            rows.append((block.title, ""))
            kept = [line for line in block.lines if not line.is_empty]
            rows += [(line.cells[0].said if line.is_free else line.name, line.cells[-1].said) for line in kept]
            strong.add(len(rows))
            rows.append((f"Total des {block.title.lower()}", "" if block.total is None else euros(block.total)))
        return Rows(("Poste", "Montant"), tuple(rows), frozenset(strong))

    @property
    def said(self) -> str:
        """The table as lines of text; nothing for an empty one."""
        return "\n".join(self._lines()) if self.typed else ""

    def _lines(self) -> Iterator[str]:
        rows = self.rows()
        if self.question.kind == QuestionKind.BUDGET:
            for rank, (name, amount) in enumerate(rows.rows):
                yield name if rank in rows.strong and not amount else f"{name} : {amount or '–'}"
            return
        for row in rows.rows:
            head, cells, headers = (
                ("", row, rows.headers) if self.question.kind == QuestionKind.GROUP else (row[0], row[1:], rows.headers[1:])
            )
            words = " ; ".join(f"{header} : {cell}" for header, cell in zip(headers, cells, strict=True) if cell)
            yield f"{head} – {words or 'rien'}" if head else words


def say_balance(charges: Decimal, resources: Decimal) -> str:
    if charges == resources:
        return f"Le budget est équilibré : {euros(charges)}."
    return f"Les charges ({euros(charges)}) et les ressources ({euros(resources)}) diffèrent de {euros(abs(charges - resources))}."


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


def years_of(question: QuestionDefinition) -> range:
    """The years of a table, the first to the last."""
    if question.minimum is None or question.maximum is None:
        return range(0)
    first = int(question.minimum)
    return range(first, min(int(question.maximum), first + MOST_YEARS - 1) + 1)


def most_rows(question: QuestionDefinition) -> int:
    return min(int(question.maximum), MOST_ROWS) if question.maximum is not None else DEFAULT_ROWS


def least_rows(question: QuestionDefinition) -> int:
    return min(int(question.minimum), MOST_ROWS) if question.minimum is not None else 0


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


def _whole_problems(grid: Grid, *, readable: bool) -> Iterator[str]:
    """What is wrong with the table as a whole, once something is typed in it."""
    question = grid.question
    if question.kind == QuestionKind.GROUP:
        yield from _group_problems(question, grid.blocks[0])
    for block in grid.blocks:
        for line in block.lines:
            if missing := [cell for cell in line.cells if not cell.text and _is_asked(question, line, cell)]:
                yield (
                    f"{line.name} : complétez {french.joined([f'« {cell.label} »' for cell in missing])}."
                    if missing[0].label
                    else (f"{line.name} : saisissez un montant (0 s’il n’y en a pas).")
                )
        if block.key and sum(line.is_free for line in block.lines) > block.most:
            yield f"{block.title} : ajoutez au plus {french.counted(block.most, 'ligne')}."
    if question.kind == QuestionKind.BUDGET and readable and len({block.total for block in grid.blocks}) > 1:
        yield grid.balance


def _group_problems(question: QuestionDefinition, block: Block) -> Iterator[str]:
    count = len(block.lines)
    if count > block.most:
        yield f"Ce tableau compte {french.counted(count, 'ligne')} ; la limite est de {block.most}."
    if count < least_rows(question):
        yield f"Remplissez au moins {french.counted(least_rows(question), 'ligne')}."


def _is_asked(question: QuestionDefinition, line: Line, cell: Cell) -> bool:
    """A required column of a row that holds something, a required line, and both halves of a line added to a budget."""
    if line.is_free and question.kind == QuestionKind.BUDGET:
        return True
    return cell.question.required


def _values(line: Line, *, by: tuple[QuestionDefinition, ...]) -> dict[str, Any]:
    return {part.key: cell.value for part, cell in zip(by, line.cells, strict=True) if cell.value is not None}


def _budget_values(block: Block) -> dict[str, Any]:
    lines = [
        {
            "label": line.cells[0].value if line.is_free else line.name,
            "amount": line.cells[-1].value,
            "key": "" if line.is_free else line.cells[0].address,
        }
        for line in block.lines
        if not line.is_empty
    ]
    return {"lines": lines, "total": format(block.total or Decimal(0), ".2f")}


def _with_blank(question: QuestionDefinition, block: Block) -> Block:
    free = sum(line.is_free for line in block.lines)
    wanted = min(max(free + 1, least_rows(question) if question.kind == QuestionKind.GROUP else 0), block.most)
    return replace(block, lines=(*block.lines, *(blank_line(question, block, index) for index in range(free, wanted))))
