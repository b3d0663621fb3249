"""Writes of `accounts`: change one's profile, be recognised by ProConnect, leave, change someone's standing."""

from collections.abc import Callable, Iterable

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import Group as DjangoGroup
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from accounts.enums import Group
from accounts.models import ProConnectIdentity, User
from accounts.permissions import may_change_standing
from accounts.proconnect import Arrival
from accounts.queries import deletion_obstacles
from kit import clock
from kit.identifiers import clean_siret


class AccountInUseError(Exception):
    """The account cannot be deleted yet; the arguments are the sentences that say why."""


@transaction.atomic
def open_verified_account(
    email: str, password: str, *, first_name: str, last_name: str, is_staff: bool = False, group: Group | None = None
) -> User:
    """Open an account whose address counts as read, for the first administrator and for demonstration data; sends nothing."""
    user: User = User.objects.create_user(email, password, first_name=first_name, last_name=last_name, is_staff=is_staff)
    EmailAddress.objects.create(user=user, email=user.email.lower(), primary=True, verified=True)
    if group is not None:
        user.groups.set([DjangoGroup.objects.get_or_create(name=group)[0]])
    return user


@transaction.atomic
def change_profile(user: User, *, by: User, first_name: str, last_name: str, time_zone: str) -> User:
    """Change one's own names and time zone; refuses anyone else; sends nothing."""
    if by != user:
        raise PermissionDenied
    user.first_name, user.last_name, user.time_zone = first_name, last_name, time_zone
    user.save(update_fields=["first_name", "last_name", "time_zone"])
    return user


@transaction.atomic
def delete_account(user: User, *, by: User) -> None:
    """Delete one's own account, its addresses, factors and sessions; what was deposited stays, without the account.

    Refuses anyone else, and whoever has an obstacle (`AccountInUseError`). Sends a farewell to the address.
    """
    if by != user:
        raise PermissionDenied
    user = User.objects.select_for_update().get(pk=user.pk)
    if obstacles := deletion_obstacles(user):
        raise AccountInUseError(*obstacles)
    email = user.email
    Session.objects.filter(session_key__in=UserSession.objects.filter(user=user).values("session_key")).delete()
    user.delete()
    get_adapter().send_mail("accounts/email/account_deleted", email, {})


@transaction.atomic
def change_standing(user: User, *, by: User, is_active: bool, is_staff: bool, groups: Iterable[DjangoGroup]) -> User:
    """Say whether `user` may sign in, is staff, and in which groups; refuses who may not, and oneself; sends nothing."""
    if not may_change_standing(by, user):
        raise PermissionDenied
    user.is_active, user.is_staff = is_active, is_staff
    user.save(update_fields=["is_active", "is_staff"])
    user.groups.set(groups)
    return user


@transaction.atomic
def recognise_person(arrival: Arrival) -> tuple[User, bool]:
    """Find, or open, the account of who came back from ProConnect; say whether it already knew this identity.

    An identity is known by its `sub`; a new one is linked to the account of the same address, whose owner is told. An account whose
    address nobody had proved loses its password and names: whoever had typed them was not the address's owner. Tells the witnesses of a SIRET.
    """
    try:
        with transaction.atomic():
            user, known = _recognise(arrival)
    except IntegrityError:  # the same person came back in two tabs at once
        user, known = _recognise(arrival)
    if user.is_active:
        _tell_siret(user, arrival)
    return user, known


def _recognise(arrival: Arrival) -> tuple[User, bool]:
    identity = ProConnectIdentity.objects.select_related("user").filter(sub=arrival.sub).first()
    user = identity.user if identity else _owner_of(arrival)
    if not user.is_active:
        return user, identity is not None
    said = {"email": arrival.email, "siret": _valid_siret(arrival), "seen_at": clock.now()}
    ProConnectIdentity.objects.update_or_create(sub=arrival.sub, defaults=said, create_defaults={**said, "user": user})
    return user, identity is not None


def _owner_of(arrival: Arrival) -> User:
    """The account of the address, whatever its case, as its owner would want to find it; opened if there is none."""
    names = {"first_name": arrival.given_name, "last_name": arrival.usual_name}
    user: User | None = User.objects.select_for_update(of=("self",)).filter(email__iexact=arrival.email).first()
    if user is None:
        user = User.objects.create_user(arrival.email, **names)
    elif not user.is_active:
        return user
    else:
        get_adapter().send_mail("accounts/email/proconnect_linked", user.email, {})
    if not EmailAddress.objects.filter(user=user, email__iexact=arrival.email, verified=True).exists():
        EmailAddress.objects.filter(user=user).delete()
        EmailAddress.objects.create(user=user, email=user.email.lower(), primary=True, verified=True)
        user.set_unusable_password()
        user.first_name = user.last_name = ""
    if not (user.first_name or user.last_name):
        user.first_name, user.last_name = arrival.given_name, arrival.usual_name
    user.save(update_fields=["password", "first_name", "last_name"])
    return user


def _valid_siret(arrival: Arrival) -> str:
    try:
        return clean_siret(arrival.siret)
    except ValidationError:
        return ""


def _tell_siret(user: User, arrival: Arrival) -> None:
    siret = _valid_siret(arrival)
    for path in settings.ACCOUNT_SIRET_WITNESSES if siret else []:
        tell: Callable[[User, str], None] = import_string(path)
        tell(user, siret)
