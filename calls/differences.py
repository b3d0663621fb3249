"""What changed between two deposits of a dossier, word by word. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from calls.queries.dossier import DepositView

WORDS = re.compile(r"\s+|[^\s]+")
MOST_WORDS = 4_000
"""Beyond (both texts together), a comparison word by word would keep the reader waiting: the two texts are shown whole."""

SAME, ADDED, REMOVED = "same", "added", "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, came or went."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changed: where, what, and how."""

    place: str
    label: str
    pieces: tuple[Piece, ...]


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
    """The words of both texts in reading order, each marked as the same, removed or added."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        return [piece for piece in (Piece(REMOVED, before), Piece(ADDED, after)) if piece.text]
    pieces: list[Piece] = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(SAME, "".join(new[new_from:new_to])))
            continue
        if old_to > old_from:
            pieces.append(Piece(REMOVED, "".join(old[old_from:old_to])))
        if new_to > new_from:
            pieces.append(Piece(ADDED, "".join(new[new_from:new_to])))
    return pieces


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
            lines[f"answer:{answer.key}"] = (section.title, answer.label, answer.said)
    for fact in view.signatory:
        lines[f"signatory:{fact.label}"] = ("Signature", fact.label, fact.said)
    lines["declarations"] = ("Signature", "Déclarations", "\n".join(item.text for item in view.declarations))
    return lines


def _list(items: Iterable[str]) -> str:
    return "\n".join(items)
