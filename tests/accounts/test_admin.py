"""Accounts in the admin: for administrators, found and put in order, never created nor deleted."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group as DjangoGroup
from django.urls import reverse

from accounts.enums import Group
from accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = UserFactory.create(email="admin@exemple.fr", staff=True, group=Group.ADMINISTRATOR)
    client.force_login(user)
    return user


def page_of(user):
    return reverse("admin:accounts_user_change", args=[user.pk])


@pytest.mark.parametrize("group", [Group.CALL_MANAGER, Group.REVIEWER, Group.AUDITOR])
def test_accounts_are_closed_to_other_staff(client, group):
    client.force_login(UserFactory.create(staff=True, group=group))

    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 403


def test_account_is_found_by_name_and_address(client, administrator):
    UserFactory.create(email="claire@exemple.fr", last_name="Durand")

    for words in ("Durand", "CLAIRE@"):
        page = client.get(reverse("admin:accounts_user_changelist"), {"q": words})
        assert [user.email for user in page.context["cl"].result_list] == ["claire@exemple.fr"]


@pytest.mark.parametrize("rows", [1, 30])
def test_list_costs_the_same_whatever_its_length(client, administrator, rows, django_assert_num_queries):
    UserFactory.create_batch(rows, staff=True, group=Group.AUDITOR)
    client.get(reverse("admin:accounts_user_changelist"))

    with django_assert_num_queries(8):
        client.get(reverse("admin:accounts_user_changelist"))


def test_standing_is_changed_and_nothing_else(client, administrator):
    user = UserFactory.create(email="claire@exemple.fr")
    reviewer = DjangoGroup.objects.get(name=Group.REVIEWER)

    client.post(page_of(user), {"is_active": "on", "is_staff": "on", "groups": [reviewer.pk], "email": "pirate@exemple.fr"})

    user = User.objects.get(pk=user.pk)
    assert (user.is_staff, user.is_active, user.email) == (True, True, "claire@exemple.fr")
    assert user.group_names == {Group.REVIEWER}


def test_deactivation_closes_the_session_at_once(client, administrator):
    from django.test import Client

    user, theirs = UserFactory.create(), Client()
    theirs.force_login(user)

    client.post(page_of(user), {})

    assert theirs.get(reverse("accounts:profile")).status_code == 302


def test_nobody_touches_their_own_standing_nor_a_superuser_s(client, administrator):
    superuser = UserFactory.create(staff=True, is_superuser=True)

    for user in (administrator, superuser):
        assert client.post(page_of(user), {}).status_code == 403
        user.refresh_from_db()
        assert user.is_active


def test_accounts_are_neither_created_nor_deleted_there(client, administrator):
    user = UserFactory.create()

    assert client.get(reverse("admin:accounts_user_add")).status_code == 403
    assert client.get(reverse("admin:accounts_user_delete", args=[user.pk])).status_code == 403
    assert "password" not in client.get(page_of(user)).content.decode().replace("password_change", "")


def test_pages_that_would_show_secrets_are_gone():
    registered = {model._meta.label for model in admin.site._registry}

    assert registered.isdisjoint({"mfa.Authenticator", "account.EmailAddress", "usersessions.UserSession", "auth.Group"})


def test_groups_are_seeded():
    assert set(DjangoGroup.objects.values_list("name", flat=True)) == set(Group.values)
