"""How a form of allauth gets our labels, hints and sentences, and loses its placeholders."""

from typing import Any, ClassVar, NamedTuple

from django.forms import PasswordInput


class Words(NamedTuple):
    """What the page says about a field."""

    label: str
    hint: str = ""
    missing: str = "Ce champ est à remplir."


class PlainWords:
    """Mixed in before a form of allauth."""

    words: ClassVar[dict[str, Words]] = {}
    dropped: ClassVar[tuple[str, ...]] = ()
    mark_optional = False  # a box to tick needs no « facultatif »

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.dropped:
            del self.fields[name]
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field.widget, PasswordInput):
                field.widget.attrs |= {"class": "fr-password__input", "autocapitalize": "off", "autocorrect": "off"}
            if name in self.words:
                field.label, field.help_text, field.error_messages["required"] = self.words[name]

    fields: dict[str, Any]
