"""Alive and ready."""

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis.exceptions import ConnectionError as NoConnection

from kit import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker(monkeypatch):
    """A broker that answers, or raises what the test puts in `fault`."""

    class Broker:
        fault: Exception | None = None

        def ping(self):
            if Broker.fault:
                raise Broker.fault
            return True

        def close(self):
            pass

    monkeypatch.setattr(health.Redis, "from_url", lambda *args, **kwargs: Broker())
    return Broker


@pytest.fixture(autouse=True)
def unread(monkeypatch):
    monkeypatch.setattr(health, "_migrated", set())


def test_alive_asks_nothing_of_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/sante/vivant")

    assert response.json() == {"etat": "vivant"}
    assert "no-store" in response["Cache-Control"]


def test_ready(client, broker):
    response = client.get("/sante/pret")

    assert response.status_code == 200
    assert response.json() == {"etat": "pret", "base_de_donnees": True, "migrations": True, "file_de_taches": True}


def test_migrations_are_read_once(client, broker, django_assert_num_queries):
    client.get("/sante/pret")

    with django_assert_num_queries(1):
        client.get("/sante/pret")


def test_ready_without_broker_says_so_and_serves(client, broker):
    broker.fault = NoConnection()

    response = client.get("/sante/pret")

    assert response.status_code == 200
    assert response.json()["file_de_taches"] is False


def test_not_ready_while_a_migration_is_missing(client, broker, monkeypatch):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("calls", "0099")])

    response = client.get("/sante/pret")

    assert response.status_code == 503
    assert response.json() == {"etat": "indisponible", "base_de_donnees": True, "migrations": False, "file_de_taches": True}


def test_not_ready_without_database(client, broker, monkeypatch):
    def refuse():
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", refuse)

    response = client.get("/sante/pret")

    assert response.status_code == 503
    assert response.json()["base_de_donnees"] is False


@pytest.mark.parametrize("address", ["/sante/vivant", "/sante/pret"])
def test_probes_only_read(client, address):
    assert client.post(address).status_code == 405
