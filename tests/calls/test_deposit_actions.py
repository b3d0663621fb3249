"""Depositing: once, in time, complete, for good."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from calls.actions.application import RoundNotOpen, withdraw_application
from calls.actions.deposit import IncompleteApplication, declarations_asked
from calls.enums import ApplicationState, DeclarationKind, RoundState
from calls.models import Deposit, Round
from kit import clock
from kit.workflow import RefusedTransition
from notifications.models import Message
from tests.calls.cast import join, tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import DeclarationFactory

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
            "label": "À quel besoin répondez-vous\u00a0?",
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


@pytest.mark.parametrize(("answered", "declared"), [(True, False), (False, True)], ids=["declaration missing", "answer missing"])
def test_deposit_wants_both_answers_and_declarations(answered, declared):
    story = tell_story()
    application = story.start()
    story.save(application, need="Un besoin." if answered else "", note="Une note.")

    with pytest.raises(IncompleteApplication) as refusal:
        story.deposit(application, **({} if declared else {"declarations": frozenset()}))

    assert (len(refusal.value.missing), len(refusal.value.declarations)) == (0 if answered else 1, 0 if declared else 1)


def test_deposit_seals_the_declarations_made_and_no_other():
    story = tell_story()
    optional = DeclarationFactory(round=story.round, required=False, text="Nous acceptons d’être cités.", kind=DeclarationKind.OTHER)
    application = story.start()
    story.save(application, need="Un besoin.")
    sworn = story.round.declarations.exclude(pk=optional.pk).get()

    deposit = story.deposit(application, declarations=frozenset({sworn.pk}))

    assert [item["text"] for item in json.loads(deposit.content)["content"]["declarations"]] == [sworn.text]


@pytest.mark.parametrize(("families", "asked"), [(["association"], 1), (["fondation"], 0), ([], 1)])
def test_declaration_is_asked_of_the_families_it_concerns(families, asked):
    story = tell_story()
    story.round.declarations.update(families=families)
    application = story.start()
    story.save(application, need="Un besoin.")

    assert len(declarations_asked(application)) == asked
    if asked:
        with pytest.raises(IncompleteApplication):
            story.deposit(application, declarations=frozenset())
    else:
        assert story.deposit(application, declarations=frozenset()).sequence == 1


@pytest.mark.parametrize(
    ("arrived_at", "silence_from"),
    [
        (datetime(2027, 12, 30, 11, tzinfo=UTC), date(2028, 3, 1)),
        (datetime(2027, 1, 31, 23, 30, tzinfo=UTC), date(2027, 4, 2)),  # 1 February in Paris
    ],
)
def test_receipt_says_from_when_silence_is_an_answer(arrived_at, silence_from):
    with clock.standing_at(arrived_at):
        story = tell_story(silence_months=2)
        application = story.start()
        story.save(application, need="Un besoin.")
    with clock.standing_at(arrived_at + timedelta(days=1)):
        receipt = story.deposit(application, at=arrived_at).receipt

    assert receipt.silence_from == silence_from
    assert receipt.silence_until == silence_from - timedelta(days=1)
    assert receipt.content["received_at"] == arrived_at.isoformat()


def test_withdrawn_or_cancelled_takes_no_deposit():
    story = tell_story()
    application = withdraw_application(story.deposited(), by=story.carrier)
    with pytest.raises(RefusedTransition, match="a été retiré"):
        story.deposit(application)

    Round.objects.filter(pk=story.round.pk).update(state=RoundState.CANCELLED)
    with pytest.raises(RoundNotOpen, match="annulé"):
        story.deposit(application)


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

    with CaptureQueriesContext(connection) as queries:
        story.deposit(application)

    read = next(query["sql"] for query in queries if 'FROM "calls_application"' in query["sql"])
    assert 'FOR UPDATE OF "calls_application"' in read


def test_deposit_of_a_stranger_is_refused():
    story = tell_story()
    application = story.start()
    story.save(application, need="Un besoin.")

    with pytest.raises(PermissionDenied):
        story.deposit(application, by=UserFactory())


def test_key_of_someone_elses_deposit_opens_nothing():
    story = tell_story()
    application = story.start()
    story.save(application, need="Un besoin.")
    key = uuid4()
    story.deposit(application, idempotency_key=key)

    with pytest.raises(PermissionDenied):
        story.deposit(application, by=UserFactory(), idempotency_key=key)


def test_deposit_is_not_told_to_a_writer_who_left():
    story = tell_story(verified=True)
    colleague = UserFactory()
    place = join(colleague, story.organisation, verified=True)
    application = story.start()
    story.save(application, need="Un besoin.")
    story.save(application, by=colleague, note="Une note.")
    place.delete()

    story.deposit(application)

    assert [message.recipient for message in Message.objects.all()] == [story.carrier]


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
