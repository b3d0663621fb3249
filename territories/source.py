"""Reads the committed data of the official geographic code into rows ready for the table."""

import csv
import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from territories.enums import AreaKind
from territories.names import search_form

DATA = Path(__file__).resolve().parent / "data"
SEPARATOR = "|"
READING = b"2"
"""Changes whenever these tables are read otherwise, so that a database loaded before is loaded again."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One area; the links are codes, empty when there is none."""

    kind: AreaKind
    code: str
    name: str
    postcodes: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    population: int | None = None
    region: str = ""
    departement: str = ""
    epci: str = ""
    commune: str = ""
    successor: str = ""

    @property
    def search_terms(self) -> str:
        """Former names and postcodes, each between bars: `|arbignieu|01300|`."""
        terms = [*(search_form(name) for name in self.other_names), *self.postcodes]
        return f"{SEPARATOR}{SEPARATOR.join(terms)}{SEPARATOR}" if terms else ""


class Source:
    """One folder of tables with its manifest."""

    def __init__(self, folder: Path = DATA) -> None:
        self.folder = folder
        manifest = (folder / "manifest.json").read_bytes()
        self.digest = hashlib.sha256(manifest + READING).hexdigest()
        self.vintage: int = json.loads(manifest)["vintage"]

    def rows(self) -> list[SourceRow]:
        """Every area: regions first, former communes last."""
        communes = list(self._communes())
        by_code = {row.code: row for row in communes}
        of_region, of_departement = Counter[str](), Counter[str]()
        for row in communes:
            of_region[row.region] += row.population or 0
            of_departement[row.departement] += row.population or 0
        return [
            *(
                SourceRow(AreaKind.REGION, line["code"], line["nom"], population=of_region[line["code"]])
                for line in self._table("regions.csv")
            ),
            *(
                SourceRow(AreaKind.DEPARTEMENT, line["code"], line["nom"], population=of_departement[line["code"]], region=line["region"])
                for line in self._table("departements.csv")
            ),
            *self._epci(),
            *communes,
            *self._districts(by_code),
            *self._former(by_code),
        ]

    def _table(self, name: str) -> Iterator[dict[str, str]]:
        path = self.folder / name
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8", newline="") as lines:
            for line in csv.DictReader(lines):
                yield {**line, "nom": line["nom"].replace("'", "’")}  # the source writes as typewriters did

    def _epci(self) -> Iterator[SourceRow]:
        for line in self._table("epci.csv"):
            yield SourceRow(
                AreaKind.EPCI,
                line["code"],
                line["nom"],
                population=_number(line["population"]),
                region=line["region"],
                departement=line["departement"],
            )

    def _communes(self) -> Iterator[SourceRow]:
        for line in self._table("communes.csv.gz"):
            yield SourceRow(
                AreaKind.COMMUNE,
                line["code"],
                line["nom"],
                postcodes=tuple(line["codes_postaux"].split()),
                other_names=tuple(filter(None, line["autres_noms"].split(SEPARATOR))),
                population=_number(line["population"]),
                region=line["region"],
                departement=line["departement"],
                epci=line["epci"],
            )

    def _districts(self, communes: dict[str, SourceRow]) -> Iterator[SourceRow]:
        for line in self._table("arrondissements.csv"):
            city = communes[line["commune"]]
            yield SourceRow(
                AreaKind.DISTRICT,
                line["code"],
                line["nom"],
                postcodes=tuple(line["codes_postaux"].split()),
                population=_number(line["population"]),
                region=city.region,
                departement=city.departement,
                epci=city.epci,
                commune=city.code,
            )

    def _former(self, communes: dict[str, SourceRow]) -> Iterator[SourceRow]:
        for line in self._table("anciennes_communes.csv.gz"):
            heir = communes[line["successeur"]]
            # the source gives no name to most codes that went before 2019: they bear their successor's
            yield SourceRow(
                AreaKind.COMMUNE,
                line["code"],
                line["nom"] or heir.name,
                region=heir.region,
                departement=heir.departement,
                successor=heir.code,
            )


def _number(text: str) -> int | None:
    return int(text) if text else None
