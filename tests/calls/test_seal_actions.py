"""The keys of seals: noted at first use, retired, declared compromised, listed; the command that does it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from calls.actions.seal import NoKey, UnknownKey, adopt_current_key, declare_compromised, register_current_key
from calls.enums import CheckOutcome
from calls.models import SealKey
from calls.queries.receipt import check_number, known_keys
from kit import clock, seals
from tests.calls.cast import tell_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt():
    return tell_story().deposited().current_deposit.receipt


def run(*words: str) -> list[str]:
    out = StringIO()
    call_command("seal_key", *words, stdout=out)
    return out.getvalue().splitlines()


def test_key_is_in_use_since_its_first_seal(receipt):
    with clock.standing_at(clock.now() + timedelta(days=1)):
        key = register_current_key()

    assert (key.pk, key.in_use_from, register_current_key()) == (receipt.seal_key, receipt.sealed_at, key)


def test_key_that_sealed_nothing_is_in_use_since_now():
    with clock.standing_at(clock.now()):
        assert register_current_key().in_use_from == clock.now()


def test_key_that_seals_is_known_before_it_is_noted():
    key = seals.current_key()

    assert [known.published() for known in known_keys().values()] == [
        {
            "id": key.id,
            "algorithm": "Ed25519",
            "public_key": key.public,
            "in_use_from": None,
            "in_use_until": None,
            "compromised_at": None,
        }
    ]


def test_without_a_key_none_is_noted_nor_adopted(settings):
    settings.SEAL_KEY = ""

    assert (register_current_key(), known_keys()) == (None, {})
    with pytest.raises(NoKey):
        adopt_current_key()


def test_receipt_of_a_retired_key_stays_authentic(receipt, settings):
    first = adopt_current_key()
    settings.SEAL_KEY = seals.new_secret()
    now = clock.now() + timedelta(days=1)

    with clock.standing_at(now):
        second = adopt_current_key()

    first.refresh_from_db()
    assert (first.in_use_until, second.in_use_until, list(known_keys())) == (now, None, [second.pk, first.pk])
    assert check_number(receipt.number, receipt.code).outcome == CheckOutcome.AUTHENTIC
    assert known_keys()[first.pk].published()["in_use_until"] == now.isoformat()


def test_key_taken_up_again_is_in_use_again(settings):
    secret = settings.SEAL_KEY
    first = adopt_current_key()
    settings.SEAL_KEY = seals.new_secret()
    adopt_current_key()
    settings.SEAL_KEY = secret

    adopt_current_key()

    first.refresh_from_db()
    assert first.in_use_until is None


def test_compromised_key_says_since_when_and_the_register_still_answers(receipt):
    key, since = register_current_key(), clock.now()

    declare_compromised(key.pk, at=since)
    declare_compromised(key.pk, at=since + timedelta(days=1))

    verdict = check_number(receipt.number, receipt.code)
    assert (verdict.outcome, verdict.key.compromised_at) == (CheckOutcome.AUTHENTIC, since)


def test_unknown_key_cannot_be_compromised():
    with pytest.raises(UnknownKey):
        declare_compromised("0" * 16, at=clock.now())


def test_key_is_neither_changed_nor_forgotten():
    key = register_current_key()

    for change in (lambda: SealKey.objects.update(public_key=""), key.delete):
        with pytest.raises(DatabaseError, match="never changed or forgotten"), transaction.atomic():
            change()


def test_command_makes_a_key_that_the_settings_take(settings):
    first, second = run("new")
    settings.SEAL_KEY = first.removeprefix("SEAL_KEY=")

    assert second.startswith(f"# id: {seals.current_key().id}.")
    assert SealKey.objects.count() == 0


def test_command_adopts_lists_and_declares():
    key = seals.current_key()

    assert run("adopt") == [f"{key.id} seals from now on."]
    assert run("compromised", key.id, "--since", "2026-11-23T14:00+01:00") == [
        f"{key.id} is declared compromised since 2026-11-23T14:00:00+01:00."
    ]
    assert run("compromised", key.id)
    (line,) = run("list")
    assert line.startswith(f"{key.id}  {key.public}  from 20")
    assert line.endswith("until -  compromised 2026-11-23T13:00:00+00:00")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("compromised", "0" * 16), "No key is named"),
        (("compromised", "0" * 16, "--since", "hier"), "with its zone"),
        (("compromised", "0" * 16, "--since", "2026-11-23T14:00"), "with its zone"),
    ],
)
def test_command_refuses_with_a_sentence(words, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*words)


def test_command_refuses_to_adopt_no_key(settings):
    settings.SEAL_KEY = ""

    with pytest.raises(CommandError, match="SEAL_KEY is not set"):
        run("adopt")
