"""Writes of `notifications`: owe a message, deliver it, read it."""

from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from kit import clock
from notifications.models import Message


@dataclass(frozen=True, slots=True)
class Rendering:
    """A message as an app's `emails` module renders it, all at once: subject, text, HTML, digest line, and the page it is about."""

    kind: str
    subject: str
    text: str
    html: str
    digest_line: str
    url: str


@transaction.atomic
def owe_message(cause: str, rendering: Rendering, *, recipient: User | None = None, email: str = "") -> Message:
    """Record that `rendering` is owed because of `cause`, once; a second call for the same cause returns the first message.

    Sends after the transaction commits; the periodic sweep sends what a lost broker forgot.
    """
    message, _ = Message.objects.get_or_create(
        cause=cause,
        defaults={
            "kind": rendering.kind,
            "recipient": recipient,
            "email": email or (recipient.email if recipient else ""),
            "subject": rendering.subject,
            "text": rendering.text,
            "html": rendering.html,
            "digest_line": rendering.digest_line,
            "url": rendering.url,
            "owed_at": clock.now(),
        },
    )
    return message
