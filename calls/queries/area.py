"""Areas by the references that answers keep (`commune:75056`)."""

from collections.abc import Mapping

from territories.enums import AreaKind
from territories.models import Area


def labels_of(areas: Mapping[str, Area]) -> dict[str, str]:
    """The names to show, by reference."""
    return {reference: area.label for reference, area in areas.items()}


def within_of(areas: Mapping[str, Area]) -> dict[str, frozenset[str]]:
    """By reference, the area meant and those in which it lies: commune, EPCI, département, région. No query for areas read by their keys."""
    return {reference: frozenset({reference, area.key, *_around(area)}) for reference, area in areas.items()}


def _around(area: Area) -> list[str]:
    above = ((AreaKind.EPCI, area.epci), (AreaKind.DEPARTEMENT, area.departement), (AreaKind.REGION, area.region))
    return [f"{kind}:{larger.code}" for kind, larger in above if larger is not None]
