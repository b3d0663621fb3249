"""Depositing: once, in time, complete, for good."""

import hashlib
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from calls.actions.application import RoundNotOpen
from calls.actions.deposit import IncompleteApplication
from calls.enums import ApplicationState
from calls.models import Deposit
from kit import clock
from kit.workflow import RefusedTransition
from notifications.models import Message
from tests.calls.cast import join, tell_story
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_deposit_seals_content_and_acknowledges():
    story = tell_story()
    application = story.start()
    story.save(application, need="Des terrains vides.")

    deposit = story.deposit(application)

    application.refresh_from_db()
    assert application.state == ApplicationState.DEPOSITED
    assert application.number == "PIO26-0001"
    assert deposit.receipt.number == "PIO26-0001-1"
    assert deposit.content_sha256 == hashlib.sha256(deposit.content.encode()).hexdigest()
    content = json.loads(deposit.content)["content"]
    assert content["organisation"]["name"] == "Les Jardins de Claire"
    assert content["sections"][0]["answers"] == [
        {
            "key": "need",
            "kind": "long_text",
            "label": "À quel besoin répondez-vous ?",
            "visibility": "communicable",
            "value": "Des terrains vides.",
            "said": "Des terrains vides.",
        }
    ]
    assert [item["kind"] for item in content["declarations"]] == ["honneur"]


def test_deposit_owes_receipt_to_each_writer_once():
    story = tell_story(verified=True)
    colleague = UserFactory(email="karim@exemple.fr")
    join(colleague, story.organisation, verified=True)
    application = story.start()
    story.save(application, need="Un besoin.")
    story.save(application, by=colleague, note="Une note.")

    deposit = story.deposit(application, by=colleague)

    messages = Message.objects.order_by("email")
    assert [message.email for message in messages] == ["claire@exemple.fr", "karim@exemple.fr"]
    assert {message.cause for message in messages} == {f"deposit:{deposit.pk}:{story.carrier.pk}", f"deposit:{deposit.pk}:{colleague.pk}"}
    text = messages[0].text
    for line in ("PIO26-0001-1", "Bureau de l’innovation sociale", "bureau@exemple.gouv.fr", "tribunal administratif", "sous réserve"):
        assert line in text


def test_deposit_repeated_with_its_key_is_the_same():
    story = tell_story()
    application = story.start()
    story.save(application, need="Un besoin.")
    key = uuid4()

    first = story.deposit(application, idempotency_key=key)
    second = story.deposit(application, idempotency_key=key)

    assert first.pk == second.pk
    assert Deposit.objects.count() == 1
    assert Message.objects.count() == 1


def test_deposit_retried_after_closing_returns_the_first():
    story = tell_story()
    application = story.start()
    story.save(application, need="Un besoin.")
    key = uuid4()
    first = story.deposit(application, idempotency_key=key)

    late = story.deposit(application, idempotency_key=key, at=story.round.closes_at + timedelta(days=1))

    assert late.pk == first.pk


def test_deposit_incomplete_names_what_is_missing():
    story = tell_story()
    application = story.start()

    with pytest.raises(IncompleteApplication) as refusal:
        story.deposit(application, declarations=frozenset())

    assert [missing.key for missing in refusal.value.missing] == ["need"]
    assert [declaration.kind for declaration in refusal.value.declarations] == ["honneur"]
    assert Deposit.objects.count() == 0


@pytest.mark.parametrize(("late_by", "accepted"), [(-1, True), (0, True), (1, False)])
def test_deposit_is_in_time_to_the_microsecond(late_by, accepted):
    story = tell_story()
    application = story.start()
    story.save(application, need="Un besoin.")
    arrived_at = story.round.closes_at + timedelta(microseconds=late_by)

    if accepted:
        assert story.deposit(application, at=arrived_at).arrived_at == arrived_at
    else:
        with pytest.raises(RoundNotOpen):
            story.deposit(application, at=arrived_at)


def test_deposit_arrived_in_time_counts_although_recorded_after_closing():
    story = tell_story()
    application = story.start()
    story.save(application, need="Un besoin.")
    arrived_at = story.round.closes_at

    with clock.standing_at(story.round.closes_at + timedelta(seconds=30)):
        deposit = story.deposit(application, at=arrived_at)

    assert deposit.arrived_at == arrived_at
    assert deposit.recorded_at > story.round.closes_at


def test_deposit_after_own_extension_is_accepted():
    story = tell_story()
    application = story.start()
    story.save(application, need="Un besoin.")
    application.extended_until = story.round.closes_at + timedelta(hours=2)
    application.save(update_fields=["extended_until"])

    deposit = story.deposit(application, at=story.round.closes_at + timedelta(hours=1))

    assert deposit.sequence == 1


def test_deposit_again_only_when_changed():
    story = tell_story()
    application = story.deposited()

    with pytest.raises(RefusedTransition, match="rien n’a changé"):
        story.deposit(application)

    story.save(application, need="Un besoin mieux dit.")
    application.refresh_from_db()
    assert application.changed_since_deposit
    again = story.deposit(application)
    application.refresh_from_db()
    assert (again.sequence, again.receipt.number, application.number) == (2, "PIO26-0001-2", "PIO26-0001")
    assert not application.changed_since_deposit


def test_deposit_locks_the_dossier():
    story = tell_story()
    application = story.start()
    story.save(application, need="Un besoin.")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        story.deposit(application)

    assert any("FOR UPDATE" in query["sql"] and "calls_application" in query["sql"] for query in queries)


def test_deposit_of_a_stranger_is_refused():
    story = tell_story()
    application = story.start()
    story.save(application, need="Un besoin.")

    with pytest.raises(PermissionDenied):
        story.deposit(application, by=UserFactory())


def test_deposit_content_cannot_be_rewritten():
    story = tell_story()
    application = story.deposited()

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Deposit.objects.filter(application=application).update(content="{}")


def test_deposit_survives_the_deletion_of_its_author():
    story = tell_story()
    application = story.deposited()

    story.carrier.delete()

    assert Deposit.objects.get(application=application).deposited_by is None


def test_numbers_follow_each_other_in_a_round():
    story = tell_story()
    first = story.deposited()
    story.project = type(story.project).objects.create(organisation=story.organisation, name="Autre", summary="…", created_by=story.carrier)
    second = story.deposited()

    assert [first.number, second.number] == ["PIO26-0001", "PIO26-0002"]
