"""Search by name, postcode and code."""

import pytest

from territories.enums import AreaKind
from territories.queries import areas_by_key, commune_of_code, detail_of, postcode_problem, search_areas
from tests.factories.territories import AreaFactory, load_few_areas

pytestmark = pytest.mark.django_db
COMMUNES = [AreaKind.COMMUNE]


@pytest.fixture
def areas():
    return load_few_areas()


@pytest.mark.parametrize(
    ("text", "first", "certain"),
    [
        ("St Etienne", "commune:42218", True),
        ("saint-étienne", "commune:42218", True),
        ("SAINT ETIENNE", "commune:42218", True),
        ("saint etienne d", "commune:76575", False),
        ("L'Haÿ", "commune:94038", False),
        ("l’hay les roses", "commune:94038", True),
        ("hay", "commune:94038", False),
        ("Le Havre", "commune:76351", True),
        ("havre", "commune:76351", False),
        ("mans", "commune:72181", False),
        ("Le Man", "commune:72181", False),
        ("75011", "commune:75056", True),
        ("75056", "commune:75056", True),
        ("Paris 11e", "commune:75056", True),
        ("paris 11ème arrondissement", "commune:75056", True),
        ("97400", "commune:97411", True),
        ("974", "commune:97411", False),
        ("9740", "commune:97411", False),
        ("Saint-Denis (974)", "commune:97411", True),
        ("St Denis 93", "commune:93066", True),
        ("saint denis", "commune:97411", False),
        ("97400 Saint-Denis", "commune:97411", True),
        ("Arbignieu", "commune:01015", False),
        ("saint bois", "commune:01015", False),
        ("Saint Etiene", "commune:42218", False),
    ],
)
def test_search_finds_what_people_write(areas, text, first, certain):
    matches = search_areas(text, COMMUNES)

    assert matches.areas[0].key == first
    assert (matches.certain == areas[first]) is certain
    assert (matches.certain is None) is not certain


@pytest.mark.parametrize("text", ["Bâle", "99999", "zzzz", "", "  ", "%", "_", "\x00", "'; drop", "Saint-Denis (75)"])
def test_search_finds_nothing_where_there_is_nothing(areas, text):
    assert search_areas(text, COMMUNES).areas == ()


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("75", AreaKind.DEPARTEMENT, "departement:75"),
        ("reunion", AreaKind.DEPARTEMENT, "departement:974"),
        ("ile de france", AreaKind.REGION, "region:11"),
        ("244200770", AreaKind.EPCI, "epci:244200770"),
        ("st etienne metropole", AreaKind.EPCI, "epci:244200770"),
        ("75011", AreaKind.DISTRICT, "arrondissement:75111"),
        ("Paris 11e", AreaKind.DISTRICT, "arrondissement:75111"),
    ],
)
def test_search_keeps_to_the_kind_asked(areas, text, kind, key):
    assert [area.key for area in search_areas(text, [kind]).areas] == [key]


def test_search_for_a_region_number_is_no_exact_match(areas):
    AreaFactory(kind=AreaKind.REGION, code="75", name="Nouvelle-Aquitaine", population=6000000)

    assert [area.key for area in search_areas("75").areas] == ["departement:75", "commune:75056"]


def test_search_offers_homonyms_by_population(areas):
    assert [area.code for area in search_areas("saint-denis", COMMUNES).areas] == ["97411", "93066"]


def test_search_for_one_letter_only_finds_the_commune_so_called(areas):
    village = AreaFactory(name="Y", code="80829")
    AreaFactory(name="Ytrac", code="15267")

    assert search_areas("y", COMMUNES).areas == (village,)


def test_search_says_when_there_are_more(areas):
    few, all_of_them = search_areas("saint", COMMUNES, limit=2), search_areas("saint", COMMUNES, limit=5)

    assert (len(few.areas), few.more) == (2, True)
    assert (len(all_of_them.areas), all_of_them.more) == (5, False)


def test_search_leaves_out_areas_that_are_gone(areas):
    assert search_areas("01340", COMMUNES).areas == ()


def test_search_is_one_query_and_no_more_for_details(areas, django_assert_num_queries):
    with django_assert_num_queries(1):
        details = [detail_of(area) for area in search_areas("saint").areas]

    assert details == [
        "Intercommunalité · Loire · Auvergne-Rhône-Alpes",
        "Commune · 2 codes postaux · Loire · Auvergne-Rhône-Alpes",
        "Commune · 2 codes postaux · La Réunion",
        "Commune · 2 codes postaux · Seine-Saint-Denis · Île-de-France",
        "Commune · 76800 · Seine-Maritime · Normandie",
        "Département · Île-de-France",
        "Commune · 01300 · Ain · Auvergne-Rhône-Alpes",
    ]


def test_details_of_a_departement_name_its_region(areas):
    assert detail_of(areas["departement:42"]) == "Département · Auvergne-Rhône-Alpes"


def test_areas_by_key_follows_successors_and_drops_the_unknown(areas):
    AreaFactory(code="99998", gone=True)

    found = areas_by_key(["commune:75056", "commune:01340", "commune:99998", "commune:00000", "planete:1", "commune:'", "commune"])

    assert found == {"commune:75056": areas["commune:75056"], "commune:01340": areas["commune:01015"]}


def test_areas_by_key_reads_a_place_once_a_minute(areas, django_assert_num_queries):
    AreaFactory(code="99998", gone=True)
    keys = ["commune:01015", "commune:99998"]
    read = areas_by_key(keys)

    with django_assert_num_queries(0):
        kept = areas_by_key(keys)

    assert kept == read == {"commune:01015": areas["commune:01015"]}
    with django_assert_num_queries(0):
        assert kept["commune:01015"].label == areas["commune:01015"].label
    with django_assert_num_queries(1):
        assert list(areas_by_key([*keys, "departement:42"])) == ["commune:01015", "departement:42"]


def test_areas_by_key_of_nothing_is_nothing():
    assert areas_by_key([]) == {}


@pytest.mark.parametrize(("code", "key"), [("75056", "commune:75056"), ("75111", "commune:75056"), ("01340", "commune:01015")])
def test_commune_of_code_is_the_commune_of_today(areas, code, key):
    assert commune_of_code(code) == areas[key]


def test_commune_of_code_unknown_or_gone_is_none():
    AreaFactory(code="99998", gone=True)

    assert commune_of_code("99998") is None
    assert commune_of_code("00000") is None


@pytest.mark.parametrize(
    ("postcode", "key", "sentence"),
    [
        ("75011", "commune:75056", ""),
        ("75905", "commune:75056", ""),
        ("42000", "commune:75056", "Le code postal 42000 désigne Saint-Étienne (42), et non Paris (75)."),
        ("13001", "commune:72181", "Le code postal 13001 ne désigne pas Le Mans (72), dont le code postal est 72000."),
        ("13001", "commune:42218", "Le code postal 13001 ne désigne pas Saint-Étienne (42), dont les codes postaux vont de 42000 à 42100."),
        ("97200", "commune:97411", "Le code postal 97200 ne désigne pas Saint-Denis (974), dont les codes postaux vont de 97400 à 97490."),
        ("97410", "commune:97411", ""),
    ],
)
def test_postcode_and_commune(areas, postcode, key, sentence):
    assert postcode_problem(postcode, areas[key]) == sentence


@pytest.mark.parametrize(
    ("villages", "owners"),
    [
        (1, "Villers 0 (01)"),
        (3, "Villers 0 (01), Villers 1 (01) et Villers 2 (01)"),
        (4, "Villers 0 (01), Villers 1 (01) et d’autres communes"),
    ],
)
def test_postcode_of_several_communes(areas, villages, owners):
    for number in range(villages):
        AreaFactory(code=f"0150{number}", name=f"Villers {number}", postcodes=["01500"])

    assert postcode_problem("01500", areas["commune:75056"]) == f"Le code postal 01500 désigne {owners}, et non Paris (75)."


def test_commune_without_postcode_is_compared_to_none(areas):
    assert postcode_problem("75011", AreaFactory(postcodes=[])) == ""


@pytest.mark.parametrize(("text", "alike"), [("Saint Etiene", True), ("Saint-Étienne", False), ("saint", False), ("Bâle", False)])
def test_search_says_when_it_found_only_look_alikes(areas, text, alike):
    assert search_areas(text, COMMUNES).alike is alike
