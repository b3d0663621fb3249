"""Text as people type or paste it, made safe to store: one form of each letter, no control or direction signs, French typography kept."""

import re
import unicodedata

from django.core.exceptions import ValidationError

from kit import french

LONGEST_LINE = 1_000
LONGEST_TEXT = 100_000

ZERO_WIDTH_JOINER = "\u200d"
ZERO_WIDTH_NON_JOINER = "\u200c"
FLAG_TAGS = ("\U000e0020", "\U000e007f")
NONCHARACTERS = {"\ufffe", "\uffff"}
LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
TRAILING_SPACES = re.compile(r"[ \t\u00a0\u202f]+$", re.MULTILINE)
BLANK_LINES = re.compile(r"\n{4,}")
BREAKING_SPACES = re.compile(r"[ \t\n]+")
NO_BREAK_SPACES = "\u00a0\u202f\u2007"
GROUPED_DIGITS = re.compile(rf"(?<=\d)[{NO_BREAK_SPACES}](?=\d)")


def clean_line(text: str, *, limit: int = LONGEST_LINE, said: int | None = None) -> str:
    """`text` on one line: as `clean_text`, with every run of ordinary spaces and ends of lines made one space."""
    return BREAKING_SPACES.sub(" ", _safe(text, limit, said)).strip()


def clean_text(text: str, *, limit: int = LONGEST_TEXT, said: int | None = None) -> str:
    """`text` with a newline at the end of lines, no space before it, at most two blank lines in a row, none around.

    Removed: NUL and control signs, direction marks and overrides, zero-width signs but those inside an emoji, soft hyphens, halves of
    surrogate pairs. Kept: no-break spaces, ’ « » … –, emoji, tabs, any alphabet. More than `limit` characters raise `ValidationError`,
    whose sentence names the limit of what is kept where it is a shorter one (`said`).
    """
    return BLANK_LINES.sub("\n\n\n", TRAILING_SPACES.sub("", _safe(text, limit, said))).strip()


def count_words(text: str) -> int:
    """Words as French word processors count them, so that a limit means what the applicant's own software says.

    A word is what stands between spaces and holds a letter or a digit: « l’innovation » and « porte-à-porte » are one word each, a
    « ? » or a « € » after its space is none. A no-break space separates, but for the groups of one number (« 10 000 » is one word).
    """
    return sum(word[0].isalnum() or any(sign.isalnum() for sign in word) for word in GROUPED_DIGITS.sub("", text).split())


def _safe(text: str, limit: int, said: int | None) -> str:
    if len(text) > limit:
        raise ValidationError(
            "Ce texte compte %(length)s caractères ; la limite est de %(limit)s. Raccourcissez-le.",
            code="too_long",
            params={"length": french.number(len(text)), "limit": french.number(said or limit)},
        )
    text = LINE_ENDS.sub("\n", text)
    dropped = {sign for sign in set(text) if not _is_kept(sign)}  # a long text is made of few signs
    if dropped:
        text = "".join(sign for sign in text if sign not in dropped)
    return unicodedata.normalize("NFC", text)


def _is_kept(sign: str) -> bool:
    if sign in {"\n", "\t", ZERO_WIDTH_JOINER, ZERO_WIDTH_NON_JOINER} or FLAG_TAGS[0] <= sign <= FLAG_TAGS[1]:
        return True
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs"} and sign not in NONCHARACTERS
