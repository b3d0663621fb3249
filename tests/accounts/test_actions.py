"""Writes about a person: who may, what is refused, what goes with them."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group as DjangoGroup
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from accounts import actions
from accounts.enums import Group, TimeZone
from accounts.models import User
from notifications.models import Message
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
PROFILE = {"first_name": "Inès", "last_name": "Le Goff", "time_zone": TimeZone.REUNION}


def test_change_profile_saves_what_one_says(db):
    user = UserFactory.create()

    actions.change_profile(user, by=user, **PROFILE)

    user.refresh_from_db()
    assert (user.first_name, user.last_name, user.time_zone) == ("Inès", "Le Goff", "Indian/Reunion")


def test_change_profile_of_someone_else_is_refused():
    user = UserFactory.create(first_name="Camille")

    with pytest.raises(PermissionDenied):
        actions.change_profile(user, by=UserFactory.create(staff=True, group=Group.ADMINISTRATOR), **PROFILE)

    user.refresh_from_db()
    assert user.first_name == "Camille"


def test_delete_account_takes_all_that_is_one_s_own_and_says_farewell(client):
    user = UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)
    client.post("/compte/connexion/", {"login": user.email, "password": PASSWORD})
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    past = Message.objects.create(cause="passé", kind="x", recipient=user, email=user.email, subject="s", text="t", digest_line="d")

    key = client.session.session_key
    assert Session.objects.filter(pk=key).exists()

    actions.delete_account(user, by=user)

    assert not User.objects.exists()
    assert not EmailAddress.objects.exists()
    assert not Authenticator.objects.exists()
    assert not Session.objects.filter(pk=key).exists()
    past.refresh_from_db()
    assert past.recipient is None
    assert Message.objects.latest("pk").subject == "Votre compte est supprimé"


def test_delete_account_locks_the_row():
    user = UserFactory.create()

    with CaptureQueriesContext(connection) as queries:
        actions.delete_account(user, by=user)

    assert "FOR UPDATE" in queries.captured_queries[1]["sql"]


def test_delete_account_of_someone_else_is_refused():
    user = UserFactory.create()

    with pytest.raises(PermissionDenied):
        actions.delete_account(user, by=UserFactory.create(staff=True, group=Group.ADMINISTRATOR))

    assert User.objects.filter(pk=user.pk).exists()


def test_delete_account_of_staff_is_refused_with_what_to_do():
    user = UserFactory.create(staff=True)

    with pytest.raises(actions.AccountInUseError, match="Demandez à l’administration"):
        actions.delete_account(user, by=user)

    assert not Message.objects.exists()


def test_delete_account_reads_the_present_state_and_not_the_caller_s():
    user = UserFactory.create()
    User.objects.filter(pk=user.pk).update(is_staff=True)

    with pytest.raises(actions.AccountInUseError):
        actions.delete_account(user, by=user)


def test_change_standing_names_staff_and_their_groups():
    user = UserFactory.create()
    group = DjangoGroup.objects.get(name=Group.REVIEWER)

    actions.change_standing(
        user, by=UserFactory.create(staff=True, group=Group.ADMINISTRATOR), is_active=True, is_staff=True, groups=[group]
    )

    user = User.objects.get(pk=user.pk)
    assert user.is_staff
    assert user.group_names == {Group.REVIEWER}


def test_change_standing_is_refused_to_a_call_manager():
    user = UserFactory.create()

    with pytest.raises(PermissionDenied):
        actions.change_standing(user, by=UserFactory.create(staff=True, group=Group.CALL_MANAGER), is_active=True, is_staff=True, groups=[])

    user.refresh_from_db()
    assert not user.is_staff


def test_open_verified_account_signs_in_at_once(client):
    user = actions.open_verified_account("Admin@Demo.example", PASSWORD, first_name="A", last_name="B", is_staff=True, group=Group.AUDITOR)

    assert user.group_names == {Group.AUDITOR}
    assert client.post("/compte/connexion/", {"login": "admin@demo.example", "password": PASSWORD}).url == "/mon-espace/"
    assert not Message.objects.exists()


def test_open_verified_account_twice_is_refused_whatever_the_case():
    actions.open_verified_account("claire@exemple.fr", PASSWORD, first_name="A", last_name="B")

    with pytest.raises(IntegrityError):
        actions.open_verified_account("CLAIRE@exemple.fr", PASSWORD, first_name="A", last_name="B")
