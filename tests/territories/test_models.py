"""What an area says of itself, and what its table refuses."""

import pytest
from django.db import IntegrityError

from territories.enums import AreaKind
from territories.models import Area, AreaLoad
from tests.factories.territories import VINTAGE, AreaFactory


@pytest.mark.parametrize(
    ("kind", "code", "name", "text", "label", "key"),
    [
        (AreaKind.COMMUNE, "97411", "Saint-Denis", "Saint-Denis (97411)", "Saint-Denis (974)", "commune:97411"),
        (AreaKind.COMMUNE, "2A004", "Ajaccio", "Ajaccio (2A004)", "Ajaccio (2A)", "commune:2A004"),
        (
            AreaKind.DISTRICT,
            "75111",
            "Paris 11e Arrondissement",
            "Paris 11e Arrondissement (75111)",
            "Paris 11e Arrondissement (75)",
            "arrondissement:75111",
        ),
        (AreaKind.DEPARTEMENT, "01", "Ain", "Ain (01)", "Ain (01)", "departement:01"),
        (AreaKind.EPCI, "200000172", "CC Faucigny", "CC Faucigny (200000172)", "CC Faucigny", "epci:200000172"),
        (AreaKind.REGION, "53", "Bretagne", "Bretagne", "Bretagne", "region:53"),
    ],
)
def test_area_names_itself(kind, code, name, text, label, key):
    area = Area(kind=kind, code=code, name=name)

    assert (str(area), area.label, area.key) == (text, label, key)


def test_load_names_its_vintage():
    assert str(AreaLoad(vintage=2026)) == "COG 2026"


@pytest.mark.django_db
def test_of_kind_keeps_one_kind():
    region = AreaFactory(kind=AreaKind.REGION, code="53", name="Bretagne")
    AreaFactory()

    assert list(Area.objects.of_kind(AreaKind.REGION)) == [region]


@pytest.mark.django_db
def test_a_current_area_has_no_successor():
    with pytest.raises(IntegrityError, match="area_successor_only_when_gone"):
        AreaFactory(successor=AreaFactory())


@pytest.mark.django_db
def test_an_area_does_not_end_before_it_begins():
    with pytest.raises(IntegrityError, match="area_vintages_in_order"):
        AreaFactory(last_vintage=VINTAGE - 1)
