"""What a browser may send to narrow the list of dossiers, and the controls that send it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from calls.enums import ApplicationState, Outcome
from calls.queries.staff import UNEXAMINED, Filters, Offer
from community.enums import LegalFamily

Options = list[tuple[str, str]]
EXAMINED: Options = [(Outcome.FAVOURABLE, "Oui"), (Outcome.UNFAVOURABLE, "Non"), (UNEXAMINED, "Pas encore examiné")]
STATES: Options = [
    (ApplicationState.DEPOSITED, ApplicationState.DEPOSITED.label),
    (ApplicationState.WITHDRAWN, ApplicationState.WITHDRAWN.label),
]
YES_OR_NO: Options = [(Outcome.FAVOURABLE, "Oui"), (Outcome.UNFAVOURABLE, "Non")]
FOLLOWED: Options = [("moi", "Moi"), ("personne", "Personne")]


@dataclass(frozen=True, slots=True)
class Control:
    """A list of choices above the table, and what is chosen in it."""

    name: str
    label: str
    every: str
    options: Options
    chosen: str


@dataclass(frozen=True, slots=True)
class FilterBar:
    """The filters as read, the controls that show them, and the labels of those that were not understood."""

    filters: Filters
    controls: list[Control]
    ignored: list[str]


def filter_bar(sent: Mapping[str, Any], offer: Offer) -> FilterBar:
    """Read what was sent; a value that is not among the choices is left out, and its label returned."""
    filters = Filters.of(sent)
    controls, ignored = [], []
    for name, label, every, options in _choices(offer):
        chosen = getattr(filters, name)
        if chosen not in {"", *(value for value, _ in options)}:
            filters, chosen = replace(filters, **{name: ""}), ""
        if sent.get(name) and not chosen:
            ignored.append(label)
        controls.append(Control(name, label, every, options, chosen))
    if sent.get("tri") and not filters.tri:
        ignored.append("Ordre")
    return FilterBar(filters, controls, ignored)


def _choices(offer: Offer) -> list[tuple[str, str, str, Options]]:
    families: Options = [(value, str(label)) for value, label in LegalFamily.choices]
    return [
        ("session", "Session", "Toutes", offer.rounds),
        ("etat", "État", "Déposés et retirés", STATES),
        ("famille", "Famille juridique", "Toutes", families),
        ("region", "Région", "Toutes", offer.regions),
        ("departement", "Département", "Tous", offer.departements),
        ("theme", "Thème", "Tous", offer.themes),
        ("recevable", "Recevable", "Peu importe", EXAMINED),
        ("eligible", "Éligible", "Peu importe", EXAMINED),
        ("modifie", "Modifié depuis le dépôt", "Peu importe", YES_OR_NO),
        ("delai", "Délai propre au dossier", "Peu importe", YES_OR_NO),
        ("suivi", "Suivi par", "Peu importe", [*FOLLOWED, *offer.reviewers()]),
    ]
