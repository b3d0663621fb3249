"""A table as a browser shows it and sends it: one named field a cell, an empty line at the end of what may grow."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from calls.composite import blank_line, with_blanks
from calls.definition import QuestionDefinition
from calls.enums import QuestionKind
from calls.grid import Block, Cell, Grid, Line, years_of
from calls.reading import NO, YES
from kit.money import euros

NEW = "__n__"
"""Stands for the number of a line in the pattern from which the page makes new ones."""
LONGEST_NAME = 250
UNNAMED = "Numéro exact d’après ses chiffres ; le nom n’a pas encore été trouvé au répertoire officiel."
INPUT_TYPES: Mapping[str, str] = {QuestionKind.EMAIL: "email", QuestionKind.PHONE: "tel", QuestionKind.URL: "url"}
INPUT_MODES: Mapping[str, str] = {
    QuestionKind.AMOUNT: "decimal",
    QuestionKind.NUMBER: "decimal",
    QuestionKind.PARTNER: "numeric",
}
AUTOCOMPLETE: Mapping[str, str] = {QuestionKind.EMAIL: "email", QuestionKind.PHONE: "tel", QuestionKind.URL: "url"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell to fill; `summed` names the total that it counts in."""

    name: str
    label: str
    line: str
    text: str
    problem: str
    kind: QuestionKind
    options: tuple[tuple[str, str], ...]
    partner: str
    summed: str

    @property
    def type(self) -> str:
        return INPUT_TYPES.get(self.kind, "text")

    @property
    def mode(self) -> str:
        return INPUT_MODES.get(self.kind, "")

    @property
    def is_partner(self) -> bool:
        return self.kind == QuestionKind.PARTNER


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A row to fill. `head` is its name where the row shows one; `address` is what « Retirer » sends, where it may go away."""

    name: str
    head: str
    entries: tuple[Entry, ...]
    address: str


@dataclass(frozen=True, slots=True)
class EntryBlock:
    """Rows that go together; `pattern` is what another row is made from."""

    key: str
    title: str
    lines: tuple[EntryLine, ...]
    pattern: EntryLine | None
    most: int
    total: str

    @property
    def add_label(self) -> str:
        return f"Ajouter une ligne aux {self.title.lower()}" if self.title else "Ajouter une ligne"


@dataclass(frozen=True, slots=True)
class EntryTable:
    """What the template of a table is handed."""

    headers: tuple[str, ...]
    blocks: tuple[EntryBlock, ...]
    balance: str
    grows: bool

    @property
    def span(self) -> int:
        return len(self.headers) + self.grows


def entry_table(name: str, grid: Grid, names: Mapping[str, str]) -> EntryTable:
    """The table to fill, under the `name` of its field; `names` tells partners by `siret:…`."""
    question, whole = grid.question, with_blanks(grid)
    blocks = tuple(_block(name, question, block, names) for block in whole.blocks)
    readable = question.kind == QuestionKind.BUDGET and grid.typed and not any(cell.problem for cell in grid.cells())
    balance = grid.balance if readable else ""
    return EntryTable(_headers(question), blocks, balance, any(block.most for block in blocks))


def sent_texts(name: str, data: QueryDict) -> Iterator[str]:
    """The cells that a request brings, but those of the line whose « Retirer » was pressed."""
    stem, gone = f"{name}.", data.get(f"{name}_remove", "")
    for key in data:
        address = key.removeprefix(stem)
        if address != key and len(key) <= LONGEST_NAME and not (gone and address.startswith(f"{gone}.")):
            yield from (f"{address}={text}" for text in data.getlist(key) if text)


def _headers(question: QuestionDefinition) -> tuple[str, ...]:
    match question.kind:
        case QuestionKind.GROUP:
            return tuple(part.label if part.required else f"{part.label} (facultatif)" for part in question.parts)
        case QuestionKind.BUDGET:
            return ("Poste", "Montant en euros")
        case _:
            return ("", *(str(year) for year in years_of(question)))


def _block(name: str, question: QuestionDefinition, block: Block, names: Mapping[str, str]) -> EntryBlock:
    pattern = _line(name, block, blank_line(question, block, NEW), names) if block.most else None
    lines = tuple(_line(name, block, line, names) for line in block.lines)
    return EntryBlock(block.key, block.title, lines, pattern, block.most, "" if block.total is None else euros(block.total))


def _line(name: str, block: Block, line: Line, names: Mapping[str, str]) -> EntryLine:
    entries = tuple(_entry(name, block, line, cell, names) for cell in line.cells)
    address = line.cells[0].address.rpartition(".")[0] if line.is_free else ""
    return EntryLine(line.name, "" if line.is_free else line.name, entries, address)


def _entry(name: str, block: Block, line: Line, cell: Cell, names: Mapping[str, str]) -> Entry:
    kind = cell.question.kind
    return Entry(
        name=f"{name}.{cell.address}",
        label=cell.label or "Montant",
        line=line.name,
        text=cell.text,
        problem=cell.problem,
        kind=kind,
        options=_options(cell),
        partner=partner_said(cell.value, names) if kind == QuestionKind.PARTNER else "",
        summed=block.key if kind == QuestionKind.AMOUNT else "",
    )


def partner_said(siret: str | None, names: Mapping[str, str]) -> str:
    """Who is behind the number of a partner; nothing while there is no number."""
    return names.get(f"siret:{siret}", UNNAMED) if siret else ""


def _options(cell: Cell) -> tuple[tuple[str, str], ...]:
    """The choices of a cell; a text that is none of them stays among them, lest the page send it back emptied."""
    match cell.question.kind:
        case QuestionKind.YES_NO:
            known: tuple[tuple[str, str], ...] = ((YES, "Oui"), (NO, "Non"))
        case QuestionKind.SINGLE_CHOICE:
            known = tuple((choice.key, choice.label) for choice in cell.question.choices)
        case _:
            return ()
    return known if not cell.text or cell.text in dict(known) else (*known, (cell.text, cell.text))
