"""Loading a vintage: the committed data, twice, and a made-up next year."""

import csv
import gzip
import hashlib
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from territories.actions import OlderVintage, load_areas
from territories.enums import AreaKind
from territories.models import Area, AreaLoad
from territories.queries import search_areas
from territories.source import DATA, Source

pytestmark = pytest.mark.django_db

TABLES = {
    "regions.csv": ["code,nom", "84,Auvergne-Rhône-Alpes"],
    "departements.csv": ["code,nom,region", "01,Ain,84", "69,Rhône,84"],
    "epci.csv": ["code,nom,type,departement,region,population", "200000001,CC Une,CC,01,84,900", "200000002,CC Deux,CC,,84,10"],
    "communes.csv.gz": [
        "code,nom,departement,region,epci,codes_postaux,population,autres_noms",
        "01001,Alpha,01,84,200000001,01100 01110,500,",
        "01002,Bêta,01,84,200000001,01200,400,Ancienne-Bêta",
        "69123,Lyon,69,84,,69001 69002,1000,",
        "01009,Déserte,01,84,,,,",
    ],
    "arrondissements.csv": ["code,nom,commune,codes_postaux,population", "69381,Lyon 1er Arrondissement,69123,69001,300"],
    "anciennes_communes.csv.gz": ["code,nom,successeur", "01003,Gamma,01002", "01004,,01002"],
}


def source(folder, vintage, **changes):
    """A source of a few lines; `changes` replace whole tables by their name without its ending."""
    folder.mkdir()
    for name, lines in TABLES.items():
        content = ("\n".join(changes.get(name.split(".")[0], lines)) + "\n").encode()
        (folder / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    (folder / "manifest.json").write_text(json.dumps({"vintage": vintage, "changes": changes}))
    return Source(folder)


def links(kind, code):
    area = Area.objects.get(kind=kind, code=code)
    return [link and link.code for link in (area.region, area.departement, area.epci, area.commune, area.successor)]


def test_load_writes_areas_and_their_links(tmp_path):
    report = load_areas(source(tmp_path / "a", 2026))

    assert (report.vintage, report.written, report.ended, report.already_there) == (2026, 12, 0, False)
    assert links(AreaKind.COMMUNE, "01001") == ["84", "01", "200000001", None, None]
    assert links(AreaKind.DISTRICT, "69381") == ["84", "69", None, "69123", None]
    assert links(AreaKind.EPCI, "200000002") == ["84", None, None, None, None]
    assert links(AreaKind.COMMUNE, "01003") == ["84", "01", None, None, "01002"]
    beta = Area.objects.get(code="01002")
    assert (beta.search_name, beta.search_terms, beta.postcodes) == ("beta", "|ancienne beta|01200|", ["01200"])
    assert (beta.first_vintage, beta.last_vintage) == (2026, None)
    assert Area.objects.get(kind=AreaKind.DEPARTEMENT, code="01").population == 900
    assert Area.objects.get(kind=AreaKind.REGION).population == 1900
    assert Area.objects.get(code="01009").population is None


def test_load_makes_former_communes_end_before_the_vintage(tmp_path):
    load_areas(source(tmp_path / "a", 2026))

    former = Area.objects.filter(successor__isnull=False).order_by("code")
    assert list(former.values_list("code", "name", "first_vintage", "last_vintage")) == [
        ("01003", "Gamma", 2025, 2025),
        ("01004", "Bêta", 2025, 2025),
    ]


def test_load_again_does_nothing(tmp_path, django_assert_num_queries):
    data = source(tmp_path / "a", 2026)
    load_areas(data)

    with django_assert_num_queries(4):  # savepoint, lock, what was loaded last, release
        report = load_areas(data)

    assert report.already_there
    assert AreaLoad.objects.count() == 1


def test_load_of_corrected_data_keeps_identities(tmp_path):
    load_areas(source(tmp_path / "a", 2026))
    before = dict(Area.objects.values_list("code", "pk"))

    communes = [line.replace("Alpha", "Alpha-la-Neuve") for line in TABLES["communes.csv.gz"]]
    report = load_areas(source(tmp_path / "b", 2026, communes=communes))

    assert report.written == 1
    assert dict(Area.objects.values_list("code", "pk")) == before
    assert Area.objects.get(code="01001").search_name == "alpha la neuve"


def test_newer_vintage_ends_what_it_no_longer_names_and_deletes_nothing(tmp_path):
    load_areas(source(tmp_path / "a", 2026))

    load_areas(
        source(
            tmp_path / "b",
            2028,
            communes=[line for line in TABLES["communes.csv.gz"] if not line.startswith(("01001", "01009"))],
            epci=TABLES["epci.csv"][:2],
            anciennes_communes=[*TABLES["anciennes_communes.csv.gz"], "01001,Alpha,01002"],
        )
    )

    gone = Area.objects.filter(last_vintage__isnull=False).order_by("code")
    assert list(gone.values_list("code", "name", "first_vintage", "last_vintage", "successor__code")) == [
        ("01001", "Alpha", 2026, 2026, "01002"),
        ("01003", "Gamma", 2025, 2025, "01002"),
        ("01004", "Bêta", 2025, 2025, "01002"),
        ("01009", "Déserte", 2026, 2026, None),
        ("200000002", "CC Deux", 2026, 2026, None),
    ]
    assert Area.objects.count() == 12


def test_a_commune_restored_is_current_again(tmp_path):
    load_areas(source(tmp_path / "a", 2026))

    load_areas(
        source(
            tmp_path / "b",
            2027,
            communes=[*TABLES["communes.csv.gz"], "01003,Gamma,01,84,200000001,01300,50,"],
            anciennes_communes=TABLES["anciennes_communes.csv.gz"][::2],
        )
    )

    restored = Area.objects.get(code="01003")
    assert (restored.first_vintage, restored.last_vintage, restored.successor) == (2025, None, None)


def test_load_refuses_to_go_back_in_time(tmp_path):
    load_areas(source(tmp_path / "a", 2027))

    with pytest.raises(OlderVintage):
        load_areas(source(tmp_path / "b", 2026))


def test_command_says_what_it_did(tmp_path, capsys):
    source(tmp_path / "a", 2026)

    call_command("load_territories", data=tmp_path / "a")
    call_command("load_territories", data=tmp_path / "a")

    assert capsys.readouterr().out.splitlines() == [
        "Territoires : code officiel géographique 2026 chargé, 12 territoires écrits, 0 disparus.",
        "Territoires : le code officiel géographique 2026 est déjà chargé.",
    ]


def test_command_refuses_an_older_vintage_in_a_sentence(tmp_path):
    load_areas(source(tmp_path / "a", 2027))
    source(tmp_path / "b", 2026)

    with pytest.raises(CommandError, match="millésime plus récent"):
        call_command("load_territories", data=tmp_path / "b")


def test_committed_data_matches_its_manifest():
    manifest = json.loads((DATA / "manifest.json").read_text())

    for name, expected in manifest["tables"].items():
        content = (DATA / name).read_bytes()
        plain = gzip.decompress(content) if name.endswith(".gz") else content
        rows = list(csv.reader(plain.decode().splitlines()))
        assert (len(rows) - 1, hashlib.sha256(plain).hexdigest()) == (expected["rows"], expected["sha256"]), name


def test_committed_data_loads_whole(django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        report = load_areas(Source())

    assert (report.vintage, report.written) == (2026, 40636)
    assert Area.objects.current().of_kind(AreaKind.COMMUNE).count() == 34969
    assert Area.objects.filter(successor__isnull=False, successor__last_vintage__isnull=False).count() == 0
    assert links(AreaKind.COMMUNE, "42218") == ["84", "42", "244200770", None, None]
    assert links(AreaKind.DISTRICT, "75111")[3] == "75056"
    assert Area.objects.get(kind=AreaKind.DEPARTEMENT, code="988").region is None


@pytest.mark.parametrize(
    ("text", "indexes"),
    [
        ("St Etiene", {"area_search_name_trigram", "area_search_terms_trigram"}),
        ("97400", {"area_postcodes", "area_search_terms_trigram"}),
        ("y", {"area_search_name_prefix"}),
    ],
)
def test_search_of_the_whole_country_walks_indexes(text, indexes):
    load_areas(Source())
    with CaptureQueriesContext(connection) as captured:
        search_areas(text, [AreaKind.COMMUNE])

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + captured.captured_queries[-1]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert [name for name in indexes if name not in plan] == []
    assert "Seq Scan on territories_area " not in plan


def test_load_writes_the_apostrophes_of_names_as_french_prints_them(tmp_path):
    communes = [*TABLES["communes.csv.gz"][:4], "01008,L'Abergement,01,84,,01400,300,"]

    load_areas(source(tmp_path / "a", 2026, communes=communes))

    assert Area.objects.get(code="01008").name == "L’Abergement"
    assert [search_areas(text).certain.code for text in ("L'Abergement", "L’Abergement", "l abergement")] == ["01008"] * 3
