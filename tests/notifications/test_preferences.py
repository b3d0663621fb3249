"""What one gets by mail, and when: every topic by every choice, the daily digest, and what is kept of what was not sent."""

import ast
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.queries import personal_data
from kit import clock
from notifications import actions, tasks
from notifications.actions import change_preferences, deliver_due, owe_message, send_digests
from notifications.enums import DIGEST, MessageState, Pace, Topic
from notifications.models import Message, Preference
from notifications.pace import next_digest
from notifications.queries import inbox, paces_of, unread_count
from tests.factories.accounts import UserFactory
from tests.factories.notifications import RenderingFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NEXT_DIGEST = datetime(2026, 3, 3, 6, 30, tzinfo=UTC)
REFUSABLE = [topic for topic in Topic if topic.is_refusable]


@pytest.fixture
def awa(handed):
    return UserFactory(email="awa@exemple.fr")


def choose(person, pace, *topics):
    change_preferences(person, dict.fromkeys(topics or REFUSABLE, pace), by=person)


def owe(person, topic=Topic.REMINDERS, at=NOON, cause="closing:1", **words):
    with clock.standing_at(at):
        return owe_message(cause, RenderingFactory(topic=topic, **words), recipient=person)


def sum_up(at):
    with clock.standing_at(at):
        return send_digests()


STATES = {Pace.AT_ONCE: MessageState.DUE, Pace.DAILY: MessageState.WAITING, Pace.NEVER: MessageState.REFUSED}


@pytest.mark.parametrize("pace", Pace)
@pytest.mark.parametrize("topic", Topic)
def test_each_topic_by_each_choice(awa, handed, topic, pace):
    choose(awa, pace)

    message = owe(awa, topic)

    expected = STATES[pace] if topic.is_refusable else MessageState.DUE
    assert (message.state, message.topic) == (expected, topic)
    assert len(handed) == 0  # until the transaction commits
    assert list(inbox(awa)) == [message]


def test_whoever_chose_nothing_gets_everything_at_once(awa):
    assert {owe(awa, topic, cause=topic).state for topic in Topic} == {MessageState.DUE}


def test_a_bare_address_has_no_preference(handed):
    message = owe_message("mandate:1", RenderingFactory(topic=Topic.COLLEAGUES), email="x@exemple.fr")

    assert (message.state, "desabonnement" in message.text) == (MessageState.DUE, False)


def test_what_cannot_be_refused_costs_no_question_about_it(awa):
    with CaptureQueriesContext(connection) as asked:
        owe(awa, Topic.NECESSARY)

    assert [query for query in asked.captured_queries if "notifications_preference" in query["sql"]] == []


def test_what_is_necessary_can_neither_be_chosen_nor_stored(awa):
    with pytest.raises(PermissionDenied):
        choose(awa, Pace.NEVER, Topic.NECESSARY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Preference.objects.create(user=awa, topic=Topic.NECESSARY, pace=Pace.NEVER)


def test_nobody_chooses_for_another(awa):
    with pytest.raises(PermissionDenied):
        change_preferences(awa, {Topic.REMINDERS: Pace.NEVER}, by=UserFactory())


def test_a_refused_message_is_kept_and_never_sent(awa, mail_server):
    choose(awa, Pace.NEVER)
    message = owe(awa)

    with clock.standing_at(NOON + timedelta(days=30)):
        tried = deliver_due(Message.objects.due()) + send_digests()

    message.refresh_from_db()
    assert (tried, message.state, message.sent_at) == (0, MessageState.REFUSED, None)
    assert message.state_for_recipient == "Pas envoyé par courriel, comme vous l’avez demandé"


def test_a_reminder_that_a_digest_would_say_too_late_leaves_at_once(awa):
    choose(awa, Pace.DAILY)

    in_time = owe(awa, cause="a", useful_until=NEXT_DIGEST + timedelta(seconds=1))
    too_late = owe(awa, cause="b", useful_until=NEXT_DIGEST)

    assert (in_time.state, too_late.state) == (MessageState.WAITING, MessageState.DUE)


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        ("Europe/Paris", datetime(2026, 3, 2, 6, 29, 59, tzinfo=UTC), datetime(2026, 3, 2, 6, 30, tzinfo=UTC)),
        ("Europe/Paris", datetime(2026, 3, 2, 6, 30, tzinfo=UTC), datetime(2026, 3, 3, 6, 30, tzinfo=UTC)),
        ("Europe/Paris", datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 5, 30, tzinfo=UTC)),  # the night when clocks change
        ("Indian/Reunion", datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 3, 3, 30, tzinfo=UTC)),
        ("Pacific/Noumea", datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 2, 20, 30, tzinfo=UTC)),
    ],
)
def test_the_digest_leaves_at_half_past_seven_where_one_is(zone, now, expected):
    assert next_digest(UserFactory.build(time_zone=zone), now) == expected


def test_a_digest_says_what_waited_once_with_its_pages(awa, mail_server):
    choose(awa, Pace.DAILY)
    first = owe(awa, cause="a", digest_line="« Jardins » : à déposer avant midi.", url="http://testserver/dossiers/1/")
    second = owe(awa, Topic.ANSWERS, cause="b", digest_line="Réponse à votre question.", url="")
    other = owe(UserFactory(), cause="c")

    assert [sum_up(NEXT_DIGEST - timedelta(seconds=1)), sum_up(NEXT_DIGEST), sum_up(NEXT_DIGEST)] == [0, 1, 0]

    digest = Message.objects.get(kind=DIGEST)
    assert (digest.recipient, digest.state, digest.subject) == (awa, MessageState.DUE, "Votre résumé : 2\xa0messages")
    for line in (first, second):
        line.refresh_from_db()
        assert (line.state, line.told_in, line.digest_line in digest.text) == (MessageState.SUMMED, digest, True)
    assert "http://testserver/dossiers/1/" in digest.text
    assert 'href="http://testserver/dossiers/1/"' in digest.html
    assert "\n\n\n" not in digest.text
    other.refresh_from_db()
    assert other.state == MessageState.DUE


def test_a_digest_is_not_in_the_inbox_whose_lines_are(awa):
    choose(awa, Pace.DAILY)
    owe(awa)
    sum_up(NEXT_DIGEST)

    assert ([message.kind for message in inbox(awa)], unread_count(awa)) == (["receipt"], 1)


def test_a_missed_day_is_said_later_and_the_next_digest_says_only_what_is_new(awa):
    choose(awa, Pace.DAILY)
    owe(awa, cause="a")
    late = NEXT_DIGEST + timedelta(days=2, hours=3)
    sum_up(late)
    owe(awa, cause="b", at=late)

    again = [sum_up(late), sum_up(late + timedelta(days=1))]

    assert again == [0, 1]
    assert [digest.lines.count() for digest in Message.objects.filter(kind=DIGEST).order_by("pk")] == [1, 1]


def test_each_person_has_a_digest_of_their_own_and_a_fault_keeps_nothing_from_the_others(awa, monkeypatch):
    people = [awa, UserFactory(), UserFactory()]
    for number, person in enumerate(people):
        choose(person, Pace.DAILY)
        owe(person, cause=f"closing:{number}")
    render = actions.emails.digest

    def broken(reader, lines):
        if reader == people[1]:
            raise ValueError("poison")
        return render(reader, lines)

    monkeypatch.setattr(actions.emails, "digest", broken)

    assert sum_up(NEXT_DIGEST) == 2
    assert Message.objects.get(recipient=people[1]).state == MessageState.WAITING


def test_a_database_away_is_not_one_persons_fault(awa, monkeypatch):
    choose(awa, Pace.DAILY)
    owe(awa)

    def away(*_):
        raise OperationalError

    monkeypatch.setattr(actions.emails, "digest", away)

    with pytest.raises(OperationalError):
        sum_up(NEXT_DIGEST)


def test_what_another_worker_is_summing_up_is_left_to_it(awa):
    choose(awa, Pace.DAILY)
    owe(awa)
    with CaptureQueriesContext(connection) as asked:
        sum_up(NEXT_DIGEST)

    assert any("FOR UPDATE" in query["sql"] and "SKIP LOCKED" in query["sql"] for query in asked.captured_queries)
    assert actions._sum_up(awa.pk) == 0


def test_what_waited_for_an_account_that_is_gone_is_not_sent(awa):
    choose(awa, Pace.DAILY)
    message = owe(awa)
    awa.delete()

    assert sum_up(NEXT_DIGEST) == 0

    message.refresh_from_db()
    assert (message.state, message.transitions.get().why) == (MessageState.REFUSED, "Le compte est supprimé.")


@pytest.mark.parametrize(
    ("pace", "state"), [(Pace.AT_ONCE, MessageState.DUE), (Pace.DAILY, MessageState.WAITING), (Pace.NEVER, MessageState.REFUSED)]
)
def test_what_already_waits_follows_a_new_choice(awa, pace, state):
    choose(awa, Pace.DAILY)
    message = owe(awa)

    with clock.standing_at(NOON):
        choose(awa, pace)

    message.refresh_from_db()
    assert message.state == state
    assert Message.objects.due().filter(pk=message.pk).exists() is (pace == Pace.AT_ONCE)


def test_the_task_is_scheduled_and_calls_the_action(awa):
    choose(awa, Pace.DAILY)
    owe(awa)

    with clock.standing_at(NEXT_DIGEST):
        tasks.send_digests()

    assert Message.objects.filter(kind=DIGEST).count() == 1
    assert settings.CELERY_BEAT_SCHEDULE["notifications-digests"]["task"] == "notifications.tasks.send_digests"


def test_ones_choices_are_in_the_copy_of_ones_data(awa):
    choose(awa, Pace.NEVER, Topic.REMINDERS)

    (row,) = personal_data(awa)["préférences de notification"]

    assert (row["sujet"], row["par courriel"]) == ("Rappels avant une clôture", "Jamais par courriel")
    assert str(Preference.objects.get()) == "Rappels avant une clôture : Jamais par courriel"


# The page.

PAGE = "/messages/preferences/"


def test_the_page_shows_what_one_chose_and_keeps_a_change(client, awa):
    client.force_login(awa)

    answer = client.post(PAGE, {"reminders": "daily", "answers": "never", "colleagues": "at_once"}, follow=True)

    assert "Vos choix sont enregistrés." in answer.content.decode()
    assert paces_of(awa) == {Topic.REMINDERS: Pace.DAILY, Topic.ANSWERS: Pace.NEVER, Topic.COLLEAGUES: Pace.AT_ONCE}
    assert Topic.NECESSARY.explanation in answer.content.decode()


def test_exports_are_offered_to_staff_only(client, awa, settings):
    settings.REQUIRE_SECOND_FACTOR = False

    assert (Topic.EXPORTS in paces_of(awa), Topic.EXPORTS in paces_of(UserFactory(staff=True))) == (False, True)


@pytest.mark.parametrize("sent", [{}, {"reminders": "parfois"}, {"reminders": "daily", "answers": "\0"}])
def test_a_choice_that_is_none_is_refused_with_a_sentence(client, awa, sent):
    client.force_login(awa)

    answer = client.post(PAGE, sent)

    assert answer.status_code == 200
    assert "Choisissez" in answer.content.decode()
    assert Preference.objects.count() == 0


# Every message of every app.


def topics_given():
    """The topic that each function of each `emails.py` gives, by the name of the function; the necessary ones give none."""
    for app in ("calls", "community"):
        for function in ast.parse((settings.BASE_DIR / app / "emails.py").read_text()).body:
            if isinstance(function, ast.FunctionDef) and not function.name.startswith("_"):
                named = [
                    node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("Topic.")
                ]
                if named:
                    yield f"{app}.{function.name}", named[0]


def test_only_these_messages_may_be_refused():
    assert dict(topics_given()) == {
        "calls.closing_soon": "REMINDERS",
        "calls.enquiry_answered": "ANSWERS",
        "calls.export_ready": "EXPORTS",
        "calls.export_failed": "EXPORTS",
        "community.claim_made": "COLLEAGUES",
        "community.invitation_accepted": "COLLEAGUES",
    }
