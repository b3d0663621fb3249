"""The list of deposited dossiers as staff filter and sort it, and what it offers to filter by."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from django.contrib.auth.models import Group as DjangoGroup
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower

from accounts.enums import Group
from accounts.models import User
from calls.enums import ApplicationState, Outcome
from calls.models import Admissibility, Application, Eligibility, Round
from kit.plain_text import clean_line
from kit.search_key import search_key
from projects.models import Theme
from territories.enums import AreaKind
from territories.models import Area


def _in_french_order(column: str) -> Lower:
    """Accents and capitals do not count (the database knows no French order)."""
    return Lower(Func(F(column), function="unaccent", output_field=TextField()))


MOST_WORDS = 8
UNEXAMINED = "attente"
SORTS: dict[str, tuple[str, Combinable | F]] = {
    "arrivee": ("Arrivée", F("current_deposit__arrived_at")),
    "numero": ("Numéro", F("number")),
    "organisation": ("Organisation", _in_french_order("current_deposit__organisation_name")),
    "projet": ("Projet", _in_french_order("current_deposit__project_name")),
    "famille": ("Famille juridique", F("current_deposit__legal_family")),
}
"""By name: the label of the column, and what it is sorted by; none of them is ever null."""
DEFAULT_SORT = "-arrivee"
ROW = (
    *("uuid", "number", "state", "revision", "extended_until"),
    *(f"current_deposit__{name}" for name in ("arrived_at", "revision", "organisation_name", "project_name", "legal_family")),
    "current_deposit__departement_codes",
    *(f"follower__{name}" for name in ("email", "first_name", "last_name")),
)
"""What a row of the list says."""
LONGEST_FILTER = 200
SHAPES = {
    "recevable": re.compile("oui|non|attente"),
    "eligible": re.compile("oui|non|attente"),
    "etat": re.compile("deposited|withdrawn"),
    "modifie": re.compile("oui|non"),
    "delai": re.compile("oui|non"),
    "suivi": re.compile("moi|personne|[0-9]{1,9}"),
    "tri": re.compile(f"-?({'|'.join(SORTS)})"),
}
"""What a filter of few values may hold."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; empty means everything. Kept as JSON with an export, and as the query string of a page."""

    session: str = ""
    q: str = ""
    famille: str = ""
    region: str = ""
    departement: str = ""
    theme: str = ""
    recevable: str = ""
    eligible: str = ""
    etat: str = ""
    modifie: str = ""
    delai: str = ""
    suivi: str = ""
    tri: str = ""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Filters":
        """From a query string or from JSON: what is no filter, or could not be one, is left out."""
        texts = {field.name: clean_line(str(values.get(field.name) or "")[:LONGEST_FILTER]) for field in fields(cls)}
        return cls(**{name: text for name, text in texts.items() if name not in SHAPES or SHAPES[name].fullmatch(text)})

    def chosen(self) -> dict[str, str]:
        """Those that narrow or sort."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def narrows(self) -> bool:
        """Whether something else than a round is chosen."""
        return any(name not in {"session", "tri"} for name in self.chosen())

    @property
    def unfolds(self) -> bool:
        """Whether a filter of the panel is chosen, which had better be seen; words that are looked for stand above it."""
        return any(name not in {"session", "q", "tri"} for name in self.chosen())

    @property
    def sort(self) -> str:
        return self.tri or DEFAULT_SORT

    def sorted_by(self, name: str) -> "Filters":
        """The same list sorted by `name`, the other way round if it is already."""
        return replace(self, tri=f"-{name}" if self.sort == name else name)


def dossiers(user: User, filters: Filters) -> QuerySet[Application]:
    """The deposited dossiers that `user` may read, narrowed and sorted; each with `admissible` and `eligible` (outcome, or None).

    The content of the deposits is left in its table: nothing here needs it.
    """
    return _described(_in_order(narrowed(user, filters), filters))


def dossier_numbers(user: User, filters: Filters) -> QuerySet[Application, int]:
    """The primary keys of `dossiers`, in order: what PostgreSQL sorts by the thousand had better be narrow."""
    return _in_order(narrowed(user, filters), filters).values_list("pk", flat=True)


def dossiers_numbered(pks: Sequence[int]) -> list[Application]:
    """The rows of one page of `dossier_numbers`, in its order: one query."""
    found = _with_findings(Application.objects.select_related("current_deposit", "follower").only(*ROW).order_by()).in_bulk(pks)
    return [found[pk] for pk in pks]


def _in_order(found: QuerySet[Application], filters: Filters) -> QuerySet[Application]:
    descending = filters.sort.startswith("-")
    key = SORTS[filters.sort.removeprefix("-")][1]
    return found.annotate(sort_key=key).order_by("-sort_key" if descending else "sort_key", "-pk" if descending else "pk")


def _described(found: QuerySet[Application]) -> QuerySet[Application]:
    described = found.select_related("current_deposit", "round", "follower")
    return _with_findings(described.defer("current_deposit__content", "current_deposit__search_text"))


def _with_findings(found: QuerySet[Application]) -> QuerySet[Application]:
    return found.annotate(
        admissible=Subquery(Admissibility.objects.current().filter(application=OuterRef("pk")).order_by().values("outcome")),
        eligible=Subquery(Eligibility.objects.current().filter(application=OuterRef("pk")).order_by().values("outcome")),
    )


def narrowed(user: User, filters: Filters) -> QuerySet[Application]:
    """The dossiers without their order."""
    found: QuerySet[Application] = Application.objects.deposited_for(user).filter(_of_deposit(filters))
    if filters.session:
        found = found.filter(round__code=filters.session)
    for word in search_key(filters.q).split()[:MOST_WORDS]:
        found = found.filter(current_deposit__search_text__contains=word)
    if filters.etat:
        found = found.filter(state=filters.etat)
    if filters.modifie:
        changed = Q(state=ApplicationState.DEPOSITED) & ~Q(revision=F("current_deposit__revision"))
        found = found.filter(changed if filters.modifie == Outcome.FAVOURABLE else ~changed)
    if filters.delai:
        found = found.filter(extended_until__isnull=filters.delai == Outcome.UNFAVOURABLE)
    found = _examined(found, Admissibility.objects.current(), filters.recevable)
    found = _examined(found, Eligibility.objects.current(), filters.eligible)
    return _followed(found, user, filters.suivi)


def neighbours(user: User, filters: Filters, application: Application) -> tuple[Application | None, Application | None]:
    """The dossiers before and after this one in the list; none when it is not in it. Three queries, whatever the list's length."""
    listed: QuerySet[Any] = narrowed(user, filters).annotate(sort_key=SORTS[filters.sort.removeprefix("-")][1]).only("uuid")
    key = listed.filter(pk=application.pk).values_list("sort_key", flat=True).first()
    if key is None:
        return None, None
    lower = Q(sort_key__lt=key) | Q(sort_key=key, pk__lt=application.pk)
    higher = Q(sort_key__gt=key) | Q(sort_key=key, pk__gt=application.pk)
    below = listed.filter(lower).order_by("-sort_key", "-pk").first()
    above = listed.filter(higher).order_by("sort_key", "pk").first()
    return (above, below) if filters.sort.startswith("-") else (below, above)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the list can be narrowed to; codes and their labels."""

    rounds: list[tuple[str, str]]
    themes: list[tuple[str, str]]
    regions: list[tuple[str, str]]
    departements: list[tuple[str, str]]
    people: list[User]

    def reviewers(self) -> list[tuple[str, str]]:
        return [(str(person.pk), str(person)) for person in self.people]


def offer_to(user: User) -> Offer:
    """The choices of the list's filters, in four queries."""
    published = Round.objects.visible_to(user).exclude(published_at__isnull=True).order_by("-opens_at", "pk")
    areas = list(
        Area.objects.of_kinds((AreaKind.REGION, AreaKind.DEPARTEMENT))
        .current()
        .order_by("search_name", "pk")
        .values_list("kind", "code", "name")
    )
    return Offer(
        rounds=[(code, f"{code} – {call} – {name}") for code, call, name in published.values_list("code", "call__title", "name")],
        themes=list(Theme.objects.order_by("position", "name").values_list("code", "name")),
        regions=[(code, name) for kind, code, name in areas if kind == AreaKind.REGION],
        departements=sorted((code, f"{code} – {name}") for kind, code, name in areas if kind == AreaKind.DEPARTEMENT),
        people=reviewers(),
    )


def reviewers() -> list[User]:
    """Who may follow a dossier, by name: one query."""
    groups = DjangoGroup.objects.filter(name__in=(Group.ADMINISTRATOR, Group.CALL_MANAGER, Group.REVIEWER))
    entitled = Q(is_superuser=True) | Exists(groups.filter(user=OuterRef("pk")))
    return list(User.objects.filter(entitled, is_active=True, is_staff=True).order_by("last_name", "first_name", "pk"))


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What waits for someone: the reader's own dossiers, those that nobody follows, the newest."""

    mine: list[Application]
    unfollowed: list[Application]
    newest: list[Application]


def follow_up(user: User, shown: int = 8) -> FollowUp:
    """The dossiers in play (deposited, without both findings), oldest first; and the newest of all: three queries."""
    waiting = dossiers(user, Filters(etat=ApplicationState.DEPOSITED, tri="arrivee")).filter(
        Q(admissible__isnull=True) | Q(admissible=Outcome.FAVOURABLE, eligible__isnull=True)
    )
    return FollowUp(
        mine=list(waiting.filter(follower=user)[:shown]),
        unfollowed=list(waiting.filter(follower__isnull=True)[:shown]),
        newest=list(dossiers(user, Filters())[:shown]),
    )


def _of_deposit(filters: Filters) -> Q:
    wanted = Q()
    if filters.famille:
        wanted &= Q(current_deposit__legal_family=filters.famille)
    if filters.region:
        wanted &= Q(current_deposit__region_codes__contains=[filters.region])
    if filters.departement:
        wanted &= Q(current_deposit__departement_codes__contains=[filters.departement])
    if filters.theme:
        wanted &= Q(current_deposit__theme_codes__contains=[filters.theme])
    return wanted


def _examined(found: QuerySet[Application], findings: QuerySet[Any], wanted: str) -> QuerySet[Application]:
    its_own = findings.filter(application=OuterRef("pk"))
    if wanted == UNEXAMINED:
        return found.exclude(Exists(its_own))
    return found.filter(Exists(its_own.filter(outcome=wanted))) if wanted else found


def _followed(found: QuerySet[Application], user: User, wanted: str) -> QuerySet[Application]:
    match wanted:
        case "":
            return found
        case "personne":
            return found.filter(follower__isnull=True)
        case "moi":
            return found.filter(follower=user)
        case _:
            return found.filter(follower=int(wanted))
