"""Finding who stands behind the SIRET of a partner. May wait for the official register: never called by an autosave, nor with a row locked."""

from collections.abc import Iterable
from itertools import islice

from django.db import transaction

from calls.models import PartnerName
from calls.queries.partner import numbers_in
from community import register
from community.models import Organisation
from community.register import Absence, Answer
from kit import clock

MOST_ASKED = 5
"""Of the register, for one page: the next save asks for the others."""
UNKNOWN = "numéro inconnu du répertoire officiel"
UNDISCLOSED = "nom non diffusible"
CLOSED = "établissement fermé"


def name_partner(siret: str) -> PartnerName | None:
    """Record what is known of a clean SIRET: from an organisation whose identity was checked, else from the register.

    None when the register does not answer: the number stays, checked by its digits. A number that nobody knew is asked again.
    """
    known = PartnerName.objects.filter(siret=siret).first()
    if known is not None and known.note != UNKNOWN:
        return known
    name = Organisation.objects.filter(siret=siret, identity_checked_at__isnull=False).values_list("name", flat=True).first()
    if name:
        return _keep(siret, name, "")
    answer = register.find(siret)
    if answer in {Absence.UNAVAILABLE, Absence.LIMITED}:
        return known
    return _keep(siret, *_told(answer))


def name_partners(texts: Iterable[str]) -> None:
    """Record what is known of the partners whose number stands in these texts and whose name is not known yet."""
    numbers = numbers_in(texts)
    known = set(PartnerName.objects.filter(siret__in=numbers).values_list("siret", flat=True)) if numbers else set()
    for siret in islice(sorted(numbers - known), MOST_ASKED):
        if name_partner(siret) is None:
            return


@transaction.atomic
def _keep(siret: str, name: str, note: str) -> PartnerName:
    """One row a number, whoever asks at the same time."""
    return PartnerName.objects.update_or_create(siret=siret, defaults={"name": name[:200], "note": note, "found_at": clock.now()})[0]


def _told(answer: Answer) -> tuple[str, str]:
    """The name, and what is to be known of it."""
    if isinstance(answer, Absence):
        return "", UNKNOWN
    return answer.name, CLOSED if answer.closed else "" if answer.name else UNDISCLOSED
