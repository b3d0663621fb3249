"""What every page of the site shows around its content; nothing here costs a query before a template asks for it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from notifications.queries import unread_count
from portal import queries


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """What django-dsfr's own templates read, without its table and its query."""

    site_title: str
    site_tagline: str = "La plateforme de l’innovation sociale"
    accessibility_status: str = "NOT"
    get_accessibility_status_display: str = "non"
    mourning: bool = False


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main menu."""

    label: str
    url: str
    current: bool


PUBLIC_ENTRIES = (
    ("Accueil", "portal:home"),
    ("Appels à projets", "calls:call_list"),
    ("Comment ça marche", "portal:how_it_works"),
)
PERSONAL_ENTRIES = (
    ("Mon espace", "portal:dashboard"),
    ("Mes dossiers", "calls:application_list"),
    ("Mes organisations", "community:organisation_list"),
)


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name, brand and mode; its menu; the person's unread messages; the notices to show now."""
    user = getattr(request, "user", None)
    person = user if isinstance(user, User) or getattr(user, "is_authenticated", False) else None
    return {
        "SITE_CONFIG": SiteConfig(site_title=settings.SITE_NAME),
        "site_name": settings.SITE_NAME,
        "site_brand": settings.SITE_BRAND,
        "site_url": settings.SITE_URL,
        "demonstration": settings.DEMONSTRATION,
        "nav": SimpleLazyObject(lambda: menu(request.path, signed_in=person is not None)),
        "unread_count": SimpleLazyObject(lambda: unread_count(user) if isinstance(user, User) else 0),
        "site_notices": SimpleLazyObject(queries.notices_now),
    }


def menu(path: str, *, signed_in: bool) -> list[NavItem]:
    """The entries of the main menu that lead somewhere, the one of `path` marked."""
    entries = PUBLIC_ENTRIES + (PERSONAL_ENTRIES if signed_in else ())
    return [NavItem(label, url, _holds(url, path)) for label, name in entries if (url := queries.address(name))]


def _holds(url: str, path: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
