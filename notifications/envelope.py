"""A message on the wire: its headers, and what an error of the mail server means."""

from email.utils import parseaddr
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from notifications.models import Message
from notifications.rendering import storable
from notifications.unsubscribing import address_of

PERMANENT = 500
ERROR_LENGTH = 1000


def message_id(message: Message) -> str:
    """The same at every attempt, so that a mailbox can drop the duplicate of an interrupted delivery."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2]
    return f"<{message.uuid}@{domain}>"


def letter(message: Message, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """The message as a mail: text, HTML beside it when there is some, no answer wanted from robots."""
    way_out = address_of(message)
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[message.email],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={
            "Message-ID": message_id(message),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            **({"List-Unsubscribe": f"<{way_out}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if way_out else {}),
        },
        connection=connection,
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    return mail


def is_permanent(error: Exception) -> bool:
    """Whether trying again is useless: the address or the message was refused for good, or cannot be written as a mail."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _ in error.recipients.values())
    if isinstance(error, SMTPDataError):
        return error.smtp_code >= PERMANENT
    return isinstance(error, ValueError)


def reason(error: Exception) -> str:
    """The error as staff read it."""
    if isinstance(error, SMTPRecipientsRefused):
        answers = "; ".join(f"{code} {_words(text)}" for code, text in error.recipients.values())
        return f"Adresse refusée : {answers}"[:ERROR_LENGTH]
    if isinstance(error, SMTPDataError):
        return f"Message refusé : {error.smtp_code} {_words(error.smtp_error)}"[:ERROR_LENGTH]
    return storable(f"{type(error).__name__} : {error}")[:ERROR_LENGTH]


def _words(text: bytes | str) -> str:
    return storable(text.decode("utf-8", "replace") if isinstance(text, bytes) else text)
