"""The account itself."""

import pytest
from django.db import IntegrityError

from accounts.models import User
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def test_address_is_unique_without_regard_to_case():
    UserFactory.create(email="claire@exemple.fr")

    with pytest.raises(IntegrityError):
        UserFactory.create(email="Claire@Exemple.FR")


def test_account_needs_an_address():
    with pytest.raises(ValueError, match="needs an e-mail"):
        User.objects.create_user("")


def test_superuser_is_staff_and_is_found_by_address_in_any_case():
    user = User.objects.create_superuser("admin@exemple.fr", PASSWORD)

    assert (user.is_staff, user.is_superuser) == (True, True)
    assert User.objects.get_by_natural_key("ADMIN@exemple.fr") == user


@pytest.mark.parametrize(
    ("first", "last", "full", "short"), [("Inès", "Le Goff", "Inès Le Goff", "Inès"), ("", "", "a@exemple.fr", "a@exemple.fr")]
)
def test_names_fall_back_to_the_address(first, last, full, short):
    user = UserFactory.create(email="a@exemple.fr", first_name=first, last_name=last)

    assert (str(user), user.get_full_name(), user.get_short_name()) == (full, full, short)


def test_one_sees_one_s_own_account_and_staff_see_all():
    person, agent = UserFactory.create(), UserFactory.create(staff=True)

    assert set(User.objects.visible_to(person)) == {person}
    assert set(User.objects.visible_to(agent)) == {person, agent}
