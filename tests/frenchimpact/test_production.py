"""The production settings, read from an environment."""

import json
import os
import subprocess
import sys
from runpy import run_module, run_path
from unittest.mock import ANY

import pytest
import sentry_sdk
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from frenchimpact.settings import base
from portal.checks import ADDRESSES, IDENTITY

LEAST = {
    "SECRET_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "SITE_URL": "https://frenchimpact.example/",
    "DATABASE_URL": "postgresql://owner:secret@db.example:5432/frenchimpact",
    "REDIS_URL": "redis://redis.example:6379/0",
    "SMTP_HOST": "smtp.example",
    "DEFAULT_FROM_EMAIL": "French Impact <ne-pas-repondre@frenchimpact.example>",
}


@pytest.fixture
def read(monkeypatch):
    """Read the settings under the least environment and what a test changes of it; `None` takes a name away."""

    def read_settings(**changes: str | None) -> dict:
        for name in ("DEMONSTRATION", "PORT", "SEAL_KEY", "VAR_DIR"):
            monkeypatch.delenv(name, raising=False)
        for name, value in (LEAST | changes).items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        return run_module("frenchimpact.settings.production")

    return read_settings


@pytest.mark.parametrize("name", sorted(LEAST))
def test_what_is_missing_is_named(read, name):
    with pytest.raises(ImproperlyConfigured, match=f"{name} is required"):
        read(**{name: None})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"DEMONSTRATION": "1"}, "DEMONSTRATION is refused"),
        ({"SECRET_KEY": "short"}, "at least 50"),
        ({"SECRET_KEY": "a" * 60}, "at least 50"),
        ({"SITE_URL": "http://frenchimpact.example"}, "https address"),
        ({"SITE_URL": "https://frenchimpact.example/path"}, "https address"),
        ({"ARRIVAL_HEADER": "X-Request-Start"}, "TRUST_PROXY=1"),
        ({"TRUSTED_PROXY_COUNT": "1"}, "TRUSTED_PROXY_COUNT counts"),
        ({"TRUST_PROXY": "1", "TRUSTED_PROXY_COUNT": "0"}, "TRUSTED_PROXY_COUNT counts"),
        ({"TRUSTED_PROXY_COUNT": "-1"}, "TRUSTED_PROXY_COUNT counts"),
        ({"S3_BUCKET": "files"}, "S3_ACCESS_KEY is required"),
        ({"SMTP_SECURITY": "ssl"}, "SMTP_SECURITY must be one of"),
        ({"SEAL_KEY": "not a key"}, "SEAL_KEY cannot be read. A sealing key is 32 bytes in base64"),
        ({"SMTP_PORT": "smtp"}, "SMTP_PORT must be a whole number"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(read, changes, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        read(**changes)


def test_proconnect_is_reached_over_https_only(read, monkeypatch):
    monkeypatch.setattr("frenchimpact.settings.base.PROCONNECT_ISSUER", "http://auth.example/api/v2")

    with pytest.raises(ImproperlyConfigured, match="PROCONNECT_ISSUER must be an https address"):
        read()


def test_proconnect_is_configured_whole_or_not_at_all(monkeypatch):
    monkeypatch.setenv("PROCONNECT_ISSUER", "https://auth.example/api/v2/")
    with pytest.raises(ImproperlyConfigured, match="asks for PROCONNECT_CLIENT_ID"):
        run_path(base.__file__)
    monkeypatch.setenv("PROCONNECT_CLIENT_ID", "id")
    monkeypatch.setenv("PROCONNECT_CLIENT_SECRET", "secret")

    assert run_path(base.__file__)["PROCONNECT_ISSUER"] == "https://auth.example/api/v2"


def test_the_least_environment_is_safe(read):
    values = read()

    assert values["ALLOWED_HOSTS"] == ["frenchimpact.example"]
    assert values["CSRF_TRUSTED_ORIGINS"] == ["https://frenchimpact.example"]
    assert values["SECURE_PROXY_SSL_HEADER"] is None
    assert values["ALLAUTH_TRUSTED_PROXY_COUNT"] == 0
    assert values["SESSION_COOKIE_SECURE"] is True
    assert values["DEMONSTRATION"] is False
    assert values["REQUIRE_SECOND_FACTOR"] is True
    assert values["CELERY_BROKER_URL"] == "redis://redis.example:6379/0"
    assert values["STORAGES"]["default"]["BACKEND"] == "django.core.files.storage.FileSystemStorage"
    assert values["STORAGES"]["staticfiles"]["BACKEND"] == "whitenoise.storage.CompressedManifestStaticFilesStorage"
    assert values["EMAIL_USE_TLS"] is True


def test_arrival_is_stamped_before_anything_else(read):
    assert read()["MIDDLEWARE"][:2] == ["kit.arrival.ArrivalMiddleware", "kit.logs.RequestLogMiddleware"]


def test_a_trusted_proxy_is_believed(read):
    values = read(TRUST_PROXY="1", ARRIVAL_HEADER="X-Request-Start")

    assert values["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert values["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1
    assert read(TRUST_PROXY="1", TRUSTED_PROXY_COUNT="2")["ALLAUTH_TRUSTED_PROXY_COUNT"] == 2
    assert values["ARRIVAL_HEADER"] == "X-Request-Start"


@pytest.mark.parametrize(
    ("changes", "age", "health", "server_side_off", "pooled", "limited"),
    [
        ({}, 600, True, False, False, True),
        ({"DATABASE_POOL": "1"}, 0, False, False, True, True),
        ({"PGBOUNCER": "1"}, 600, True, True, False, False),
    ],
)
def test_connections_are_kept_pooled_or_shared(read, changes, age, health, server_side_off, pooled, limited):
    database = read(**changes)["DATABASES"]["default"]

    assert database["CONN_MAX_AGE"] == age
    assert database["CONN_HEALTH_CHECKS"] is health
    assert database["DISABLE_SERVER_SIDE_CURSORS"] is server_side_off
    assert ("pool" in database["OPTIONS"]) is pooled
    assert ("statement_timeout=60000" in database["OPTIONS"].get("options", "")) is limited


def test_files_go_to_a_private_bucket_without_the_new_checksums(read):
    files = read(S3_BUCKET="files", S3_ACCESS_KEY="a", S3_SECRET_KEY="b", S3_ENDPOINT_URL="https://s3.example")["STORAGES"]["default"]

    assert files["BACKEND"] == "storages.backends.s3.S3Storage"
    assert files["OPTIONS"]["file_overwrite"] is False
    assert files["OPTIONS"]["default_acl"] is None
    assert files["OPTIONS"]["querystring_auth"] is True
    assert files["OPTIONS"]["client_config"].request_checksum_calculation == "when_required"


def test_errors_are_reported_without_what_people_typed(read, monkeypatch):
    asked = []
    monkeypatch.setattr(sentry_sdk, "init", lambda **options: asked.append(options))

    read()
    read(SENTRY_DSN="https://key@sentry.example/1")

    assert len(asked) == 1
    assert asked[0]["send_default_pii"] is False
    assert asked[0]["include_local_variables"] is False
    assert asked[0]["max_request_body_size"] == "never"


@pytest.fixture
def run(tmp_path):
    """Run `manage.py` with the production settings in a process of its own."""

    def run_command(*words: str, **changes: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            **LEAST,
            **dict.fromkeys(IDENTITY, "Ministère"),
            **dict.fromkeys(ADDRESSES, "contact@site.test"),
            "SEAL_KEY": settings.SEAL_KEY,
            "DJANGO_SETTINGS_MODULE": "frenchimpact.settings.production",
            "VAR_DIR": str(tmp_path),
            "PYTHONWARNINGS": "error::DeprecationWarning",
            **changes,
        }
        environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # the browser journeys set it
        return subprocess.run(
            [sys.executable, "manage.py", *words], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
        )

    return run_command


def test_deployment_check_finds_nothing(run):
    result = run("check", "--deploy", "--fail-level", "INFO")

    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


def test_deployment_check_asks_for_the_key_of_receipts(run):
    result = run("check", "--deploy", SEAL_KEY="")

    assert result.returncode == 1
    assert "SEAL_KEY is not set" in result.stderr


def test_templates_are_kept_compiled_and_a_log_line_is_json(run):
    script = (
        "import logging; from django.template import engines;"
        "print(type(engines['django'].engine.template_loaders[0]).__module__);"
        "logging.getLogger('x').warning('Été', extra={'request': '/?q=Dupont'})"
    )

    result = run("shell", "--no-imports", "-c", script)

    loader, line = result.stdout.strip().splitlines()
    assert loader == "django.template.loaders.cached"
    assert json.loads(line) == {"level": "WARNING", "logger": "x", "message": "Été", "request_id": "", "at": ANY}
