"""A message as a mail, and what a mail server's errors mean."""

from smtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

import pytest

from notifications.envelope import is_permanent, letter, reason
from tests.factories.notifications import MessageFactory

ADDRESS = "x@exemple.fr"


def test_letter_has_text_and_html_and_a_stable_identity(settings):
    settings.DEFAULT_FROM_EMAIL = "French Impact <ne-pas-repondre@impact.exemple>"
    message = MessageFactory.build(recipient=None, reply_to="service@exemple.fr")

    mail, again = letter(message).message(), letter(message).message()

    assert mail["Message-ID"] == again["Message-ID"] == f"<{message.uuid}@impact.exemple>"
    assert (mail["To"], mail["Reply-To"]) == ("adresse@exemple.fr", "service@exemple.fr")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_letter_without_html_or_service_is_plain():
    mail = letter(MessageFactory.build(recipient=None, html="")).message()

    assert mail.get_content_type() == "text/plain"
    assert mail["Reply-To"] is None


@pytest.mark.parametrize(
    ("error", "permanent"),
    [
        (SMTPRecipientsRefused({ADDRESS: (550, b"No such user")}), True),
        (SMTPRecipientsRefused({ADDRESS: (451, b"Greylisted")}), False),
        (SMTPDataError(554, b"Spam"), True),
        (SMTPDataError(452, b"Full"), False),
        (SMTPSenderRefused(550, b"Relay denied", "from@exemple.fr"), False),
        (SMTPAuthenticationError(535, b"Bad password"), False),
        (SMTPServerDisconnected("gone"), False),
        (TimeoutError("slow"), False),
        (ValueError("header"), True),
    ],
)
def test_is_permanent(error, permanent):
    assert is_permanent(error) is permanent


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SMTPRecipientsRefused({ADDRESS: (550, b"No such \xe9 user")}), "Adresse refusée : 550 No such � user"),
        (SMTPDataError(554, "Spam\0"), "Message refusé : 554 Spam"),
        (TimeoutError("slow"), "TimeoutError : slow"),
        (RuntimeError("x" * 2000), "RuntimeError : " + "x" * 985),
    ],
)
def test_reason(error, words):
    assert reason(error) == words
