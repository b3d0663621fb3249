"""The way out that a mail holds: a signed link that needs no account, lasts as long as the mail, and stops one topic for one person."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.html import format_html

from accounts.models import User
from notifications.enums import DIGEST, Topic
from notifications.models import Message
from notifications.rendering import Rendering, absolute

MARK = "<!-- way out -->"
EVERYTHING_IN_DIGESTS = "digest"
_signer = Signer(salt="notifications.unsubscribing")


@dataclass(frozen=True, slots=True)
class WayOut:
    """Whose mails a link stops, and about what; `topic` is none for all that comes in digests."""

    user: User
    topic: Topic | None


def token_for(user_pk: int, topic: Topic | None) -> str:
    return _signer.sign(f"{user_pk}-{topic or EVERYTHING_IN_DIGESTS}")


def way_out(token: str) -> WayOut | None:
    """What a link stops, if we signed it and the account is still there."""
    try:
        pk, _, name = _signer.unsign(token).partition("-")
        topic = None if name == EVERYTHING_IN_DIGESTS else Topic(name)
    except (BadSignature, ValueError):  # a topic of another day is no topic any more
        return None
    user = User.objects.filter(pk=int(pk)).first()
    return WayOut(user, topic) if user is not None else None


def address_of(message: Message) -> str:
    """The way out of a message that its recipient may refuse; empty for what cannot be refused."""
    if message.recipient_id is None:
        return ""
    if message.kind == DIGEST:
        return _address(message.recipient_id, None)
    topic = Topic(message.topic)
    return _address(message.recipient_id, topic) if topic.is_refusable else ""


def with_way_out(rendering: Rendering, recipient: User) -> Rendering:
    """The rendering, whose foot says how to stop such mails and how to choose one's own."""
    return said_at_foot(
        rendering, _address(recipient.pk, rendering.topic), f"Ne plus recevoir ces messages ({rendering.topic.label.lower()})"
    )


def digest_with_way_out(rendering: Rendering, recipient: User) -> Rendering:
    return said_at_foot(rendering, _address(recipient.pk, None), "Ne plus recevoir ce résumé")


def said_at_foot(rendering: Rendering, address: str, label: str) -> Rendering:
    choices = absolute(reverse("notifications:preference_change"))
    html = format_html('<p><a href="{}">{}</a> · <a href="{}">Choisir mes notifications</a></p>', address, label, choices)
    text = f"{rendering.text.rstrip()}\n{label} : {address}\nChoisir mes notifications : {choices}\n"
    return replace(rendering, text=text, html=rendering.html.replace(MARK, html))


def _address(user_pk: int, topic: Topic | None) -> str:
    return absolute(urlsplit(reverse("notifications:unsubscribe", args=[token_for(user_pk, topic)])).path)
