"""Messages of `notifications` itself: the daily digest."""

from django.urls import reverse

from accounts.models import User
from kit import french
from notifications.enums import DIGEST
from notifications.models import Message
from notifications.rendering import Rendering, render
from notifications.unsubscribing import digest_with_way_out


def digest(reader: User, lines: list[Message]) -> Rendering:
    """What waited for the day's digest, each in its line with its page."""
    said = french.counted(len(lines), "message")
    rendering = render(
        DIGEST,
        "notifications/emails/digest_for_reader",
        {"lines": lines, "said": said, "reader": reader},
        url=reverse("notifications:message_list"),
        digest=f"Votre résumé : {said}.",
        why="vous avez choisi un résumé quotidien",
    )
    return digest_with_way_out(rendering, reader)
