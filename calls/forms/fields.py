"""Fields of the pages where staff write calls: clean lines and texts, instants in Paris time, numbers as the French type them, lists of labels."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from kit.french import PARIS
from kit.identifiers import clean_phone
from kit.money import parse_decimal
from kit.plain_text import clean_line, clean_text

LONGEST_PROSE = 20_000
BEFORE_PUBLICATION = "à remplir avant la publication"
"""Said beside a field that a draft may leave empty, and that the dry run will ask for."""
EARLIEST_YEAR, LATEST_YEAR = 2000, 2100
LONGEST_LABEL = 200
MOST_LABELS = 150


class LineField(forms.CharField):
    """Text on one line, cleaned of control and direction signs."""

    def to_python(self, value: Any) -> str:
        return clean_line(str(value), limit=LONGEST_PROSE, said=self.max_length) if value else ""


class PhoneField(LineField):
    """A telephone that someone in France or overseas can call, in the groups in which it is said."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return clean_phone(text) if (text := super().to_python(value)) else ""


class ProseField(forms.CharField):
    """Text of several lines, cleaned the same way, of a length that a page can hold."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 6}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return clean_text(str(value), limit=LONGEST_PROSE, said=self.max_length) if value else ""


class DayAndHour(forms.SplitDateTimeWidget):
    """A day and an hour, each with the browser's own control."""

    def __init__(self) -> None:
        super().__init__(
            date_format="%Y-%m-%d",
            time_format="%H:%M",
            date_attrs={"type": "date", "aria-label": "Jour"},
            time_attrs={"type": "time", "aria-label": "Heure de Paris"},
        )

    def decompress(self, value: Any) -> tuple[date | None, time | None]:
        if value is None:
            return (None, None)
        there = value.astimezone(ZoneInfo(PARIS))
        return (there.date(), there.time().replace(second=0, microsecond=0))


class ParisInstantField(forms.MultiValueField):
    """A day and an hour typed in Paris time, whatever the zone of who types."""

    def __init__(self, **kwargs: Any) -> None:
        required = kwargs.get("required", True)
        fields = (
            forms.DateField(
                error_messages={
                    "invalid": "Ce jour n’existe pas : choisissez-le dans le calendrier ou écrivez-le sous la forme 26/02/2018."
                }
            ),
            forms.TimeField(error_messages={"invalid": "Cette heure n’existe pas : écrivez-la sous la forme 12:00."}),
        )
        super().__init__(fields=fields, widget=DayAndHour(), require_all_fields=True, **{**kwargs, "required": required})
        self.error_messages["required"] = "Indiquez le jour et l’heure."
        self.error_messages["incomplete"] = "Indiquez le jour et l’heure."

    def compress(self, data_list: list[Any]) -> datetime | None:
        if not data_list:
            return None
        day, hour = data_list
        if not (isinstance(day, date) and isinstance(hour, time)):
            raise ValidationError("Indiquez le jour et l’heure.", code="incomplete")
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise ValidationError(f"Choisissez une année entre {EARLIEST_YEAR} et {LATEST_YEAR}.", code="invalid")
        return paris_instant(day, hour)


def paris_instant(day: date, hour: time) -> datetime:
    """The instant when it is `hour` in Paris on `day`; refuses an hour that the change of time skips or repeats."""
    zone = ZoneInfo(PARIS)
    local = datetime.combine(day, hour, tzinfo=zone)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValidationError(
            "Cette heure n’existe pas : c’est la nuit du passage à l’heure d’été. Choisissez une autre heure.", code="invalid"
        )
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise ValidationError(
            "Cette heure existe deux fois : c’est la nuit du passage à l’heure d’hiver. Choisissez une autre heure.", code="invalid"
        )
    return local


class NumberField(forms.CharField):
    """A number as people type it: spaces between thousands, comma or point."""

    def to_python(self, value: Any) -> Any:
        text = clean_line(str(value)) if value not in (None, "") else ""
        if not text:
            return None
        return parse_decimal(text)

    def prepare_value(self, value: Any) -> Any:
        return format(value.normalize(), "f").replace(".", ",") if isinstance(value, Decimal) else value


class LabelsField(forms.CharField):
    """One label a line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 8}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        lines = clean_text(str(value)).split("\n") if value else []
        labels = [line for line in (clean_line(line, limit=LONGEST_PROSE) for line in lines) if line]
        if len(labels) > MOST_LABELS:
            raise ValidationError(f"La liste compte {len(labels)} choix ; la limite est de {MOST_LABELS}.")
        for label in labels:
            if len(label) > LONGEST_LABEL:
                raise ValidationError(f"Un choix compte au plus {LONGEST_LABEL} caractères : « {label[:40]}… » est trop long.")
        seen: set[str] = set()
        for label in labels:
            if label.casefold() in seen:
                raise ValidationError(f"« {label} » figure deux fois dans la liste.")
            seen.add(label.casefold())
        return labels

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value
