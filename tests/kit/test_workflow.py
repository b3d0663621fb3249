"""The engine that moves an object from state to state, tried on the messages of the outbox with a table of its own."""

from datetime import UTC, datetime

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from kit import clock
from kit.workflow import RefusedTransition, RefusedTransitionMiddleware, Transition, advance, available
from notifications.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.notifications import MessageFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2018, 2, 26, 11, tzinfo=UTC)


def is_staff(user, _message):
    return user.is_staff


def is_recipient(user, message):
    return message.recipient_id == user.pk


TABLE = (
    Transition("give_up", "Abandonner", ("due",), "failed", is_staff),
    Transition("complain", "Réclamer", ("due", "failed"), "due", is_recipient),
    Transition("retry", "Relancer", ("failed",), "due", is_staff),
    Transition("send", "Envoyer", ("due",), "sent", is_staff),
)


@pytest.fixture
def people():
    return {"staff": UserFactory(staff=True), "recipient": UserFactory(), "stranger": UserFactory()}


MOVES = [
    ("due", "staff", ["give_up", "send"]),
    ("due", "recipient", ["complain"]),
    ("due", "stranger", []),
    ("failed", "staff", ["retry"]),
    ("failed", "recipient", ["complain"]),
    ("failed", "stranger", []),
    ("sent", "staff", []),
    ("sent", "recipient", []),
    ("sent", "stranger", []),
]


def message_in(state, people):
    return MessageFactory(state=state, recipient=people["recipient"], sent_at=NOON if state == "sent" else None)


@pytest.mark.parametrize(("state", "role", "moves"), MOVES)
def test_buttons_and_guard_agree_for_each_state_and_role(state, role, moves, people):
    message = message_in(state, people)
    done = []

    for move in TABLE:
        try:
            with transaction.atomic():
                advance(message, move.name, TABLE, by=people[role], sent_at=NOON if move.target == "sent" else None)
                done.append(move.name)
                transaction.set_rollback(True)
        except (RefusedTransition, PermissionDenied):
            continue

    assert [move.name for move in available(message, people[role], TABLE)] == moves
    assert done == moves


def test_advance_moves_writes_changes_and_logs(people):
    message = message_in("due", people)

    with clock.standing_at(NOON):
        moved = advance(message, "give_up", TABLE, by=people["staff"], why="adresse morte", last_error="550")

    fresh = Message.objects.get(pk=message.pk)
    log = moved.transitions.get()
    assert (fresh.state, fresh.last_error, moved.state) == ("failed", "550", "failed")
    assert (log.name, log.from_state, log.to_state, log.why, log.actor, log.at) == (
        "give_up",
        "due",
        "failed",
        "adresse morte",
        people["staff"],
        NOON,
    )
    assert str(log) == "À envoyer → En échec"


def test_advance_writes_only_the_state_and_what_is_named(people):
    message = message_in("due", people)
    message.subject = "typed, not saved"

    advance(message, "give_up", TABLE, by=None)

    assert Message.objects.get(pk=message.pk).subject != "typed, not saved"


def test_the_system_needs_no_permission_but_the_right_state(people):
    moved = advance(message_in("failed", people), "retry", TABLE, by=None)

    assert moved.transitions.get().actor is None
    with pytest.raises(RefusedTransition):
        advance(moved, "retry", TABLE, by=None)


def test_stale_page_acts_once(people):
    message = message_in("due", people)
    stale = Message.objects.get(pk=message.pk)
    advance(message, "give_up", TABLE, by=people["staff"])

    with pytest.raises(RefusedTransition, match="« Abandonner » n’est pas possible : l’état actuel est « En échec »"):
        advance(stale, "give_up", TABLE, by=people["staff"])

    assert message.transitions.count() == 1


def test_refused_state_is_said_before_the_permission(people):
    with pytest.raises(RefusedTransition):
        advance(message_in("sent", people), "retry", TABLE, by=people["stranger"])


def test_a_change_that_breaks_a_constraint_leaves_no_log(people):
    message = message_in("due", people)

    with transaction.atomic(), pytest.raises(IntegrityError):
        advance(message, "send", TABLE, by=people["staff"], sent_at=None)
    transaction.set_rollback(False)

    assert (Message.objects.get(pk=message.pk).state, message.transitions.count()) == ("due", 0)


def test_the_row_is_locked(people, django_assert_num_queries):
    message = message_in("due", people)

    with CaptureQueriesContext(transaction.get_connection()) as queries:
        advance(message, "give_up", TABLE, by=people["staff"])

    locks = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"]]
    assert len(locks) == 1
    assert locks[0].endswith('FOR UPDATE OF "notifications_message"')


def test_unknown_transition_is_a_programming_error(people):
    with pytest.raises(StopIteration):
        advance(message_in("due", people), "fly", TABLE, by=None)


def refused_response(rf, exception, **headers):
    request = rf.post("/dossiers/1/", headers=headers)
    request.session = {}
    request._messages = FallbackStorage(request)
    middleware = RefusedTransitionMiddleware(lambda _request: HttpResponse("ok"))
    return request, middleware.process_exception(request, exception)


@pytest.mark.parametrize(
    ("origin", "target"),
    [
        ("http://testserver/dossiers/1/", "http://testserver/dossiers/1/"),
        ("https://ailleurs.example/piege", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_refusal_becomes_its_sentence_and_a_way_back_within_the_site(rf, origin, target):
    request, response = refused_response(rf, RefusedTransition("Trop tard."), Referer=origin)

    assert [str(message) for message in get_messages(request)] == ["Trop tard."]
    assert (response.status_code, response["Location"]) == (302, target)


def test_other_exceptions_pass_through(rf):
    _request, response = refused_response(rf, ValueError("x"))

    assert response is None


def test_middleware_hands_the_request_on(rf):
    assert RefusedTransitionMiddleware(lambda _request: HttpResponse("ok"))(rf.get("/")).content == b"ok"
