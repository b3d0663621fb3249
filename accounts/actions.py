"""Writes of `accounts`: change one's profile, leave, change someone's standing."""

from collections.abc import Iterable

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group as DjangoGroup
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.enums import Group
from accounts.models import User
from accounts.permissions import may_change_standing
from accounts.queries import deletion_obstacles


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
