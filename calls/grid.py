"""A table that an answer is, cell by cell: what is wrong in it, its value, its words. Pure; `calls.composite` makes it from what was typed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from calls.definition import QuestionDefinition
from calls.enums import QuestionKind
from calls.kinds import MOST_ROWS, MOST_YEARS
from kit import french
from kit.money import euros


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
    def marks_cells(self) -> bool:
        """Whether something is to be said beside a cell, and not only of the whole."""
        return any(address for address, _ in self.problems)

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


def years_of(question: QuestionDefinition) -> range:
    """The years of a table, the first to the last."""
    if question.minimum is None or question.maximum is None:
        return range(0)
    first = int(question.minimum)
    return range(first, min(int(question.maximum), first + MOST_YEARS - 1) + 1)


def most_rows(question: QuestionDefinition) -> int:
    return min(int(question.maximum), MOST_ROWS) if question.maximum is not None else MOST_ROWS


def least_rows(question: QuestionDefinition) -> int:
    return min(int(question.minimum), MOST_ROWS) if question.minimum is not None else 0


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
