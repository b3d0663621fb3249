"""What the portal's pages read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache.backends.locmem import LocMemCache
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from accounts.permissions import reads_dossiers
from calls.enums import ApplicationState
from calls.models import Application, Call, Round
from calls.queries.call import calls_coming, calls_open
from calls.queries.figures import deposits_by_day
from calls.queries.list import applications_of
from calls.queries.statistics import call_figures, closed_rounds, depositing_families
from community.models import Membership
from community.queries import Reach, organisations_by_family
from kit import clock, french
from kit.charts import bars_over_time
from notifications.enums import MessageState
from notifications.models import Message
from notifications.queries import inbox
from portal.models import SiteNotice

NOTICES_KEY = "site-notices"
UNREAD_SHOWN = 5
DOSSIERS_SHOWN = 5

# Each process keeps its own copy, so that the notice of an incident does not depend on a cache server that may be the incident.
_cache = LocMemCache(NOTICES_KEY, {})


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as the banner shows it."""

    message: str
    level: str
    link: str
    starts_at: datetime
    ends_at: datetime | None

    def shows_at(self, instant: datetime) -> bool:
        return self.starts_at <= instant and (self.ends_at is None or instant < self.ends_at)


def notices_now() -> list[Notice]:
    """The notices to show at this instant, the newest first; a change made elsewhere is seen within `SITE_NOTICE_CACHE_SECONDS`."""
    now = clock.now()
    notices: list[Notice] | None = _cache.get(NOTICES_KEY)
    if notices is None:
        fields = ("message", "level", "link", "starts_at", "ends_at")
        notices = [Notice(*row) for row in SiteNotice.objects.not_ended(now).values_list(*fields)]
        _cache.set(NOTICES_KEY, notices, timeout=settings.SITE_NOTICE_CACHE_SECONDS)
    return [notice for notice in notices if notice.shows_at(now)]


def forget_notices() -> None:
    """Make this process read the notices again."""
    _cache.clear()


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call as the home page and the site map show it."""

    title: str
    summary: str
    url: str
    closes_at: datetime | None


def open_calls() -> list[OpenCall]:
    """The calls open at this instant, the first to close first: one query."""
    return [_shown(round_) for round_ in calls_open()]


def coming_calls() -> list[OpenCall]:
    """The calls that are announced, the next to open first: one query."""
    return [_shown(round_) for round_ in calls_coming()]


def _shown(round_: Round) -> OpenCall:
    return OpenCall(round_.call.title, round_.call.summary, reverse("calls:call_detail", args=[round_.call.slug]), round_.closes_at)


def public_call_addresses() -> list[str]:
    """The page of every call with a round that is public: one query."""
    slugs = Call.objects.public().order_by("slug").values_list("slug", flat=True)
    return [reverse("calls:call_detail", args=[slug]) for slug in slugs]


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise of the programme, with the page where it is kept."""

    title: str
    text: str
    url: str


def promises() -> list[Promise]:
    """The five promises of January 2018, as the platform keeps them today."""
    explained = reverse("portal:how_it_works")
    return [
        Promise(
            "Fédérer une communauté",
            "Enregistrez votre organisation, invitez ses membres, faites-vous accompagner par une structure que vous mandatez.",
            address("account_signup") or explained,
        ),
        Promise(
            "Financer le changement d’échelle",
            "Les appels à projets mobilisent des fonds publics et privés. Leurs règles et leurs dates sont publiées ici.",
            address("calls:call_list") or explained,
        ),
        Promise(
            "Simplifier et expérimenter",
            "Une règle bloque votre projet ? Dites laquelle dans votre dossier : le programme promet un réseau de « hackers publics ».",
            f"{explained}#simplifier",
        ),
        Promise(
            "Mieux évaluer l’impact social",
            "Votre dossier présente vos indicateurs : ce que vous mesurez, comment, et ce que cela a changé.",
            f"{explained}#impact",
        ),
        Promise(
            "Soutenir les territoires",
            "Les candidatures au label French Impact se déposent comme un dossier d’appel à projets.",
            f"{explained}#territoires",
        ),
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next, with the page where it is done."""

    title: str
    text: str
    url: str


def memberships_of(user: User) -> list[Membership]:
    """The organisations of a person, with their place in each."""
    return list(Membership.objects.filter(user=user).select_related("organisation").order_by("organisation__search_name", "pk"))


def last_dossiers(user: User, reach: Reach) -> list[Application]:
    """The dossiers of a person that moved last; the list of dossiers has the others."""
    return list(applications_of(user, reach)[:DOSSIERS_SHOWN])


def unread_messages(user: User) -> list[Message]:
    """The newest unread messages; the inbox has the others."""
    return list(inbox(user, unread_only=True)[:UNREAD_SHOWN])


def next_steps(user: User, memberships: list[Membership], dossiers: list[Application], reach: Reach) -> list[Step]:
    """What the person has to do for their dossiers to move forward."""
    steps = _dossier_steps(dossiers, reach)
    staff = _staff_steps(user)
    steps += staff
    if not memberships and not staff and (url := address("community:organisation_create")):
        steps.append(Step("Enregistrer votre organisation", "Son identifiant SIRET ou RNA suffit pour commencer.", url))
    if not (user.first_name and user.last_name) and (url := address("accounts:profile")):
        steps.append(Step("Compléter votre nom", "Il figure sur vos dossiers et sur leurs accusés de réception.", url))
    if url := address("calls:call_list"):
        steps.append(Step("Consulter les appels à projets", "Vérifiez en quelques minutes si un appel ouvert vous concerne.", url))
    return steps


def _staff_steps(user: User) -> list[Step]:
    """Where an agent's day begins; who applies beside it finds the organisation's step lower on the page."""
    steps: list[Step] = []
    if reads_dossiers(user):
        if url := address("admin:calls_application_follow_up"):
            steps.append(Step("Dossiers à suivre", "Ceux que vous suivez, ceux que personne ne suit et les derniers arrivés.", url))
        if url := address("admin:calls_application_changelist"):
            steps.append(Step("Dossiers déposés", "Chercher, lire, confier et exporter les dossiers des appels.", url))
    if user.is_staff and (url := address("admin:index")):
        steps.append(Step("Ouvrir l’administration", "Préparer les appels, répondre aux questions, gérer les organisations.", url))
    return steps


def _dossier_steps(dossiers: list[Application], reach: Reach) -> list[Step]:
    """What each dossier under way waits for, as far as this person may do it."""
    return [
        _dossier_step(dossier, deposits=reach.deposits_for(dossier.organisation_id))
        for dossier in dossiers
        if dossier.accepts_deposits
        and (dossier.state == ApplicationState.DRAFT or dossier.changed_since_deposit)
        and reach.writes_for(dossier.organisation_id)
    ]


def _dossier_step(dossier: Application, *, deposits: bool) -> Step:
    url = reverse("calls:application_detail", args=[dossier.uuid])
    if deposits:
        return Step(f"Déposer « {dossier.project} »", _before(dossier), url)
    who = f"Votre mandat permet de le préparer ; son dépôt revient à « {dossier.organisation} »."
    return Step(f"Compléter « {dossier.project} »", f"{_before(dossier)} {who}", url)


def address(name: str) -> str:
    """The address of a page, or nothing where no such page exists yet."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def statistics() -> dict[str, Any]:
    """What the page of statistics shows: six queries, and never anything of a draft or of a person."""
    rounds = closed_rounds()
    families, organisations = depositing_families(), organisations_by_family()
    last = rounds[0] if rounds else None
    return {
        "calls": call_figures(),
        "deposited": sum(count for _, count in families),
        "registered": sum(count for _, count in organisations),
        "rounds": rounds,
        "last": last,
        "chart": bars_over_time(deposits_by_day(last.round), "dossier déposé", "dossiers déposés") if last else None,
        "families": [(label, french.number(count)) for label, count in families],
        "organisations": [(label, french.number(count)) for label, count in organisations],
        "dossier_headers": ["Famille juridique", "Dossiers"],
        "organisation_headers": ["Famille juridique", "Organisations"],
        "at": clock.now(),
    }


def legal_identity() -> list[tuple[str, str]]:
    """Who publishes and who hosts the site, as far as the settings say."""
    rows = [
        ("Éditeur", settings.LEGAL_PUBLISHER),
        ("Adresse de l’éditeur", settings.LEGAL_PUBLISHER_ADDRESS),
        ("Directeur ou directrice de la publication", settings.LEGAL_DIRECTOR),
        ("Hébergeur", settings.LEGAL_HOST),
        ("Adresse de l’hébergeur", settings.LEGAL_HOST_ADDRESS),
        ("Téléphone de l’hébergeur", settings.LEGAL_HOST_PHONE),
    ]
    return [(label, value) for label, value in rows if value]


def mailbox(email: str = "") -> QuerySet[Message]:
    """Every message the platform sent, newest first: for the demonstration only, where everyone is fictional."""
    sent = Message.objects.filter(state=MessageState.SENT).order_by("-sent_at", "-pk")
    return sent.filter(email__icontains=email) if email else sent


def _before(dossier: Application) -> str:
    state = "Modifié depuis le dépôt" if dossier.changed_since_deposit else "Brouillon, pas encore déposé"
    return f"{state}. Clôture le {french.instant(dossier.closes_at)}." if dossier.closes_at else f"{state}."
