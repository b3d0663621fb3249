"""Words as searches compare them: lower-case, without accents, punctuation made spaces."""

import re
import unicodedata

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
SEPARATORS = re.compile(r"[^0-9a-z@]+")


def search_key(*parts: str) -> str:
    """`parts` in one line for searching: « L’Haÿ-les-Roses » gives `l hay les roses`."""
    folded = " ".join(parts).lower().translate(LIGATURES)
    if not folded.isascii():
        folded = "".join(sign for sign in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(sign))
    return SEPARATORS.sub(" ", folded).strip()
