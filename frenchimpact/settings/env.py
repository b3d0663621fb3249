"""The one typed reader of the environment; a value that is absent or malformed stops the start with a sentence."""

import os
from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured

YES = {"1", "true", "yes", "on", "oui"}
NO = {"0", "false", "no", "off", "non", ""}


class Env:
    """Reads variables of `source`; a name without a default is required."""

    def __init__(self, source: Mapping[str, str] | None = None) -> None:
        self._source: Mapping[str, str] = os.environ if source is None else source

    def text(self, name: str, default: str | None = None) -> str:
        value = self._source.get(name, default)
        if value is None:
            raise ImproperlyConfigured(f"The environment variable {name} is required and is not set.")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        word = self._source.get(name)
        if word is None:
            return default
        if word.strip().lower() in YES:
            return True
        if word.strip().lower() in NO:
            return False
        raise ImproperlyConfigured(f"{name} must be a yes or a no (1 or 0), not {word!r}.")

    def number(self, name: str, default: int | None = None) -> int:
        word = self.text(name, None if default is None else str(default))
        try:
            return int(word)
        except ValueError:
            raise ImproperlyConfigured(f"{name} must be a whole number, not {word!r}.") from None

    def words(self, name: str, default: str | None = None) -> list[str]:
        return [item.strip() for item in self.text(name, default).split(",") if item.strip()]

    def one_of(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        word = self.text(name, default)
        if word not in choices:
            raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {word!r}.")
        return word
