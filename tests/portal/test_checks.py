"""What `check --deploy` says before a site is opened to the public."""

import sys
from runpy import run_module

import pytest
from django.core.checks import ERROR

from portal.checks import ADDRESSES, IDENTITY, is_placeholder, legal_identity_is_known, receipts_can_be_sealed, security_keys_need_https


@pytest.fixture
def told(settings):
    """A site that says who answers for it."""
    for name in IDENTITY:
        setattr(settings, name, "Ministère")
    for name in ADDRESSES:
        setattr(settings, name, "contact@site.test")
    return settings


def test_a_site_that_says_who_answers_for_it_is_clean(told):
    assert legal_identity_is_known(None) == []


@pytest.mark.parametrize("name", [*IDENTITY, *ADDRESSES])
@pytest.mark.parametrize("value", ["", "  ", "À compléter", "contact@frenchimpact.example"])
def test_a_placeholder_is_named(told, name, value):
    setattr(told, name, value)

    (warning,) = legal_identity_is_known(None)

    assert warning.id == "portal.W001"
    assert warning.msg.endswith(f": {name}.")


def test_an_answer_is_no_placeholder():
    assert not is_placeholder("Secrétariat d’État à l’économie sociale et solidaire")


@pytest.mark.parametrize(("allowed", "found"), [(True, ["portal.W002"]), (False, [])])
def test_security_keys_over_plain_http_are_told(settings, allowed, found):
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = allowed

    assert [warning.id for warning in security_keys_need_https(None)] == found


@pytest.mark.parametrize(
    ("environment", "allowed"), [({}, True), ({"DEMONSTRATION": "0"}, False), ({"DEMONSTRATION": "0", "DEBUG": "1"}, True)]
)
def test_only_a_demonstration_or_a_developer_tries_keys_over_plain_http(monkeypatch, environment, allowed):
    monkeypatch.delitem(sys.modules, "frenchimpact.settings.local", raising=False)  # where another test has read it
    for name in ("DEMONSTRATION", "DEBUG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert run_module("frenchimpact.settings.local")["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is allowed


def test_site_with_a_key_of_its_own_is_clean(settings):
    assert receipts_can_be_sealed(None) == []


def test_site_without_a_key_is_told_what_to_do(settings):
    settings.SEAL_KEY = ""

    (error,) = receipts_can_be_sealed(None)

    assert (error.id, error.level) == ("portal.E001", ERROR)
    assert "seal_key new" in error.hint


def test_key_in_a_file_is_for_one_machine(settings, tmp_path):
    settings.SEAL_KEY, settings.SEAL_KEY_FILE = "", tmp_path / "seal.key"

    assert [warning.id for warning in receipts_can_be_sealed(None)] == ["portal.W003"]
