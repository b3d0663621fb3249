"""One form of a place's name to search by: the platform's search key, with the abbreviations of places written out."""

from kit.search_key import search_key

_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_ARTICLES = ("le ", "la ", "les ", "l ")


def search_form(name: str) -> str:
    """`L'Haÿ-les-Roses` → `l hay les roses`, `St Étienne` → `saint etienne`."""
    return " ".join(_ABBREVIATIONS.get(word, word) for word in search_key(name).split())


def with_articles(form: str) -> list[str]:
    """The search form, and the same behind each article: who writes `mans` means Le Mans."""
    return [form, *(article + form for article in _ARTICLES)]
