"""One form of a place's name to search by: without case, accents, hyphens, apostrophes or abbreviations."""

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_ARTICLES = ("le ", "la ", "les ", "l ")


def search_form(name: str) -> str:
    """`L'Haÿ-les-Roses` → `l hay les roses`, `St Étienne` → `saint etienne`."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LIGATURES))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(_ABBREVIATIONS.get(word, word) for word in _NOT_A_WORD.sub(" ", plain).split())


def with_articles(form: str) -> list[str]:
    """The search form, and the same behind each article: who writes `mans` means Le Mans."""
    return [form, *(article + form for article in _ARTICLES)]
