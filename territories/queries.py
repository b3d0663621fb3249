"""Reads over areas: search by name, postcode or code, and the area that a code means today."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.core.cache import caches
from django.db.models import Case, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from kit import french
from territories.enums import AreaKind
from territories.models import Area, AreaQuerySet
from territories.names import search_form, with_articles

ALL_KINDS = (AreaKind.COMMUNE, AreaKind.EPCI, AreaKind.DEPARTEMENT, AreaKind.REGION)
TEXT_LIMIT = 120
NAMED = (
    "kind",
    "code",
    "name",
    "postcodes",
    "last_vintage",
    "successor",
    "departement__name",
    "region__name",
    *("departement__code", "region__code", "epci__code"),
)
"""What it takes to say an area, tell it from its namesakes, and know in which others it lies."""
DEFAULT_LIMIT = 20

_EXACT, _STARTS, _INSIDE, _ONCE, _LIKE = range(5)
_NUMBERED_DISTRICT = re.compile(r"(paris|lyon|marseille) \d{1,2}(?:er|e|eme)?(?: arrondissement)?")
_STORED_KEY = re.compile(rf"(?:{'|'.join(AreaKind.values)}):[0-9AB]{{2,9}}")
_OWNERS_NAMED = 3
_OVERSEAS = ("97", "98")
_CODE = re.compile(r"\d{2,9}|2[ab]\d{0,3}")
_NAME_AND_CODE = re.compile(r"(?P<name>[a-z].*?) (?P<code>\d{2,5}|2[ab](?:\d{3})?)")
_CODE_AND_NAME = re.compile(r"(?P<code>\d{5}) (?P<name>[a-z].*)")


@dataclass(frozen=True, slots=True)
class AreaMatches:
    """What a search found, best first."""

    areas: tuple[Area, ...] = ()
    more: bool = False
    certain: Area | None = None
    """The one area that the text says without doubt, when there is one."""
    alike: bool = False
    """Whether nothing is called so: the areas found only resemble the text."""


def search_areas(text: str, kinds: Iterable[AreaKind] = ALL_KINDS, limit: int = DEFAULT_LIMIT) -> AreaMatches:
    """Current areas called, formerly called, numbered or nearly called `text`: exact, then prefix, then population. One query."""
    kinds = tuple(kinds)
    form = search_form(text[:TEXT_LIMIT])
    if AreaKind.COMMUNE in kinds and AreaKind.DISTRICT not in kinds and (city := _NUMBERED_DISTRICT.fullmatch(form)):
        form = city[1]
    if not form:
        return AreaMatches()
    areas = Area.objects.current().of_kinds(kinds).select_related("departement", "region", "epci")
    found = list(
        _ranked(areas, form).order_by("rank", F("nearness").desc(), F("population").desc(nulls_last=True), "search_name", "pk")[: limit + 1]
    )
    best = [area for area in found if area.rank < _LIKE]
    shown = best or found
    exact = [area for area in best if area.rank == _EXACT]
    # « Saint » alone is not Le Saint without doubt: an article left out puts first, and is asked
    sure = len(exact) == 1 and (any(character.isdigit() for character in form) or exact[0].search_name == form)
    return AreaMatches(tuple(shown[:limit]), len(shown) > limit, exact[0] if sure else None, alike=bool(found) and not best)


def _ranked(areas: AreaQuerySet, form: str) -> QuerySet[Any]:
    """The areas that match, each with its `rank` and its `nearness` (1 except for approximate matches)."""
    if _CODE.fullmatch(form):
        return _by_code(areas, form.upper())
    parts = _CODE_AND_NAME.fullmatch(form) or _NAME_AND_CODE.fullmatch(form)
    if parts:
        code = parts["code"].upper()
        same_place = Q(code=code) | Q(departement__code=code) | Q(postcodes__contains=[code])
        return _by_name(areas.filter(same_place), parts["name"], approximate=False)
    return _by_name(areas, form, approximate=len(form) > 2)  # noqa: PLR2004 - shorter, everything is alike


def _by_code(areas: AreaQuerySet, code: str) -> QuerySet[Any]:
    # nobody writes a région's number, and « 75 » is Paris
    exact = Q(code=code) & ~Q(kind=AreaKind.REGION) | Q(postcodes__contains=[code])
    return areas.filter(exact | Q(search_terms__contains=f"|{code}")).annotate(
        rank=Case(When(exact, then=_EXACT), default=_STARTS, output_field=IntegerField()),
        nearness=Value(1.0, output_field=FloatField()),
    )


def _by_name(areas: AreaQuerySet, form: str, *, approximate: bool) -> QuerySet[Any]:
    exact = Q(search_name__in=with_articles(form))
    starts = Q(search_name__startswith=form)
    inside = Q(search_name__contains=f" {form}")
    once = Q(search_terms__contains=f"|{form}")
    matching = exact if len(form) == 1 else exact | starts | inside | once
    ranks = [When(exact, then=_EXACT), When(starts, then=_STARTS), When(inside, then=_INSIDE), When(once, then=_ONCE)]
    if approximate:
        matching |= Q(search_name__trigram_similar=form)
    rank = Case(*ranks, default=_LIKE, output_field=IntegerField())
    return (
        areas.filter(matching)
        .annotate(rank=rank)
        .annotate(
            nearness=Case(
                When(rank=_LIKE, then=Cast(TrigramSimilarity("search_name", form), FloatField())),
                default=Value(1.0),
                output_field=FloatField(),
            )
        )
    )


def areas_by_key(keys: Iterable[str]) -> dict[str, Area]:
    """The area of each key (`commune:75056`), or its successor's where it has one. Unknown keys, and areas gone without successor, are absent.

    Each process keeps for a minute those that it has read: areas change once a year. Else one query, and one more when an area is gone.
    """
    asked = [key for key in keys if _STORED_KEY.fullmatch(key)]
    known: dict[str, Area] = caches["process"].get_many(asked) if asked else {}
    if read := _areas_read([key for key in asked if key not in known]):
        caches["process"].set_many(read)
        known |= read
    return {key: known[key] for key in asked if key in known and known[key].last_vintage is None}


def _areas_read(keys: Iterable[str]) -> dict[str, Area]:
    """As `areas_by_key`, from the database; areas gone without successor are themselves."""
    codes: dict[str, list[str]] = {}
    for key in keys:
        kind, code = key.split(":")
        codes.setdefault(kind, []).append(code)
    if not codes:
        return {}
    wanted = Q(*(Q(kind=kind, code__in=sorted(each)) for kind, each in codes.items()), _connector=Q.OR)
    places = Area.objects.select_related("departement", "region", "epci").only(*NAMED).order_by()
    found = list(places.filter(wanted))
    gone = {area.successor_id for area in found if area.successor_id is not None}
    successors = places.in_bulk(gone) if gone else {}
    return {area.key: successors.get(area.successor_id, area) for area in found}


def commune_of_code(code: str) -> Area | None:
    """The commune of today that an INSEE code means: the commune, that of a municipal arrondissement, or a former commune's successor."""
    area = Area.objects.filter(kind__in=[AreaKind.COMMUNE, AreaKind.DISTRICT], code=code).select_related("commune", "successor").first()
    heir = area and (area.commune or area.successor or area)
    return heir if heir and heir.last_vintage is None else None


def postcode_problem(postcode: str, commune: Area) -> str:
    """Why a postcode and a commune do not go together, in a sentence; nothing when they do, at most one query when they do not.

    A code that no commune bears (CEDEX, the general one of a large town) goes with any commune of its département.
    """
    if not commune.postcodes or postcode in commune.postcodes:
        return ""
    places = Area.objects.current().of_kind(AreaKind.COMMUNE).filter(postcodes__contains=[postcode])
    owners = [place.label for place in places.order_by(F("population").desc(nulls_last=True), "search_name", "pk")[: _OWNERS_NAMED + 1]]
    if owners:
        named = owners[:_OWNERS_NAMED] if len(owners) <= _OWNERS_NAMED else [*owners[: _OWNERS_NAMED - 1], "d’autres communes"]
        return f"Le code postal {postcode} désigne {french.joined(named)}, et non {commune.label}."
    if any(_department(postcode) == _department(code) for code in commune.postcodes):
        return ""
    codes = sorted(commune.postcodes)
    said = f"le code postal est {codes[0]}" if len(codes) == 1 else f"les codes postaux vont de {codes[0]} à {codes[-1]}"
    return f"Le code postal {postcode} ne désigne pas {commune.label}, dont {said}."


def _department(postcode: str) -> str:
    return postcode[:3] if postcode.startswith(_OVERSEAS) else postcode[:2]


def detail_of(area: Area) -> str:
    """What tells an area from its namesakes; costs no query for an area that this module fetched."""
    codes = area.postcodes
    postcode = codes[0] if len(codes) == 1 else f"{len(codes)} codes postaux" if codes else ""
    places = [place.name for place in (area.departement, area.region) if place and place.name != area.name]
    return " · ".join(filter(None, [str(AreaKind(area.kind).label), postcode, *dict.fromkeys(places)]))
