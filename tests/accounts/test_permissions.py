"""Who is what among staff: one table."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts import permissions
from accounts.enums import Group
from accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

PEOPLE: dict[str, Callable[[], permissions.Person]] = {
    "stranger": AnonymousUser,
    "person": UserFactory.create,
    "person in a group": lambda: UserFactory.create(group=Group.ADMINISTRATOR),
    "staff in no group": lambda: UserFactory.create(staff=True),
    "administrator": lambda: UserFactory.create(staff=True, group=Group.ADMINISTRATOR),
    "call manager": lambda: UserFactory.create(staff=True, group=Group.CALL_MANAGER),
    "reviewer": lambda: UserFactory.create(staff=True, group=Group.REVIEWER),
    "auditor": lambda: UserFactory.create(staff=True, group=Group.AUDITOR),
    "superuser": lambda: UserFactory.create(staff=True, is_superuser=True),
    "superuser who is no staff": lambda: UserFactory.create(is_superuser=True),
    "administrator gone": lambda: UserFactory.create(staff=True, group=Group.ADMINISTRATOR, is_active=False),
}
MAY = {
    permissions.is_administrator: {"administrator", "superuser"},
    permissions.manages_calls: {"administrator", "call manager", "superuser"},
    permissions.reviews: {"administrator", "call manager", "reviewer", "superuser"},
    permissions.reads_dossiers: {"administrator", "call manager", "reviewer", "auditor", "superuser"},
}


@pytest.mark.parametrize("predicate", MAY, ids=lambda predicate: predicate.__name__)
@pytest.mark.parametrize("person", PEOPLE)
def test_predicate_of_staff(predicate, person):
    assert predicate(PEOPLE[person]()) == (person in MAY[predicate])


def account(person: str) -> User:
    someone = PEOPLE[person]()
    assert isinstance(someone, User)
    return someone


@pytest.mark.parametrize(
    ("person", "other", "may"),
    [
        ("administrator", "person", True),
        ("administrator", "superuser", False),
        ("superuser", "superuser", True),
        ("call manager", "person", False),
        ("stranger", "person", False),
    ],
)
def test_may_change_standing(person, other, may):
    assert permissions.may_change_standing(PEOPLE[person](), account(other)) == may


def test_nobody_changes_their_own_standing():
    administrator = UserFactory.create(staff=True, group=Group.ADMINISTRATOR)

    assert not permissions.may_change_standing(administrator, administrator)
