"""Areas by the references that answers keep (`commune:75056`)."""

from collections.abc import Iterable

from django.db.models import Q

from territories.models import Area


def areas_by_reference(references: Iterable[str]) -> dict[str, Area]:
    """The areas of `references` that exist, in one query (none when nothing is asked)."""
    codes: dict[str, set[str]] = {}
    for reference in references:
        kind, _, code = reference.partition(":")
        codes.setdefault(kind, set()).add(code)
    if not codes:
        return {}
    wanted = Q()
    for kind, some in codes.items():
        wanted |= Q(kind=kind, code__in=some)
    return {f"{area.kind}:{area.code}": area for area in Area.objects.filter(wanted)}


def area_names(references: Iterable[str]) -> dict[str, str]:
    """The names to show for `references`, in one query."""
    return {reference: str(area) for reference, area in areas_by_reference(references).items()}
