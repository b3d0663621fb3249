"""The areas that conditions name, said without doubt: Paris is a commune and a département."""

import re
from collections.abc import Iterable

from territories.enums import AreaKind
from territories.queries import ALL_KINDS, AreaMatches, areas_by_key, search_areas

KINDS = {AreaKind(kind).label.lower(): AreaKind(kind) for kind in ALL_KINDS}
NAME_AND_KIND = re.compile(rf"(?P<name>.+), (?P<kind>{'|'.join(KINDS)})", re.IGNORECASE)


def place_names(references: Iterable[str]) -> dict[str, str]:
    """The names of areas by reference, with their kind: `Paris (75), département`. At most one query."""
    return {reference: f"{area.label}, {AreaKind(area.kind).label.lower()}" for reference, area in areas_by_key(references).items()}


def places_called(text: str) -> AreaMatches:
    """The areas that a text means; a kind after a comma leaves the others out."""
    match = NAME_AND_KIND.fullmatch(text)
    return search_areas(match["name"], (KINDS[match["kind"].lower()],)) if match else search_areas(text)
