"""Days as people type them in French."""

import re
from datetime import date

from django.core.exceptions import ValidationError

from kit.french import MONTHS

ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
NUMERIC = re.compile(r"(?P<day>\d{1,2})\s?[/.\- ]\s?(?P<month>\d{1,2})\s?[/.\- ]\s?(?P<year>\d{4})", re.ASCII)
WRITTEN = re.compile(r"(?P<day>\d{1,2})(?:er)?\s+(?P<month>[a-zûé]+)\s+(?P<year>\d{4})")
UNACCENTED = {"fevrier": "février", "aout": "août", "decembre": "décembre"}
LONGEST_TYPED = 40


def parse_day(text: str) -> date:
    """The day meant by `26/02/2018`, `26.02.2018`, `26 février 2018` or `2018-02-26`; else `ValidationError` with a French sentence."""
    trimmed = text.strip().lower() if len(text) <= LONGEST_TYPED else ""
    match = ISO.fullmatch(trimmed) or NUMERIC.fullmatch(trimmed) or WRITTEN.fullmatch(trimmed)
    if match is None:
        raise ValidationError("Saisissez une date sous la forme jour/mois/année, par exemple 26/02/2018.", code="invalid")
    month = match["month"]
    try:
        return date(
            int(match["year"]), int(month) if month.isdigit() else MONTHS.index(UNACCENTED.get(month, month)) + 1, int(match["day"])
        )
    except ValueError:
        raise ValidationError(f"Cette date n’existe pas : {text.strip()[:LONGEST_TYPED]}.", code="invalid") from None
