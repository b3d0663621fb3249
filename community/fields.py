"""Form fields of the community: text cleaned of unseen signs, days, addresses of sites."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kit.days import parse_day
from kit.plain_text import clean_line, clean_text

OTHER_SCHEME = re.compile(r"\s*(?!https?:)[a-z][a-z0-9+-]*:", re.IGNORECASE)


class LineField(forms.CharField):
    """One line of text, cleaned of signs that people paste without seeing them."""

    def to_python(self, value: Any) -> str:
        return clean_line(str(value)) if value else ""


class TextField(forms.CharField):
    """Several lines of text, cleaned likewise."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> str:
        return clean_text(str(value)) if value else ""


class DayField(forms.CharField):
    """A day, as French people write it or as a browser's calendar sends it."""

    def to_python(self, value: Any) -> date | None:  # type: ignore[override] # a text that means a day
        return parse_day(str(value)) if value else None


class SiteField(forms.URLField):
    """A site's address; one of another kind (`javascript:`, `mailto:`) is told apart from one that lacks a part."""

    def to_python(self, value: Any) -> Any:
        if OTHER_SCHEME.match(str(value or "")):
            raise ValidationError("Cette adresse n’est pas celle d’un site. Exemple : www.exemple.fr.", code="invalid")
        return super().to_python(value)
