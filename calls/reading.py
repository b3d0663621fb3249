"""What people type, read as the typed value of a question; and the value said back in French. Pure but for the names it is handed (areas, and
partners by `siret:…`) and the day it is.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError

from calls.composite import grid_of, texts_of
from calls.definition import AREA_KINDS, COMPOSITE_KINDS, QuestionDefinition
from calls.enums import QuestionKind
from calls.grid import Grid
from kit import clock, french
from kit.addresses import clean_email, clean_url
from kit.days import parse_day
from kit.identifiers import LONGEST_TYPED as LONGEST_NUMBER, SIRET_LENGTH, clean_any_phone, clean_siret, say_phone, siret_in_groups
from kit.money import euros, parse_decimal
from kit.plain_text import LONGEST_LINE, LONGEST_TEXT, clean_line, clean_text, count_words
from territories.enums import AreaKind

Typed = str | list[str]
Value = Any
Areas = Mapping[str, str]

YES, NO = "oui", "non"
LONGEST_REFERENCE = 30
INFECTED = "Un virus a été trouvé dans un fichier : retirez ce fichier, et donnez-en une version saine."
"""Of files, whose answer has a value as long as none is infected: they are read when they are taken in, never from what a page sends."""
MOST_TEXTS = 100
EARLIEST_YEAR = 1800
YEARS_AHEAD = 30
AREA_KIND = {
    QuestionKind.COMMUNE: AreaKind.COMMUNE,
    QuestionKind.EPCI: AreaKind.EPCI,
    QuestionKind.DEPARTEMENT: AreaKind.DEPARTEMENT,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer as read: what was typed (cleaned), its canonical value (None while it cannot be read), and why it cannot."""

    typed: Typed
    value: Value = None
    problem: str = ""

    @property
    def is_answered(self) -> bool:
        return self.value is not None

    @property
    def is_storable(self) -> bool:
        """Whether it may be kept, complete or not: beyond a length that no limit of words comes near, it is no answer."""
        return sum(map(len, self.typed)) <= LONGEST_TEXT


def read_answer(question: QuestionDefinition, raw: Iterable[str], areas: Areas) -> Reading:  # noqa: PLR0911 - one line a kind of list reads as the table that it is
    """Read the texts sent for `question`. `areas` names the known areas by reference (`commune:75056`).

    Never raises: what cannot be read comes back as typed, with a French sentence. Nothing typed is neither a value nor a problem.
    """
    if question.is_composite:
        table = table_of(question, raw, areas)
        return Reading(table.typed, table.value, table.problem)
    texts = list(islice(raw, MOST_TEXTS))
    if question.is_area or question.kind == QuestionKind.MULTIPLE_CHOICE:
        return _read_areas(question, texts, areas) if question.is_area else _read_choices(question, texts)
    if question.is_files:
        named = list(filter(None, map(_short, texts)))
        return Reading(named, None, INFECTED if named else "")
    clean, limit = (clean_text, LONGEST_TEXT) if question.kind == QuestionKind.LONG_TEXT else (clean_line, LONGEST_LINE)
    cleaned = next(filter(None, (clean(text, limit=sys.maxsize) for text in texts)), "")
    if not cleaned:
        return Reading("")
    if len(cleaned) > LONGEST_TEXT:
        return Reading(cleaned, None, _too_long(len(cleaned)))
    try:
        return Reading(cleaned, READERS[question.kind](question, clean(cleaned, limit=limit)))
    except ValidationError as error:
        return Reading(cleaned, None, _sentence(error))


def say_value(question: QuestionDefinition, value: Value, areas: Areas) -> str:  # noqa: C901, PLR0911, PLR0912 - one line a kind reads as the table that it is
    """The value in words; several values on lines of their own; nothing for no value."""
    if value is None:
        return ""
    if question.is_files:
        return "\n".join(file["name"] for file in value)
    labels = {choice.key: choice.label for choice in question.choices}
    match question.kind:
        case QuestionKind.AMOUNT:
            return euros(Decimal(value))
        case QuestionKind.NUMBER:
            return f"{french.number(Decimal(value))} {question.unit}".strip()
        case QuestionKind.DATE:
            return french.day(date.fromisoformat(value))
        case QuestionKind.YES_NO:
            return "Oui" if value else "Non"
        case QuestionKind.SINGLE_CHOICE:
            return labels.get(value, str(value))
        case QuestionKind.MULTIPLE_CHOICE:
            return "\n".join(labels.get(key, key) for key in value)
        case QuestionKind.PHONE:
            return say_phone(value)
        case QuestionKind.PARTNER:
            name = areas.get(f"siret:{value}", "")
            return f"{siret_in_groups(value)} – {name}" if name else siret_in_groups(value)
        case kind if kind in COMPOSITE_KINDS:
            return table_of(question, texts_of(question, value), areas).said
        case kind if kind in AREA_KINDS:
            return "\n".join(areas.get(reference, reference) for reference in (value if question.several else [value]))
        case _:
            return str(value)


def say_typed(question: QuestionDefinition, typed: Typed, areas: Areas) -> str:
    """What was typed, in words: the value where it can be read, else the text itself."""
    texts = typed if isinstance(typed, list) else [typed]
    if question.is_files:
        return "\n".join(areas.get(text, "un fichier") for text in texts if text)
    reading = read_answer(question, texts, areas)
    if question.is_composite:
        return table_of(question, texts, areas).said
    return say_value(question, reading.value, areas) if reading.is_answered else "\n".join(texts)


def table_of(question: QuestionDefinition, raw: Iterable[str], areas: Areas) -> Grid:
    """The table that some texts make, each of its cells read as an answer of its own."""
    return grid_of(question, raw, lambda cell, text: read_answer(cell, [text], areas), lambda cell, value: say_value(cell, value, areas))


def partner_references(texts: Iterable[str]) -> set[str]:
    """The references of the partners (`siret:…`) whose number may stand in what was typed, cell of a table or not."""
    numbers = ("".join(filter(str.isdecimal, text.rpartition("=")[2][:LONGEST_NUMBER])) for text in texts)
    return {f"siret:{number}" for number in numbers if len(number) == SIRET_LENGTH}


def area_references(values: Iterable[Value]) -> set[str]:
    """The area references among some values, whatever their questions."""
    flat = [item for value in values for item in (value if isinstance(value, list) else [value])]
    return {item for item in flat if isinstance(item, str) and len(item) <= LONGEST_REFERENCE and item.partition(":")[0] in AreaKind.values}


def _read_text(question: QuestionDefinition, text: str) -> str:
    words = count_words(text)
    if question.max_words is not None and words > question.max_words:
        raise ValidationError(f"Votre réponse compte {words} mots ; la limite est de {question.max_words}. Raccourcissez-la.")
    return text


def _read_number(question: QuestionDefinition, text: str) -> str:
    number = parse_decimal(text.removesuffix(question.unit).strip() if question.unit else text)
    if question.whole and number != number.to_integral_value():
        raise ValidationError("Saisissez un nombre entier, sans virgule.")
    _check_bounds(question, number, _say_bound)
    return format(number.normalize() or Decimal(0), "f")


def _say_bound(bound: Decimal) -> str:
    """Without the decimals that the column adds."""
    return french.number(bound.normalize())


def _read_amount(question: QuestionDefinition, text: str) -> str:
    amount = parse_decimal(text, places=2)
    _check_bounds(question, amount, euros)
    return format(amount.quantize(Decimal("0.01")) or Decimal("0.00"), "f")


def _check_bounds(question: QuestionDefinition, number: Decimal, say: Callable[[Decimal], str]) -> None:
    if question.minimum is not None and number < question.minimum:
        raise ValidationError(f"Saisissez au moins {say(question.minimum)}.")
    if question.maximum is not None and number > question.maximum:
        raise ValidationError(f"Saisissez au plus {say(question.maximum)}.")


def _read_date(question: QuestionDefinition, text: str) -> str:
    day = parse_day(text)
    latest = latest_year()
    if not EARLIEST_YEAR <= day.year <= latest:
        raise ValidationError(f"Vérifiez l’année : saisissez une date entre {EARLIEST_YEAR} et {latest}.")
    if question.past and day > today():
        raise ValidationError("Cette date est à venir : saisissez une date passée, ou celle d’aujourd’hui.")
    return day.isoformat()


def _read_email(question: QuestionDefinition, text: str) -> str:  # noqa: ARG001 - one signature for every reader
    return clean_email(text)


def _read_phone(question: QuestionDefinition, text: str) -> str:  # noqa: ARG001 - one signature for every reader
    return clean_any_phone(text)


def _read_url(question: QuestionDefinition, text: str) -> str:  # noqa: ARG001 - one signature for every reader
    return clean_url(text)


def _read_partner(question: QuestionDefinition, text: str) -> str:  # noqa: ARG001 - one signature for every reader
    return clean_siret(text)


def today() -> date:
    return french.day_of(clock.now())


def latest_year() -> int:
    """Beyond, a date is a slip of the keyboard."""
    return today().year + YEARS_AHEAD


def _read_yes_no(question: QuestionDefinition, text: str) -> bool:  # noqa: ARG001 - one signature for every reader
    if text not in {YES, NO}:
        raise ValidationError("Choisissez « Oui » ou « Non ».")
    return text == YES


def _read_choice(question: QuestionDefinition, text: str) -> str:
    if text not in {choice.key for choice in question.choices}:
        raise ValidationError("Choisissez une réponse dans la liste.")
    return text


READERS: dict[QuestionKind, Callable[[QuestionDefinition, str], Value]] = {
    QuestionKind.SHORT_TEXT: _read_text,
    QuestionKind.LONG_TEXT: _read_text,
    QuestionKind.NUMBER: _read_number,
    QuestionKind.AMOUNT: _read_amount,
    QuestionKind.DATE: _read_date,
    QuestionKind.YES_NO: _read_yes_no,
    QuestionKind.SINGLE_CHOICE: _read_choice,
    QuestionKind.EMAIL: _read_email,
    QuestionKind.PHONE: _read_phone,
    QuestionKind.URL: _read_url,
    QuestionKind.PARTNER: _read_partner,
}


def _read_choices(question: QuestionDefinition, texts: list[str]) -> Reading:
    sent = list(dict.fromkeys(filter(None, map(_short, texts))))
    known = [choice.key for choice in question.choices]
    chosen = [key for key in known if key in sent]
    unknown = [text for text in sent if text not in known]
    if unknown:
        return Reading([*chosen, *unknown], None, "Choisissez des réponses dans la liste.")
    return Reading(chosen, chosen or None)


def _read_areas(question: QuestionDefinition, texts: list[str], areas: Areas) -> Reading:
    """Each text is the reference of an area, else words that name none and wait for a choice."""
    kind = AREA_KIND[question.kind]
    typed = list(dict.fromkeys(filter(None, map(_short, texts))))
    if not typed:
        return Reading([])
    unknown = [text for text in typed if text not in areas or text.partition(":")[0] != kind]
    if unknown:
        return Reading(typed, None, f"« {unknown[0]} » ne désigne pas un territoire précis : choisissez-le dans la liste proposée.")
    if not question.several:
        return Reading(typed[:1], typed[0]) if len(typed) == 1 else Reading(typed, None, "Choisissez un seul territoire.")
    return Reading(typed, sorted(typed))


def _too_long(length: int) -> str:
    return (
        f"Cette réponse compte {french.number(length)} caractères. Au-delà de {french.number(LONGEST_TEXT)}, elle n’est pas enregistrée : "
        "raccourcissez-la, puis enregistrez de nouveau."
    )


def _short(text: str) -> str:
    """What names a choice or an area is short; whatever is longer is cut, as it names none."""
    return clean_line(text, limit=sys.maxsize)[:120].strip()


def _sentence(error: ValidationError) -> str:
    return " ".join(error.messages)
