"""French as it is written to people: instants, days, durations, numbers, lists and plurals."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from kit import clock

NBSP = "\u00a0"
NARROW_NBSP = "\u202f"
_OPEN_TO_A_BREAK = re.compile(r"(?<=\S) (?=[?!;:»](?:\s|$))|(?<=«) ")
PARIS = "Europe/Paris"
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
PLACES = {
    PARIS: "à Paris",
    "America/Guadeloupe": "en Guadeloupe",
    "America/Martinique": "en Martinique",
    "America/Cayenne": "en Guyane",
    "Indian/Reunion": "à La Réunion",
    "Indian/Mayotte": "à Mayotte",
    "America/Miquelon": "à Saint-Pierre-et-Miquelon",
    "Pacific/Noumea": "en Nouvelle-Calédonie",
    "Pacific/Tahiti": "à Tahiti",
    "Pacific/Marquesas": "aux Marquises",
    "Pacific/Gambier": "aux Gambier",
    "Pacific/Wallis": "à Wallis-et-Futuna",
}
UNITS = (
    (timedelta(days=365), "an", "ans"),
    (timedelta(days=30), "mois", "mois"),
    (timedelta(days=1), "jour", "jours"),
    (timedelta(hours=1), "heure", "heures"),
    (timedelta(minutes=1), "minute", "minutes"),
)
PLURAL_FROM = 2
KILOBYTE = 1024
ROUNDS_UP = Decimal("0.5")


def instant(at: datetime, zone: str = PARIS, *, seconds: bool = False) -> str:
    """`lundi 26 février 2018 à 12 h 00 (heure de Paris)`, and `, soit 7 h 00 en Guadeloupe` for a reader whose clock differs.

    An instant is cut, never rounded: what is written has been reached. Raises `ValueError` for an instant without a zone.
    """
    if at.tzinfo is None:
        raise ValueError("An instant is aware.")
    there, here = at.astimezone(ZoneInfo(PARIS)), at.astimezone(ZoneInfo(zone))
    words = f"{day(there, weekday=True)} à {hour(there, seconds=seconds)} (heure de Paris)"
    if here.utcoffset() == there.utcoffset():
        return words
    place = PLACES.get(zone, f"(heure de {zone})")
    other_day = f"le {day(here, weekday=True)} à " if here.date() != there.date() else ""
    return f"{words}, soit {other_day}{hour(here, seconds=seconds)} {place}"


def lately(at: datetime, zone: str = PARIS) -> str:
    """`à 14 h 32` for today, `le 26 février 2018 à 14 h 32` for another day; where the reader's clock differs, both hours."""
    there, here = at.astimezone(ZoneInfo(PARIS)), at.astimezone(ZoneInfo(zone))
    today = day_of(at) == day_of(clock.now())
    words = f"à {hour(there)}" if today else f"le {day(there)} à {hour(there)}"
    if here.utcoffset() == there.utcoffset():
        return words
    return f"{words} (heure de Paris), soit {hour(here)} {PLACES.get(zone, f'(heure de {zone})')}"


def short_instant(at: datetime) -> str:
    """`26/02/2018 12 h` in Paris time, `26/02/2018 12 h 30`: for the cells of a table, whose header says what it is."""
    there = at.astimezone(ZoneInfo(PARIS))
    minutes = f"{NBSP}{there:%M}" if there.minute else ""
    return f"{there:%d/%m/%Y} {there.hour}{NBSP}h{minutes}"


def day(on: date, *, weekday: bool = False) -> str:
    """`26 février 2018`, `1er mars 2018`; a datetime gives the day of its own zone."""
    number = "1er" if on.day == 1 else str(on.day)
    words = f"{number}{NBSP}{MONTHS[on.month - 1]} {on.year}"
    return f"{WEEKDAYS[on.weekday()]} {words}" if weekday else words


def day_of(at: datetime, zone: str = PARIS) -> date:
    """The day it is in `zone` at the instant `at`."""
    return at.astimezone(ZoneInfo(zone)).date()


def hour(at: datetime, *, seconds: bool = False) -> str:
    """`9 h 00`, or `12 h 00 min 07 s`; the hour of the datetime's own zone."""
    words = f"{at.hour}{NBSP}h{NBSP}{at:%M}"
    return f"{words}{NBSP}min{NBSP}{at:%S}{NBSP}s" if seconds else words


def duration(length: timedelta, *, parts: int = 1) -> str:
    """`3 jours`, or `3 jours et 4 heures` with two parts; cut, never rounded up; under a minute, `moins d’une minute`."""
    words: list[str] = []
    rest = abs(length)
    for unit, one, several in UNITS:
        count, rest = divmod(rest, unit)
        if count:
            words.append(counted(count, one, several))
        if len(words) == parts or (words and not count):
            break
    return joined(words) or "moins d’une minute"


def ago(at: datetime, now: datetime | None = None) -> str:
    """`il y a 2 heures`, `dans 4 jours`, `à l’instant`. From a day on, the days of the calendar of Paris are counted, as people do.

    So Friday noon is `dans 4 jours` for the whole of Monday, whatever the hour.
    """
    now = now or clock.now()
    length = at - now
    if abs(length) < timedelta(minutes=1):
        return "à l’instant" if length <= timedelta(0) else "dans moins d’une minute"
    words = duration(length)
    if abs(length) >= timedelta(days=1):
        days = abs((day_of(at) - day_of(now)).days)
        words = duration(timedelta(days=max(days, 1)))  # 24 hours may not leave the day when clocks go back
    return f"dans {words}" if length > timedelta(0) else f"il y a {words}"


def number(value: int | Decimal, places: int | None = None) -> str:
    """`1 234,5`: thousands apart by a narrow no-break space, decimals after a comma; `places` fixes how many."""
    text = format(Decimal(value), ",f" if places is None else f",.{places}f")
    return text.replace(",", NARROW_NBSP).replace(".", ",").replace("-", "\u2212")


def file_size(size: int) -> str:
    """`900 octets`, `12 Ko`, `1,5 Mo`: units of 1,024, named as French systems name them."""
    if size < KILOBYTE:
        return counted(size, "octet")
    kilobytes = Decimal(size) / KILOBYTE
    unit, count = ("Ko", kilobytes) if kilobytes < KILOBYTE - ROUNDS_UP else ("Mo", kilobytes / KILOBYTE)
    return f"{number(count, 0 if unit == 'Ko' else 1).removesuffix(',0')}{NBSP}{unit}"


def counted(count: int | Decimal, one: str, several: str = "") -> str:
    """`0 dossier`, `1 dossier`, `2 dossiers`; `several` for what does not take a plain « s »."""
    return f"{number(count)}{NBSP}{plural(count, one, several)}"


def plural(count: int | Decimal, one: str, several: str = "") -> str:
    """The word alone, agreed with `count`: in French the plural starts at two."""
    return (several or f"{one}s") if abs(Decimal(count)) >= PLURAL_FROM else one


def spaced(text: str) -> str:
    """The text with no-break spaces where French typography wants one: a line never begins with « ? »."""
    return _OPEN_TO_A_BREAK.sub(NBSP, text)


def joined(words: Sequence[object], last: str = "et") -> str:
    """`a, b et c`."""
    texts = [str(word) for word in words]
    if len(texts) < PLURAL_FROM:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {last} {texts[-1]}"
