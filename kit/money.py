"""Amounts in euros: written for people, and read from what they type."""

import re
from decimal import Decimal

from django.core.exceptions import ValidationError

from kit.french import NBSP, number

LONGEST_TYPED = 60
MOST_DIGITS = 15
SPACES = re.compile(r"[ \t\u00a0\u202f\u2007\u2009]+")
UNIT = re.compile(r"\s*(€|euros?|eur)$", re.IGNORECASE)
PLAIN = re.compile(r"(?P<whole>[0-9]+)(?:[.,](?P<part>[0-9]+))?")
GROUPED = re.compile(r"(?P<whole>[0-9]{1,3}(?P<group>[ .,])[0-9]{3}(?:(?P=group)[0-9]{3})*)(?:(?!(?P=group))[.,](?P<part>[0-9]+))?")
THREE = 3


def euros(amount: Decimal | int, *, cents: bool = False) -> str:
    """`30 000 €`, `1 234,50 €`: cents are written when there are some, or when `cents` asks for a column that aligns."""
    places = 2 if cents or amount != int(amount) else 0
    return f"{number(amount, places)}{NBSP}€"


def parse_decimal(text: str, *, places: int = 2) -> Decimal:
    """The number that a French reader would understand, with at most `places` decimals; else `ValidationError`.

    Read: `1234,56`, `1 234,56 €`, and the dot of a numeric keypad, `1234.56`. Read too, because only one meaning is possible:
    `1.234,56` and `1,234.56` (the last sign is the decimal one) and `1.234.567`. Refused as ambiguous: a single dot before exactly
    three digits, `1.234`, which one person means as a thousand and another as one and a bit. Refused: exponents, and spaces that
    do not part groups of three.
    """
    trimmed = SPACES.sub(" ", text).strip() if len(text) <= LONGEST_TYPED else "?"
    sign, body = _signed(UNIT.sub("", trimmed))
    match = PLAIN.fullmatch(body) or GROUPED.fullmatch(body)
    if match is None:
        raise ValidationError("Saisissez un nombre en chiffres, par exemple 1 234,56.", code="invalid")
    if _is_ambiguous(body):
        raise ValidationError(
            "Ce nombre peut se lire de deux façons. Écrivez les milliers sans point (1234) et les décimales après une virgule (1,23).",
            code="ambiguous",
        )
    whole, part = re.sub(r"[^0-9]", "", match["whole"]), (match["part"] or "")
    if len(whole.lstrip("0")) > MOST_DIGITS:
        raise ValidationError(f"Ce nombre est trop grand : {MOST_DIGITS} chiffres au plus avant la virgule.", code="too_big")
    if len(part) > places:
        raise ValidationError(_too_precise(places), code="too_precise")
    return Decimal(f"{sign}{whole}.{part or '0'}")


def _signed(text: str) -> tuple[str, str]:
    if text[:1] in {"-", "\u2212"}:
        return "-", text[1:].lstrip()
    return "", text.removeprefix("+").lstrip()


def _is_ambiguous(body: str) -> bool:
    whole, dot, part = body.partition(".")
    return bool(dot) and len(part) == THREE and part.isdigit() and whole.isdigit() and 0 < len(whole) <= THREE and whole != "0"


def _too_precise(places: int) -> str:
    if places == 0:
        return "Saisissez un nombre entier, sans virgule."
    return f"Saisissez au plus {places} chiffres après la virgule." if places > 1 else "Saisissez au plus 1 chiffre après la virgule."
