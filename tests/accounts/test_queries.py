"""What stands in the way of leaving, and what the platform holds."""

import json

import pytest
from allauth.mfa.models import Authenticator

from accounts.queries import STAFF_OBSTACLE, deletion_obstacles, personal_data
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def last_administrator(user):
    return [f"{user.first_name}, confiez d’abord l’organisation à quelqu’un."]


def memberships(user):
    return {"organisations": [{"nom": "Les Jardins"}]}


def test_nothing_stands_in_the_way_by_default():
    assert deletion_obstacles(UserFactory.create()) == []


def test_obstacles_of_upper_apps_are_asked_for(settings):
    settings.ACCOUNT_DELETION_OBSTACLES = [f"{__name__}.last_administrator"]

    assert deletion_obstacles(UserFactory.create(first_name="Inès")) == ["Inès, confiez d’abord l’organisation à quelqu’un."]
    assert deletion_obstacles(UserFactory.create(first_name="Inès", staff=True))[0] == STAFF_OBSTACLE


def test_personal_data_holds_everything_but_secrets(client, settings):
    settings.ACCOUNT_DATA_SOURCES = [f"{__name__}.memberships"]
    user = UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)
    client.post("/compte/connexion/", {"login": user.email, "password": PASSWORD})
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "TRESSECRET"})
    user.refresh_from_db()
    assert user.last_login

    data = personal_data(user)

    text = json.dumps(data)
    assert list(data) == ["compte", "adresses", "seconds facteurs", "identités ProConnect", "sessions", "organisations"]
    assert data["compte"]["adresse"] == "claire@exemple.fr"
    assert data["compte"]["dernière connexion"] == user.last_login.isoformat()
    assert data["adresses"] == [{"email": "claire@exemple.fr", "verified": True, "primary": True}]
    assert data["sessions"][0]["adresse IP"] == "127.0.0.1"
    assert "TRESSECRET" not in text
    assert user.password not in text


def test_personal_data_of_someone_who_never_came():
    assert personal_data(UserFactory.create())["compte"]["dernière connexion"] is None
