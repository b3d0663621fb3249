"""What the messages of calls say: their instants in Paris time and in the reader's own, in the text as in the page."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.enums import Group, TimeZone
from calls import emails
from calls.actions.announcement import sweep_announcements
from calls.actions.application import withdraw_application
from calls.actions.export import ask_export, write_export
from calls.actions.reminder import owe_reminders
from calls.actions.round import cancel_round, extend_for_one, extend_round
from calls.enums import ExportFormat
from calls.models import Export
from calls.queries.staff import Filters
from kit import clock
from kit.french import NBSP
from notifications.models import Message
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

CLOSING = datetime(2027, 2, 26, 11, 0, tzinfo=UTC)
NOON = f"vendredi 26{NBSP}février 2027 à 12{NBSP}h{NBSP}00"
SECONDS = f"{NBSP}min{NBSP}00{NBSP}s"


@pytest.fixture(params=[TimeZone.PARIS, TimeZone.REUNION, TimeZone.MARTINIQUE, TimeZone.NOUMEA])
def zone(request):
    return request.param


@pytest.fixture
def story(zone):
    with clock.standing_at(CLOSING - timedelta(days=5)):
        story = tell_story(closes_at=CLOSING)
        story.carrier.time_zone = zone
        story.carrier.save(update_fields=["time_zone"])
        yield story


@pytest.fixture
def manager():
    return UserFactory(staff=True, group=Group.CALL_MANAGER)


def said(paris: str, there: dict[str, str], zone: str) -> str:
    """An instant for a reader of `zone`."""
    return f"{paris} (heure de Paris)" + (f", soit {there[zone]}" if zone in there else "")


def noon_for(zone: str, seconds: str = "") -> str:
    hours = {
        TimeZone.REUNION: f"15{NBSP}h{NBSP}00{seconds} à La Réunion",
        TimeZone.MARTINIQUE: f"7{NBSP}h{NBSP}00{seconds} en Martinique",
        TimeZone.NOUMEA: f"22{NBSP}h{NBSP}00{seconds} en Nouvelle-Calédonie",
    }
    return said(NOON + seconds, hours, zone)


def everywhere(message: Message) -> tuple[str, str, str]:
    """Its text, its page and its line in a digest."""
    return message.text, html.unescape(re.sub(r"<[^>]+>", "", message.html)), message.digest_line


def test_receipt_says_its_arrival_to_the_second_in_both_times(story, zone):
    application = story.start()
    story.save(application, need="Un besoin.")

    story.deposit(application, at=CLOSING)

    text, page, digest = everywhere(Message.objects.get(kind="deposit_received"))
    assert (noon_for(zone, SECONDS) in text, noon_for(zone, SECONDS) in page, noon_for(zone) in digest) == (True, True, True)


@pytest.mark.parametrize(("regime", "outcome"), [("rejet", "rejetée"), ("acceptation", "acceptée")])
def test_receipt_says_what_silence_means_and_the_last_day_to_answer(client, regime, outcome):
    with clock.standing_at(datetime(2026, 11, 23, 9, tzinfo=UTC)):
        story = tell_story(implicit_decision=regime, silence_months=2)
        receipt = story.deposited().current_deposit.receipt
    client.force_login(story.carrier)
    sentence = (
        f"Sans réponse de notre part pendant 2 mois, c’est-à-dire jusqu’au 23{NBSP}janvier 2027 inclus, votre demande sera considérée comme "
        f"{outcome} à compter du 24{NBSP}janvier 2027 ({regime} implicite), sous réserve que le dossier soit complet."
    )

    text, page, _ = everywhere(Message.objects.get(kind="deposit_received"))
    shown = client.get(reverse("calls:receipt_detail", args=[receipt.uuid])).content.decode()

    assert (sentence in text, sentence in page, sentence in html.unescape(shown)) == (True, True, True)


def test_withdrawal_says_the_closing_in_both_times(story, zone):
    withdraw_application(story.deposited(), by=story.carrier)

    text, page, _ = everywhere(Message.objects.get(kind="application_withdrawn"))
    assert (f"jusqu’à la clôture : {noon_for(zone)}." in text, noon_for(zone) in page) == (True, True)


def test_withdrawal_without_closing_promises_none(story):
    application = story.deposited()
    application.round.closes_at = None

    text, page, _ = everywhere(emails_of(emails.application_withdrawn(application, story.carrier)))

    assert ("clôture" in text, "clôture" in page) == (False, False)


def test_reminder_says_the_closing_in_both_times(story, zone):
    story.start()

    with clock.standing_at(CLOSING - timedelta(days=1)):
        owe_reminders()

    text, page, digest = everywhere(Message.objects.get(kind="closing_soon"))
    assert (f"Clôture : {noon_for(zone)}." in text, noon_for(zone) in page, noon_for(zone) in digest) == (True, True, True)


def test_extension_for_everyone_says_the_new_closing_in_both_times(story, zone, manager):
    story.start()

    extend_round(story.round, by=manager, closes_at=CLOSING + timedelta(hours=12), reason="Intempéries.")
    sweep_announcements()

    midnight = said(
        f"samedi 27{NBSP}février 2027 à 0{NBSP}h{NBSP}00",
        {
            TimeZone.REUNION: f"3{NBSP}h{NBSP}00 à La Réunion",
            TimeZone.MARTINIQUE: f"le vendredi 26{NBSP}février 2027 à 19{NBSP}h{NBSP}00 en Martinique",
            TimeZone.NOUMEA: f"10{NBSP}h{NBSP}00 en Nouvelle-Calédonie",
        },
        zone,
    )
    text, page, digest = everywhere(Message.objects.get(kind="round_extended"))
    assert (midnight in text, midnight in page, midnight in digest) == (True, True, True)


def test_extension_for_one_says_the_new_closing_in_both_times(story, zone, manager):
    application = story.start()

    extend_for_one(application, by=manager, closes_at=CLOSING + timedelta(days=7), reason="Panne.", incident="Journal du 20 février.")

    later = noon_for(zone).replace(f"26{NBSP}février", f"5{NBSP}mars")
    text, page, digest = everywhere(Message.objects.get(kind="extension_granted"))
    assert (later in text, later in page, later in digest) == (True, True, True)


def test_cancellation_gives_its_reason_and_who_to_write_to(story, manager):
    story.start()

    cancel_round(story.round, by=manager, reason="Crédits <retirés>.")
    sweep_announcements()

    message = Message.objects.get(kind="round_cancelled")
    text, page, _ = everywhere(message)
    assert ("Crédits <retirés>." in text, "Crédits <retirés>." in page, message.reply_to) == (True, True, "bureau@exemple.gouv.fr")
    assert "<retirés>" not in message.html


@pytest.mark.parametrize("fails", [False, True], ids=["ready", "failed"])
def test_export_says_when_it_was_asked_in_both_times(zone, fails, monkeypatch):
    reader = UserFactory(staff=True, group=Group.AUDITOR, time_zone=zone)
    with clock.standing_at(CLOSING):
        export = ask_export(Filters(), ExportFormat.CSV, by=reader)
        if fails:
            monkeypatch.setattr("calls.actions.export._csv_file", None)
        write_export(export)

    message = Message.objects.get(kind="export_failed" if fails else "export_ready")
    text, page, _ = everywhere(message)
    assert (noon_for(zone) in text, noon_for(zone) in page) == (True, True)
    assert str(Export.objects.get().uuid) in message.url


def emails_of(rendering) -> Message:
    """A rendering, as the message that it would be."""
    return Message(text=rendering.text, html=rendering.html, digest_line=rendering.digest_line)
