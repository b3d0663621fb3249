"""Names of partners by the references that answers are said with (`siret:55208131766522`)."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError

from calls.models import PartnerName
from calls.reading import partner_references
from kit.identifiers import clean_siret


def partner_names(texts: Iterable[str]) -> dict[str, str]:
    """What is known of the partners whose number stands in these texts: one query, none when there is no number."""
    numbers = numbers_in(texts)
    return {one.reference: one.said for one in PartnerName.objects.filter(siret__in=numbers)} if numbers else {}


def numbers_in(texts: Iterable[str]) -> set[str]:
    """The SIRET that are exact, among texts typed."""
    numbers = (reference.partition(":")[2] for reference in partner_references(texts))
    return {number for number in numbers if _is_siret(number)}


def _is_siret(number: str) -> bool:
    try:
        return clean_siret(number) == number
    except ValidationError:
        return False
