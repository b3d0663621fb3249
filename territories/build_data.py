"""Rewrites the committed data from an unpacked npm package `@etalab/decoupage-administratif`; see data/README.md.

Run by hand once a year: `python territories/build_data.py PACKAGE_FOLDER 2026`.
"""

import argparse
import csv
import gzip
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"
LIST_SEPARATOR = " "
Row = dict[str, Any]


def read(package: Path, name: str) -> list[Row]:
    rows: list[Row] = json.loads((package / "data" / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def written(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Row:
    """Write one table, sorted and without a date inside, so that the same source gives the same bytes."""
    lines = sorted(rows, key=str)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    plain = text.getvalue().encode()
    path.write_bytes(gzip.compress(plain, compresslevel=9, mtime=0) if path.suffix == ".gz" else plain)
    return {"rows": len(lines), "sha256": hashlib.sha256(plain).hexdigest()}


def only(codes: set[str]) -> str:
    """The one code of the set, or nothing: an EPCI across two départements belongs to neither."""
    return next(iter(codes)) if len(codes) == 1 else ""


def build(package: Path, vintage: int) -> None:
    """Write every table and the manifest."""
    everything = read(package, "communes")
    communes = {row["code"]: row for row in everything if row["type"] == "commune-actuelle"}
    parts = [row for row in everything if row["type"] in {"commune-deleguee", "commune-associee"}]
    districts = [row for row in everything if row["type"] == "arrondissement-municipal"]
    bodies = read(package, "epci")
    regions = [row for row in read(package, "regions") if row["zone"] != "com"]
    known_regions = {row["code"] for row in regions}
    body_of = {member["code"]: body["code"] for body in bodies for member in body["membres"]}

    other_names: dict[str, set[str]] = defaultdict(set)
    former: dict[str, tuple[str, str, str]] = {}
    for code, row in communes.items():
        for old in row.get("anciensCodes", []):
            former[old] = (old, "", code)
    for row in parts:
        seat = communes[row["chefLieu"]]
        if row["nom"] != seat["nom"]:
            other_names[seat["code"]].add(row["nom"])
        if row["code"] not in communes:
            former[row["code"]] = (row["code"], row["nom"], seat["code"])

    def region_of(row: Row) -> str:
        return row["region"] if row["region"] in known_regions else ""

    def members(body: Row, field: str) -> set[str]:
        return {communes[member["code"]][field] for member in body["membres"]}

    DATA.mkdir(exist_ok=True)
    tables = {
        "regions.csv": written(DATA / "regions.csv", ("code", "nom"), ((row["code"], row["nom"]) for row in regions)),
        "departements.csv": written(
            DATA / "departements.csv",
            ("code", "nom", "region"),
            ((row["code"], row["nom"], region_of(row)) for row in read(package, "departements")),
        ),
        "epci.csv": written(
            DATA / "epci.csv",
            ("code", "nom", "type", "departement", "region", "population"),
            (
                (
                    row["code"],
                    row["nom"],
                    row["type"],
                    only(members(row, "departement")),
                    only(members(row, "region")),
                    row["populationMunicipale"],
                )
                for row in bodies
            ),
        ),
        "communes.csv.gz": written(
            DATA / "communes.csv.gz",
            ("code", "nom", "departement", "region", "epci", "codes_postaux", "population", "autres_noms"),
            (
                (
                    row["code"],
                    row["nom"],
                    row["departement"],
                    region_of(row),
                    body_of.get(row["code"], ""),
                    LIST_SEPARATOR.join(row.get("codesPostaux", [])),
                    row.get("population", ""),
                    "|".join(sorted(other_names[row["code"]])),
                )
                for row in communes.values()
            ),
        ),
        "arrondissements.csv": written(
            DATA / "arrondissements.csv",
            ("code", "nom", "commune", "codes_postaux", "population"),
            ((row["code"], row["nom"], row["commune"], LIST_SEPARATOR.join(row["codesPostaux"]), row["population"]) for row in districts),
        ),
        "anciennes_communes.csv.gz": written(DATA / "anciennes_communes.csv.gz", ("code", "nom", "successeur"), former.values()),
    }
    source = json.loads((package / "package.json").read_text(encoding="utf-8"))
    manifest = {"vintage": vintage, "source": f"{source['name']} {source['version']}", "tables": tables}
    (DATA / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":  # pragma: no cover - the command line
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path, help="the unpacked package: the folder that holds package.json and data/")
    parser.add_argument("vintage", type=int, help="the year of the official geographic code")
    options = parser.parse_args()
    build(options.package, options.vintage)
