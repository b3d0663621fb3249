"""French in templates: `{% load french %}`, then `{{ round.closes_at|instant:request.user.time_zone }}`."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django import template

from kit import french, identifiers, money

register = template.Library()


@register.filter
def instant(at: datetime | None, zone: str = "") -> str:
    """The instant in words, in Paris time and, where it differs, in `zone`; nothing for no instant."""
    return french.instant(at, zone or french.PARIS) if at else ""


@register.filter
def exact_instant(at: datetime | None, zone: str = "") -> str:
    """The instant in words, with its seconds: for receipts and logs."""
    return french.instant(at, zone or french.PARIS, seconds=True) if at else ""


@register.filter
def short_instant(at: datetime | None) -> str:
    """`26/02/2018 12 h`, in Paris time; nothing for no instant."""
    return french.short_instant(at) if at else ""


@register.filter
def day(on: date | datetime | None, zone: str = "") -> str:
    """`26 février 2018`; of an instant, the day it is in `zone` (Paris by default)."""
    if isinstance(on, datetime):
        on = french.day_of(on, zone or french.PARIS)
    return french.day(on) if on else ""


@register.filter
def ago(at: datetime | None) -> str:
    return french.ago(at) if at else ""


@register.filter
def number(value: int | Decimal | None) -> str:
    return "" if value is None else french.number(value)


@register.filter
def file_size(size: int) -> str:
    return french.file_size(size)


@register.filter
def euros(amount: int | Decimal | None) -> str:
    return "" if amount is None else money.euros(amount)


@register.filter
def joined(words: Sequence[object], last: str = "et") -> str:
    return french.joined(words, last)


@register.filter
def counted(count: int, forms: str) -> str:
    """`{{ 3|counted:"appel à projets,appels à projets" }}`; the plural may be left out when it only takes an « s »."""
    one, _, several = forms.partition(",")
    return french.counted(count, one, several)


@register.filter
def agreed(count: int, forms: str) -> str:
    """The word without the figure: `{{ 2|agreed:"ouvert" }}` is « ouverts »."""
    one, _, several = forms.partition(",")
    return french.plural(count, one, several)


@register.filter
def siret(digits: str) -> str:
    return identifiers.siret_in_groups(digits)
