"""Reads about one person: what stands in the way of leaving, and what the platform holds.

Upper apps add theirs by dotted path in the settings (`ACCOUNT_DELETION_OBSTACLES`, `ACCOUNT_DATA_SOURCES`): this app knows none of them.
An obstacle is `(user) -> list[str]`, sentences that say what to do first; a source is `(user) -> dict[str, list[dict]]`, JSON-ready.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import ProConnectIdentity, User
from kit import clock

SIRET_HOLDS = timedelta(hours=12)
"""As long as a session of ProConnect: whoever has left an employer cannot sign in there any more."""

STAFF_OBSTACLE = (
    "Votre compte est un compte d’agent : ce que vous avez décidé doit rester signé de votre nom. "
    "Demandez à l’administration de la plateforme de retirer vos droits d’agent, puis revenez ici."
)


def deletion_obstacles(user: User) -> list[str]:
    """Sentences that say why the account cannot be deleted yet; empty when it can."""
    obstacles = [STAFF_OBSTACLE] if user.is_staff else []
    for path in settings.ACCOUNT_DELETION_OBSTACLES:
        find: Callable[[User], list[str]] = import_string(path)
        obstacles += find(user)
    return obstacles


def vouched_sirets(user: User) -> list[str]:
    """The SIRETs for which ProConnect vouches: those of the establishments under which the person signed in these last hours."""
    seen = ProConnectIdentity.objects.visible_to(user).filter(seen_at__gt=clock.now() - SIRET_HOLDS).exclude(siret="")
    return list(seen.order_by("pk").values_list("siret", flat=True))


def personal_data(user: User) -> dict[str, Any]:
    """What the platform holds about `user`, ready for JSON: never a secret, always everything a person typed about themselves."""
    data: dict[str, Any] = {
        "compte": {
            "adresse": user.email,
            "prénom": user.first_name,
            "nom": user.last_name,
            "fuseau horaire": user.time_zone,
            "inscrit le": user.date_joined.isoformat(),
            "dernière connexion": user.last_login.isoformat() if user.last_login else None,
            "agent": user.is_staff,
            "groupes": sorted(user.group_names),
        },
        "adresses": list(EmailAddress.objects.filter(user=user).order_by("pk").values("email", "verified", "primary")),
        "seconds facteurs": [
            {"type": factor.get_type_display(), "ajouté le": factor.created_at.isoformat()}
            for factor in Authenticator.objects.filter(user=user).order_by("pk")
        ],
        "identités ProConnect": [
            {"identifiant": identity.sub, "adresse": identity.email, "SIRET": identity.siret, "reliée le": identity.linked_at.isoformat()}
            for identity in ProConnectIdentity.objects.visible_to(user).order_by("pk")
        ],
        "sessions": [
            {"ouverte le": session.created_at.isoformat(), "adresse IP": session.ip, "navigateur": session.user_agent}
            for session in UserSession.objects.filter(user=user).order_by("pk")
        ],
    }
    for path in settings.ACCOUNT_DATA_SOURCES:
        read: Callable[[User], dict[str, Any]] = import_string(path)
        data |= read(user)
    return data
