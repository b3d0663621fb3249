"""A form field that other apps may use: one or several areas, typed by name or postcode, chosen without JavaScript."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.templatetags.static import static
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kit.plain_text import clean_line
from territories.enums import AreaKind
from territories.models import Area
from territories.queries import ALL_KINDS, TEXT_LIMIT, AreaMatches, areas_by_key, detail_of, search_areas

CHOICES_SHOWN = 12
AREAS_LIMIT = 50
NONE: dict[tuple[AreaKind, ...], str] = {
    (AreaKind.COMMUNE,): "Aucune commune",
    (AreaKind.EPCI,): "Aucune intercommunalité",
    (AreaKind.DEPARTEMENT,): "Aucun département",
    (AreaKind.REGION,): "Aucune région",
}
HELP = "Nom ou code postal, par exemple « Saint-Étienne » ou « 97400 »."


@dataclass(frozen=True, slots=True)
class AreaInput:
    """What the browser sent, or what a form starts with.

    `asked` is the text that `keys` answered: when a person types something else afterwards, the answer of a single choice is void.
    """

    text: str = ""
    keys: tuple[str, ...] = ()
    asked: str | None = None
    adding: bool = False


@dataclass(frozen=True, slots=True)
class AreaAnswer:
    """What an input comes to: the areas understood, and the matches among which to choose when it is not clear."""

    areas: tuple[Area, ...] = ()
    matches: AreaMatches = field(default_factory=AreaMatches)
    problem: str = ""


def understand(given: AreaInput, kinds: Iterable[AreaKind], *, multiple: bool, known: Mapping[str, Area] | None = None) -> AreaAnswer:
    """Chosen keys first, then the typed text; at most two queries, one less with the areas already `known` by key."""
    kinds = tuple(kinds)
    stale = not multiple and given.asked is not None and given.asked != given.text
    keys = () if stale else tuple(dict.fromkeys(given.keys))
    found = areas_by_key(keys[:AREAS_LIMIT]) if keys and known is None else known or {}
    found = {key: found[key] for key in keys if key in found}
    areas = tuple(dict.fromkeys(area for area in found.values() if area.kind in kinds))
    if problem := _problem(given, keys, [key for key in keys if key not in found or found[key].kind not in kinds]):
        return AreaAnswer(areas, problem=problem)
    if not given.text or (areas and not multiple):
        return AreaAnswer(areas[:1] if not multiple else areas)
    matches = search_areas(given.text, kinds, CHOICES_SHOWN)
    if multiple and given.asked == given.text and not set(areas).isdisjoint(matches.areas):
        return AreaAnswer(areas)
    if matches.certain:
        return AreaAnswer(tuple(dict.fromkeys((*areas, matches.certain))))
    return AreaAnswer(areas, matches, _question(given.text, kinds, matches))


def _problem(given: AreaInput, keys: tuple[str, ...], unknown: list[str]) -> str:
    if len(given.text) > TEXT_LIMIT:
        return f"Ce nom est trop long : écrivez au plus {TEXT_LIMIT} caractères."
    if len(keys) > AREAS_LIMIT:
        return f"Choisissez au plus {AREAS_LIMIT} territoires."
    if unknown:
        return "Un territoire choisi n’est pas dans la liste proposée : cherchez-le de nouveau."
    return ""


def _question(text: str, kinds: tuple[AreaKind, ...], matches: AreaMatches) -> str:
    if matches.alike or not matches.areas:
        verb = "ne correspond à" if any(sign.isdigit() for sign in text) else "ne s’appelle"
        none = f"{NONE.get(kinds, 'Aucun territoire')} {verb} « {text} »."
        code = "le code postal" if AreaKind.COMMUNE in kinds else "le numéro" if AreaKind.DEPARTEMENT in kinds else "une partie du nom"
        if matches.areas:
            return f"{none} Si l’un des noms proposés est le bon, choisissez-le ; sinon, corrigez le nom ou écrivez {code}."
        return f"{none} Vérifiez l’orthographe ou écrivez {code}."
    if len(matches.areas) == 1:
        return f"Confirmez le territoire qui correspond à « {text} »."
    return f"Plusieurs territoires peuvent correspondre à « {text} » : choisissez dans la liste."


class AreaWidget(forms.Widget):
    """A text field, the areas chosen so far, and the choices that the server offers; `static/js/area-combobox.js` makes it livelier."""

    template_name = "components/area_input.html"
    multiple = False
    kinds: tuple[AreaKind, ...] = ALL_KINDS
    answer: AreaAnswer | None = None

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> AreaInput:  # noqa: ARG002 - Django's signature
        several = data.getlist(f"{name}_code") if isinstance(data, MultiValueDict) else data.get(f"{name}_code", ())
        keys = [several] if isinstance(several, str) else several
        asked = data.get(f"{name}_for")
        return AreaInput(
            text=_plain(data.get(name)),
            keys=tuple(str(key) for key in keys if key),
            asked=None if asked is None else _plain(asked),
            adding=f"{name}_add" in data,
        )

    def value_omitted_from_data(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> bool:  # noqa: ARG002 - Django's signature
        return name not in data and f"{name}_code" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        given = value if isinstance(value, AreaInput) else AreaInput()
        answer = self.answer or understand(given, self.kinds, multiple=self.multiple)
        if answer.problem:
            text, asked = given.text, given.text if answer.matches.areas else ""
        else:
            text = asked = "" if self.multiple else "".join(area.label for area in answer.areas)
        chosen = [_option(area) for area in answer.areas]
        drawn = super().get_context(name, value, attrs)
        return {
            **drawn,
            "text": text,
            "asked": asked,
            "chosen": chosen,
            "proposals": [option for option in map(_option, answer.matches.areas) if option not in chosen],
            "more": answer.matches.more,
            "alike": answer.matches.alike,
            "multiple": self.multiple,
            "text_limit": TEXT_LIMIT,
            "search_url": _search_url(self.kinds),
            "attributes": flatatt(drawn["widget"]["attrs"]),
            "assets": _assets(),
        }


@lru_cache
def _search_url(kinds: tuple[AreaKind, ...]) -> str:
    return f"{reverse('territories:area_search')}?{urlencode({'kinds': ','.join(kinds)})}"


@lru_cache
def _assets() -> SafeString:
    """What makes the control livelier. Kept: a section draws it several times, and each address takes as long as the rest of a field."""
    return format_html(
        '<link rel="stylesheet" href="{}"><script type="module" src="{}"></script>',
        static("css/area-combobox.css"),
        static("js/area-combobox.js"),
    )


def _plain(text: object) -> str:
    """The text without what cannot be seen (control characters, direction marks)."""
    return clean_line(str(text or ""), limit=sys.maxsize)  # whatever its length, it is shown again


def _option(area: Area) -> dict[str, str]:
    return {"value": area.key, "label": area.label, "detail": detail_of(area)}


class AreaField(forms.Field):
    """One area (`Area | None`) or, with `multiple`, a list of areas, of the `kinds` allowed; see territories/README.md."""

    widget = AreaWidget

    def __init__(self, *, kinds: Iterable[AreaKind] = (AreaKind.COMMUNE,), multiple: bool = False, **kwargs: Any) -> None:
        super().__init__(**{"help_text": HELP, "template_name": "components/area_choice.html", **kwargs})
        self.kinds = self.widget.kinds = tuple(kinds)
        self.multiple = self.widget.multiple = multiple

    def prepare_value(self, value: Any) -> AreaInput:
        """An `Area`, a primary key (what a model form starts with), or a list of either."""
        if isinstance(value, AreaInput):
            return value
        values = [] if value is None or value == "" else list(value) if isinstance(value, Iterable) else [value]
        missing = [one for one in values if not isinstance(one, Area)]
        areas = [one for one in values if isinstance(one, Area)] + list(Area.objects.filter(pk__in=missing) if missing else ())
        return AreaInput(text="", keys=tuple(area.key for area in areas))

    def clean(self, value: Any) -> Any:
        given = self.prepare_value(value)
        answer = self.widget.answer = understand(given, self.kinds, multiple=self.multiple)
        if answer.problem:
            raise ValidationError(answer.problem, code="unclear")
        if self.multiple and given.adding and given.text:
            names = ", ".join(area.label for area in answer.areas)
            raise ValidationError(f"Liste mise à jour : {names}. Ajoutez un autre territoire ou enregistrez.", code="adding")
        if self.required and not answer.areas:
            raise ValidationError(self.error_messages["required"], code="required")
        if self.multiple:
            return list(answer.areas)
        return answer.areas[0] if answer.areas else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = {*areas_by_key(self.prepare_value(initial).keys).values()}
        answer = understand(self.prepare_value(data), self.kinds, multiple=self.multiple)
        return bool(answer.problem) or {*answer.areas} != before
