"""What is owed is written once, delivered, retried and read."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import Group
from kit import clock
from kit.workflow import RefusedTransition
from notifications import tasks
from notifications.actions import (
    DELAYS,
    ERASED,
    LEASE,
    MAX_ATTEMPTS,
    deliver_due,
    owe_message,
    read_all_messages,
    read_message,
    retry_failed_messages,
    retry_message,
)
from notifications.enums import MessageState
from notifications.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.notifications import MessageFactory, RenderingFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
REFUSED = SMTPRecipientsRefused({"x@exemple.fr": (550, b"No such user")})
GREYLISTED = SMTPRecipientsRefused({"x@exemple.fr": (451, b"Try later")})


def deliver_everything(**bounds):
    return deliver_due(Message.objects.due(), **bounds)


def manager():
    return UserFactory(staff=True, group=Group.CALL_MANAGER)


# Owing


def test_owe_message_writes_the_rendering(handed):
    person = UserFactory(email="awa@exemple.fr")

    with clock.standing_at(NOON):
        message = owe_message("deposit:1", RenderingFactory(reply_to="service@exemple.fr"), recipient=person)

    message.refresh_from_db()
    assert (message.recipient, message.email, message.reply_to) == (person, "awa@exemple.fr", "service@exemple.fr")
    assert (message.subject, message.digest_line) == ("Votre dossier est déposé", "Dossier déposé")
    assert (message.state, message.attempts, message.owed_at, message.next_attempt_at) == (MessageState.DUE, 0, NOON, NOON)


def test_owe_message_to_a_bare_address_has_no_recipient(handed):
    message = owe_message("invitation:1", RenderingFactory(), email="invitee@exemple.fr")

    assert (message.recipient, message.email) == (None, "invitee@exemple.fr")


def test_owe_message_prefers_the_address_that_is_given(handed):
    message = owe_message("confirm:1", RenderingFactory(), recipient=UserFactory(), email="nouvelle@exemple.fr")

    assert message.email == "nouvelle@exemple.fr"


def test_owe_message_to_nobody_is_refused():
    with pytest.raises(ValueError, match="owed to a recipient"):
        owe_message("deposit:1", RenderingFactory())


def test_owe_message_writes_once_per_cause(handed, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = owe_message("deposit:1", RenderingFactory(), email="a@exemple.fr")
        second = owe_message("deposit:1", RenderingFactory(subject="Autre"), email="b@exemple.fr")

    assert second == first
    assert Message.objects.get().email == "a@exemple.fr"
    assert handed == [(tasks.deliver_message.delay, first.pk)]


def test_owe_message_hands_over_only_after_commit(handed, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        owe_message("deposit:1", RenderingFactory(), email="a@exemple.fr")

    assert handed == []
    assert len(callbacks) == 1


def test_owe_message_survives_what_a_column_or_a_header_refuses(handed):
    rendering = RenderingFactory(subject="Objet\r\nBcc: autre@exemple.fr", text="a\0b", html="<p>\0\ud800</p>", digest_line="x" * 300)

    message = owe_message("deposit:1", rendering, email="a@exemple.fr")

    message.refresh_from_db()
    assert message.subject == "Objet Bcc: autre@exemple.fr"
    assert (message.text, message.html) == ("ab", "<p></p>")
    assert message.digest_line == "x" * 249 + "…"


# Delivering


def test_deliver_sends_and_notes_it(mail_server):
    message = MessageFactory(email="awa@exemple.fr")

    with clock.standing_at(NOON + timedelta(days=10_000)):
        tried = deliver_everything()

    message.refresh_from_db()
    assert tried == 1
    assert [mail.to for mail in mail_server.accepted] == [["awa@exemple.fr"]]
    assert (message.state, message.attempts, message.sent_at) == (MessageState.SENT, 1, NOON + timedelta(days=10_000))
    assert list(message.transitions.values_list("name", "from_state", "to_state", "actor")) == [("send", "due", "sent", None)]


def test_deliver_with_nothing_due_leaves_the_mail_server_alone(mail_server):
    MessageFactory(sent=True)
    MessageFactory(next_attempt_at=clock.now() + timedelta(hours=1))

    assert deliver_everything() == 0
    assert mail_server.opened == 0


def test_deliver_sends_the_oldest_first_up_to_the_limit(mail_server):
    late = MessageFactory(next_attempt_at=NOON)
    older = MessageFactory(next_attempt_at=NOON - timedelta(days=1))
    MessageFactory(next_attempt_at=NOON + timedelta(days=1))

    assert deliver_everything(limit=2) == 2
    assert [mail.subject for mail in mail_server.accepted] == [older.subject, late.subject]


def test_deliver_stops_when_its_time_is_over(mail_server):
    MessageFactory.create_batch(3)

    assert deliver_everything(seconds=0) == 1


def test_lease_is_committed_before_the_mail_leaves(mail_server, monkeypatch):
    message = MessageFactory()
    seen = []

    def look(backend, mails):
        seen.append(Message.objects.values_list("state", "attempts", "next_attempt_at").get(pk=message.pk))
        return 1

    monkeypatch.setattr(mail_server, "send_messages", look)
    with clock.standing_at(NOON + timedelta(days=10_000)):
        deliver_everything()

    assert seen == [("due", 1, NOON + timedelta(days=10_000) + LEASE)]


def test_lease_locks_the_row_and_skips_those_locked(mail_server, django_assert_num_queries):
    MessageFactory()

    with django_assert_num_queries(13) as queries:
        deliver_everything()

    assert any('FOR UPDATE OF "notifications_message" SKIP LOCKED' in query["sql"] for query in queries)


def test_one_connection_serves_the_whole_batch(mail_server):
    MessageFactory.create_batch(3)

    deliver_everything()

    assert [mail.connection for mail in mail_server.accepted] == [mail_server.accepted[0].connection] * 3


def test_a_temporary_refusal_waits_longer_each_time(mail_server):
    message = MessageFactory(next_attempt_at=NOON)
    waits = []
    now = NOON
    for _ in DELAYS:
        mail_server.start(GREYLISTED)
        with clock.standing_at(now):
            deliver_everything()
        message.refresh_from_db()
        waits.append(message.next_attempt_at - now)
        now = message.next_attempt_at

    assert waits == list(DELAYS)
    assert (message.state, message.attempts) == (MessageState.DUE, MAX_ATTEMPTS - 1)
    assert message.last_error == "Adresse refusée : 451 Try later"


def test_the_last_attempt_ends_in_the_list_of_failures(mail_server):
    mail_server.start(GREYLISTED)
    message = MessageFactory(attempts=MAX_ATTEMPTS - 1)

    deliver_everything()

    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.FAILED, MAX_ATTEMPTS)
    assert [(log.name, log.why) for log in message.transitions.all()] == [("give_up", "Adresse refusée : 451 Try later")]


@pytest.mark.parametrize("error", [REFUSED, SMTPDataError(554, b"Spam"), ValueError("bad address")])
def test_a_permanent_refusal_fails_at_once(mail_server, error):
    mail_server.start(error)
    message = MessageFactory()

    deliver_everything()

    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.FAILED, 1)


def test_a_message_that_kills_its_worker_each_time_is_given_up(mail_server):
    message = MessageFactory(attempts=MAX_ATTEMPTS)

    deliver_everything()

    message.refresh_from_db()
    assert (message.state, message.last_error) == (MessageState.FAILED, "Chaque tentative a été interrompue.")
    assert mail_server.accepted == []


def test_a_poison_message_does_not_stop_the_others(mail_server):
    mail_server.start(RuntimeError("bug"), close_error=OSError("reset"))
    poisoned = MessageFactory(next_attempt_at=NOON)
    healthy = MessageFactory()

    assert deliver_everything() == 2
    poisoned.refresh_from_db()
    healthy.refresh_from_db()
    assert (poisoned.state, poisoned.last_error) == (MessageState.DUE, "RuntimeError : bug")
    assert healthy.state == MessageState.SENT


@pytest.mark.parametrize("error", [ConnectionRefusedError("refused"), SMTPServerDisconnected("gone"), TimeoutError("slow")])
def test_an_unreachable_mail_server_costs_no_attempt(mail_server, error):
    mail_server.start(unreachable=error)
    message = MessageFactory()

    assert deliver_everything() == 0
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.DUE, 0)


def test_an_unreachable_mail_server_is_left_alone_for_half_a_minute(mail_server):
    mail_server.start(unreachable=TimeoutError("slow"))
    MessageFactory(next_attempt_at=NOON)
    with clock.standing_at(NOON):
        deliver_everything()
        deliver_everything()
    assert mail_server.opened == 1

    mail_server.start()
    with clock.standing_at(NOON + timedelta(seconds=30)):
        tried = deliver_everything()

    assert tried == 1


def test_a_worker_that_outlived_its_lease_changes_nothing_on_failure(mail_server, monkeypatch):
    message = MessageFactory()

    def slow(backend, mails):
        Message.objects.filter(pk=message.pk).update(attempts=2, last_error="celle de l’autre")
        raise GREYLISTED

    monkeypatch.setattr(mail_server, "send_messages", slow)
    deliver_everything()

    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == (MessageState.DUE, 2, "celle de l’autre")


@pytest.mark.parametrize(
    ("meanwhile", "moves"),
    [({"state": "sent", "sent_at": NOON}, []), ({"state": "failed"}, ["send"])],
)
def test_a_worker_that_outlived_its_lease_and_sent_leaves_the_message_sent(mail_server, monkeypatch, meanwhile, moves):
    message = MessageFactory()

    def slow(backend, mails):
        Message.objects.filter(pk=message.pk).update(**meanwhile)
        return 1

    monkeypatch.setattr(mail_server, "send_messages", slow)
    deliver_everything()

    message.refresh_from_db()
    assert message.state == MessageState.SENT
    assert [log.name for log in message.transitions.all()] == moves


def test_a_failure_after_another_worker_sent_changes_nothing(mail_server, monkeypatch):
    message = MessageFactory()

    def slow(backend, mails):
        Message.objects.filter(pk=message.pk).update(state="sent", sent_at=NOON)
        raise REFUSED

    monkeypatch.setattr(mail_server, "send_messages", slow)
    deliver_everything()

    message.refresh_from_db()
    assert (message.state, message.last_error) == (MessageState.SENT, "")


# Codes to sign in


def test_a_code_is_erased_once_sent(mail_server):
    message = MessageFactory(sign_in=True)

    deliver_everything()

    message.refresh_from_db()
    assert mail_server.accepted[0].body == "Votre code : 123456"
    assert (message.state, message.text, message.html) == (MessageState.SENT, ERASED, "")


def test_a_code_is_erased_once_given_up(mail_server):
    mail_server.start(REFUSED)
    message = MessageFactory(sign_in=True)

    deliver_everything()

    message.refresh_from_db()
    assert (message.state, message.text, message.html) == (MessageState.FAILED, ERASED, "")


def test_a_code_stays_readable_in_demonstration_mode(mail_server, settings):
    settings.DEMONSTRATION = True
    message = MessageFactory(sign_in=True)

    deliver_everything()

    message.refresh_from_db()
    assert (message.state, message.text) == (MessageState.SENT, "Votre code : 123456")


# Putting back


def test_retry_puts_a_failed_message_back(handed, django_capture_on_commit_callbacks):
    message, person = MessageFactory(failed=True), manager()

    with clock.standing_at(NOON), django_capture_on_commit_callbacks(execute=True):
        retry_message(message, by=person)

    message.refresh_from_db()
    assert (message.state, message.attempts, message.next_attempt_at) == (MessageState.DUE, 0, NOON)
    assert handed == [(tasks.deliver_message.delay, message.pk)]
    assert [(log.name, log.actor) for log in message.transitions.all()] == [("retry", person)]


def test_retry_twice_is_refused(handed):
    message, person = MessageFactory(failed=True), manager()
    retry_message(message, by=person)

    with pytest.raises(RefusedTransition):
        retry_message(message, by=person)


def test_retry_is_refused_to_a_reviewer(handed):
    with pytest.raises(PermissionDenied):
        retry_message(MessageFactory(failed=True), by=UserFactory(staff=True, group=Group.REVIEWER))


def test_retry_failed_messages_leaves_the_others_alone(handed):
    failed = MessageFactory(failed=True)
    others = [MessageFactory(sent=True), MessageFactory(), MessageFactory(failed=True, sign_in=True)]

    assert retry_failed_messages([failed, *others], by=manager()) == 1
    assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == ["due", "sent", "due", "failed"]


# Reading


def test_read_message_notes_the_first_time_only():
    message = MessageFactory(sent=True)

    with clock.standing_at(NOON):
        read_message(message, by=message.recipient)
    with clock.standing_at(NOON + timedelta(hours=1)):
        read_message(message, by=message.recipient)

    message.refresh_from_db()
    assert message.read_at == NOON


def test_read_message_by_someone_else_changes_nothing():
    message = MessageFactory(sent=True)

    read_message(message, by=UserFactory())

    message.refresh_from_db()
    assert message.read_at is None


def test_read_all_messages_reads_ones_own_only():
    message, other = MessageFactory(sent=True), MessageFactory(sent=True)

    assert read_all_messages(by=message.recipient) == 1
    message.refresh_from_db()
    other.refresh_from_db()
    assert (message.is_unread, other.is_unread) == (False, True)
