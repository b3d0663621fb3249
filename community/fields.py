"""Form fields of the community: text cleaned of unseen signs, days, addresses of people and of sites."""

import re
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from kit.days import parse_day
from kit.plain_text import clean_line, clean_text

OTHER_SCHEME = re.compile(r"\s*(?!https?:)[a-z][a-z0-9+-]*:", re.IGNORECASE)


class SaidOnce(forms.CharField):
    """A text of which one thing is said to be wrong at a time: first that it is longer than this very field takes."""

    default_error_messages: ClassVar[dict[str, Any]] = {"max_length": "Ce texte est trop long : %(limit_value)d caractères au plus."}

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError as refused:
            last = refused.error_list[-1]  # the length is looked at after what the text should be like
            if last.code == "too_long" and self.max_length:
                last = ValidationError(self.error_messages["max_length"], code="max_length", params={"limit_value": self.max_length})
            raise last from None


class LineField(SaidOnce):
    """One line of text, cleaned of signs that people paste without seeing them."""

    def to_python(self, value: Any) -> str:
        return clean_line(str(value)) if value else ""


class TextField(SaidOnce):
    """Several lines of text, cleaned likewise."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> str:
        return clean_text(str(value)) if value else ""


class DayField(forms.CharField):
    """A day, as French people write it or as a browser's calendar sends it."""

    def to_python(self, value: Any) -> date | None:  # type: ignore[override] # a text that means a day
        return parse_day(str(value)) if value else None


class AddressField(SaidOnce, forms.EmailField):
    """A person's e-mail address."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "Cette adresse n’est pas complète. Exemple : prenom.nom@exemple.fr.",
        "max_length": "Cette adresse est trop longue : %(limit_value)d caractères au plus. Exemple : prenom.nom@exemple.fr.",
    }

    def to_python(self, value: Any) -> str:
        return clean_line(str(value)) if value else ""


class SiteField(SaidOnce, forms.URLField):
    """A site's address; one of another kind (`javascript:`, `mailto:`) is told apart from one that lacks a part."""

    def to_python(self, value: Any) -> Any:
        if OTHER_SCHEME.match(str(value or "")):
            raise ValidationError("Cette adresse n’est pas celle d’un site. Exemple : www.exemple.fr.", code="invalid")
        return super().to_python(value)
