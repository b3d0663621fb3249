"""Who is what among staff."""

from django.contrib.auth.models import AnonymousUser

from accounts.enums import Group
from accounts.models import User

Person = User | AnonymousUser


def has_group(user: Person, *groups: Group) -> bool:
    """An active member of staff who is in one of `groups`, or an active superuser."""
    if not (isinstance(user, User) and user.is_active and user.is_staff):
        return False
    return user.is_superuser or not user.group_names.isdisjoint(groups)


def is_administrator(user: Person) -> bool:
    return has_group(user, Group.ADMINISTRATOR)


def manages_calls(user: Person) -> bool:
    """May prepare and publish rounds."""
    return has_group(user, Group.ADMINISTRATOR, Group.CALL_MANAGER)


def reviews(user: Person) -> bool:
    """May follow and examine dossiers."""
    return has_group(user, Group.ADMINISTRATOR, Group.CALL_MANAGER, Group.REVIEWER)


def reads_dossiers(user: Person) -> bool:
    """May read what was deposited."""
    return has_group(user, *Group)


def may_change_standing(user: Person, other: User) -> bool:
    """May say who is staff and in which groups: an administrator, of others; only a superuser touches a superuser."""
    return is_administrator(user) and user != other and (user.is_superuser or not other.is_superuser)
