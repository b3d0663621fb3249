"""How many months of silence a notice announces, read from its sentences. Pure."""

import re

from kit.search_key import search_key

NUMBERS = (
    *("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze", "quinze"),
    *("seize", "dix sept", "dix huit", "dix neuf", "vingt", "vingt et un", "vingt deux", "vingt trois", "vingt quatre"),
)
COUNTS = {word: count for count, word in enumerate(NUMBERS, start=1)}
SENTENCES = re.compile(r"(?<!\b[LRD])[.;!?](?=\s)|\n\s*\n|\n\s*[-*•]\s")
"""The dot of « L. 231-4 » ends no sentence; a line of a list is one."""

_WORDS = "|".join(sorted(COUNTS, key=len, reverse=True))
MONTHS = re.compile(rf"\b(?P<count>[0-9]{{1,4}}|{_WORDS}) ?mois\b")
SILENCE = re.compile(r"\b(?:silence|(?:sans|absence de|defaut de) (?:aucune )?reponse|(?:ne|n) (?:vous )?(?:a |est )?(?:pas )?repond\w*)\b")
OTHER_DELAY = re.compile(
    r"\b(?:recours|tribunal|juge|saisir|contest\w*|attestation|suspend\w*|envoyer|fournir|vous (?:avez|disposez|pouvez))\b"
)
"""What a delay is for when it is not the administration's silence on the dossier: going to court, appealing, mending the dossier."""
FOR_SOMETHING_ELSE = re.compile(r"(?: de plus)?(?: pour)? (?:saisir|contester|former|envoyer|fournir)\b")
NEAR = 120


def months_of_silence(text: str) -> set[int]:
    """Each number of months that `text` gives for the silence on a dossier; nothing when it gives none."""
    return {count for sentence in SENTENCES.split(text) for count in _in_sentence(search_key(sentence))}


def _in_sentence(words: str) -> list[int]:
    """« Sans réponse dans les deux mois » as « au bout de deux mois de silence »; the first delay said, since those after it are for courts."""
    silence = SILENCE.search(words)
    if silence is None:
        return []
    after, before = words[silence.end() :], words[: silence.start()]
    if OTHER_DELAY.search(before):
        return []
    earlier = list(MONTHS.finditer(before))
    if earlier and earlier[-1].end() >= len(before) - NEAR:
        return [_count(earlier[-1]["count"])]
    later = MONTHS.search(after)
    if (
        later is None
        or later.start() > NEAR
        or OTHER_DELAY.search(after[: later.start()])
        or FOR_SOMETHING_ELSE.match(after[later.end() :])
    ):
        return []
    return [_count(later["count"])]


def _count(words: str) -> int:
    return COUNTS[words] if words in COUNTS else int(words)
