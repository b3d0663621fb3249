"""Areas by the references that answers keep (`commune:75056`)."""

from collections.abc import Iterable, Mapping

from territories.models import Area
from territories.queries import areas_by_key


def areas_by_reference(references: Iterable[str]) -> dict[str, Area]:
    """The areas of `references` that exist, in one query (none when nothing is asked)."""
    wanted = list(references)
    return dict(areas_by_key(wanted)) if wanted else {}


def labels_of(areas: Mapping[str, Area]) -> dict[str, str]:
    """The names to show, by reference."""
    return {reference: area.label for reference, area in areas.items()}
