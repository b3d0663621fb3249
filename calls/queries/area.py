"""Areas by the references that answers keep (`commune:75056`)."""

from collections.abc import Mapping

from territories.models import Area


def labels_of(areas: Mapping[str, Area]) -> dict[str, str]:
    """The names to show, by reference."""
    return {reference: area.label for reference, area in areas.items()}
