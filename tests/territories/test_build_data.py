"""Rewriting the committed data from the package."""

import gzip
import json

import pytest

from territories import build_data

COMMUNE = {"type": "commune-actuelle", "departement": "01", "region": "84"}
PACKAGE = {
    "regions": [
        {"code": "84", "nom": "Auvergne-Rhône-Alpes", "zone": "metro"},
        {"code": "988", "nom": "Nouvelle-Calédonie", "zone": "com"},
    ],
    "departements": [{"code": "01", "nom": "Ain", "region": "84"}, {"code": "988", "nom": "Nouvelle-Calédonie", "region": "988"}],
    "epci": [
        {"code": "200000001", "nom": "CC Une", "type": "CC", "populationMunicipale": 9, "membres": [{"code": "01002"}, {"code": "01001"}]},
        {"code": "200000002", "nom": "CC Deux", "type": "CC", "populationMunicipale": 8, "membres": [{"code": "01002"}, {"code": "98801"}]},
    ],
    "communes": [
        {
            **COMMUNE,
            "code": "01002",
            "nom": "Bêta",
            "codesPostaux": ["01200", "01210"],
            "population": 5,
            "anciensCodes": ["01003", "01004"],
        },
        {**COMMUNE, "code": "01001", "nom": "Alpha", "codesPostaux": ["01100"]},
        {"type": "commune-actuelle", "code": "98801", "nom": "Bélep", "departement": "988", "region": "988"},
        {"type": "commune-deleguee", "code": "01002", "nom": "Ancienne-Bêta", "chefLieu": "01002"},
        {"type": "commune-associee", "code": "01003", "nom": "Gamma", "chefLieu": "01002"},
        {"type": "commune-deleguee", "code": "01001", "nom": "Alpha", "chefLieu": "01001"},
        {
            "type": "arrondissement-municipal",
            "code": "01299",
            "nom": "Bêta 1er",
            "commune": "01002",
            "codesPostaux": ["01200"],
            "population": 2,
        },
    ],
}


@pytest.fixture
def package(tmp_path):
    (tmp_path / "package" / "data").mkdir(parents=True)
    (tmp_path / "package" / "package.json").write_text(json.dumps({"name": "decoupage", "version": "6.0.0"}))
    for name, rows in PACKAGE.items():
        (tmp_path / "package" / "data" / f"{name}.json").write_text(json.dumps(rows))
    return tmp_path / "package"


def test_build_writes_every_table_and_the_manifest(package, tmp_path, monkeypatch):
    monkeypatch.setattr(build_data, "DATA", tmp_path / "data")

    build_data.build(package, 2026)

    tables = {
        path.name: (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode().splitlines()[1:]
        for path in (tmp_path / "data").glob("*.csv*")
    }
    assert tables == {
        "regions.csv": ["84,Auvergne-Rhône-Alpes"],
        "departements.csv": ["01,Ain,84", "988,Nouvelle-Calédonie,"],
        "epci.csv": ["200000001,CC Une,CC,01,84,9", "200000002,CC Deux,CC,,,8"],
        "communes.csv.gz": [
            "01001,Alpha,01,84,200000001,01100,,",
            "01002,Bêta,01,84,200000002,01200 01210,5,Ancienne-Bêta|Gamma",
            "98801,Bélep,988,,200000002,,,",
        ],
        "arrondissements.csv": ["01299,Bêta 1er,01002,01200,2"],
        "anciennes_communes.csv.gz": ["01003,Gamma,01002", "01004,,01002"],
    }
    manifest = json.loads((tmp_path / "data" / "manifest.json").read_text())
    assert (manifest["vintage"], manifest["source"]) == (2026, "decoupage 6.0.0")
    assert {name: table["rows"] for name, table in manifest["tables"].items()} == {name: len(rows) for name, rows in tables.items()}


def test_build_twice_gives_the_same_bytes(package, tmp_path, monkeypatch):
    monkeypatch.setattr(build_data, "DATA", tmp_path / "data")
    build_data.build(package, 2026)
    before = {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir()}

    build_data.build(package, 2026)

    assert {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir()} == before
