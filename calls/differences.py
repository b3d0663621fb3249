"""What changed between two deposits of a dossier, word by word. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from calls.queries.dossier import AnswerView, DepositView

WORDS = re.compile(r"\s+|[^\s]+")
MOST_WORDS = 4_000
"""Beyond (both texts together), a comparison word by word would keep the reader waiting: the two texts are shown whole."""

LEAST_IN_COMMON = 0.5
"""Under this share of common words, a text is rewritten: the two are shown whole, one after the other, not woven together."""

SAME, ADDED, REMOVED = "same", "added", "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, came or went."""

    kind: str
    text: str

    @property
    def after(self) -> str:
        """The space that keeps a removed word from touching the one that replaces it."""
        return " " if self.kind == REMOVED and not self.text[-1:].isspace() else ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changed: where, what, and how."""

    place: str
    label: str
    pieces: tuple[Piece, ...]

    @property
    def rewritten(self) -> bool:
        """Nothing stayed: the two texts are shown one after the other."""
        return is_rewritten(self.pieces)


def is_rewritten(pieces: Sequence[Piece]) -> bool:
    """Whether an old text stands whole before a new one."""
    return len(pieces) > 1 and all(piece.kind != SAME for piece in pieces)


def differences(before: DepositView, after: DepositView) -> list[Difference]:
    """Everything that two deposits say otherwise, in the order of the later one; what only the earlier said comes last."""
    old, new = _said(before), _said(after)
    keys = [*new, *(key for key in old if key not in new)]
    changed: list[Difference] = []
    for key in keys:
        place, label, _ = new.get(key) or old[key]
        was, now = old[key][2] if key in old else "", new[key][2] if key in new else ""
        if was != now:
            changed.append(Difference(place, label, tuple(pieces_between(was, now))))
    return changed


def pieces_between(before: str, after: str) -> list[Piece]:
    """The words of both texts in reading order, each marked as the same, removed or added; a rewritten text whole, the old before the new."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        return _marked([(before, after)])
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    tags = {tag for tag, *_ in matcher.get_opcodes()} - {"equal"}
    if len(tags) > 1 or "replace" in tags:
        kept = sum(_count(old[block.a : block.a + block.size]) for block in matcher.get_matching_blocks())
        if 2 * kept < LEAST_IN_COMMON * (_count(old) + _count(new)):
            return _marked([(before, after)])
    return _marked(_runs(matcher, old, new))


def _count(words: list[str]) -> int:
    return sum(1 for word in words if not word.isspace())


def _runs(matcher: SequenceMatcher[str], old: list[str], new: list[str]) -> list[tuple[str, str]]:
    """What each text says, run by run; a mere space between two changed words belongs to the change, lest they be woven word by word."""
    runs: list[tuple[str, str]] = []
    codes = matcher.get_opcodes()
    joins = False
    for index, (tag, old_from, old_to, new_from, new_to) in enumerate(codes):
        was, now = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        space = tag == "equal" and was == " " and 0 < index < len(codes) - 1
        if runs and (space or joins):
            runs[-1] = (runs[-1][0] + was, runs[-1][1] + now)
        else:
            runs.append((was, now))
        joins = space
    return runs


def _marked(runs: list[tuple[str, str]]) -> list[Piece]:
    pieces: list[Piece] = []
    for was, now in runs:
        if was == now:
            pieces.append(Piece(SAME, was))
        else:
            pieces += [Piece(REMOVED, was), Piece(ADDED, now)]
    return [piece for piece in pieces if piece.text]


def _said(view: DepositView) -> dict[str, tuple[str, str, str]]:
    """Everything a deposit says, by a stable key: place, label, words."""
    lines: dict[str, tuple[str, str, str]] = {}
    for fact in view.identity:
        lines[f"identity:{fact.label}"] = ("Organisation", fact.label, fact.said)
    lines["project:name"] = ("Projet", "Nom du projet", view.project)
    lines["project:summary"] = ("Projet", "Résumé", view.summary)
    lines["project:themes"] = ("Projet", "Thèmes", _list(view.themes))
    lines["project:places"] = ("Projet", "Lieux", _list(view.places))
    for section in view.sections:
        for answer in section.answers:
            lines[f"answer:{answer.key}"] = (section.title, answer.label, _words(answer))
    for fact in view.signatory:
        lines[f"signatory:{fact.label}"] = ("Signature", fact.label, fact.said)
    lines["declarations"] = ("Signature", "Déclarations", "\n".join(item.text for item in view.declarations))
    return lines


def _words(answer: AnswerView) -> str:
    """Two files of one name are told apart by what they hold."""
    return "\n".join(f"{file.said}, empreinte {file.sha256[:12]}…" for file in answer.files) or answer.said


def _list(items: Iterable[str]) -> str:
    return "\n".join(items)
