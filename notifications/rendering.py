"""From an app's templates to the stored text of a message: subject, text, HTML, digest line and page, all at once."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.template import Context, Engine

from notifications.enums import Topic

LINE_LENGTH = 250
DEMONSTRATION_MARK = "[DÉMONSTRATION] "
ACCOUNT_HOLDER = "vous avez un compte sur la plateforme"


@dataclass(frozen=True, slots=True)
class Rendering:
    """A message as an app's `emails` module renders it, all at once: subject, text, HTML, digest line, and the page it is about."""

    kind: str
    subject: str
    text: str
    html: str
    digest_line: str
    url: str
    reply_to: str = ""
    carries_secret: bool = False
    topic: Topic = Topic.NECESSARY
    useful_until: datetime | None = None
    """A message that a digest would say too late leaves at once."""

    def about(self, topic: Topic, *, useful_until: datetime | None = None) -> "Rendering":
        """The same, about something that one may refuse."""
        return replace(self, topic=topic, useful_until=useful_until)


def one_line(text: str) -> str:
    """`text` on one line that fits its column: a line break in a subject would let typed text write mail headers."""
    visible = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in text)
    line = re.sub(" {2,}", " ", visible).strip()
    return line if len(line) <= LINE_LENGTH else line[: LINE_LENGTH - 1].rstrip() + "…"


def storable(text: str) -> str:
    """`text` without the characters that PostgreSQL or SMTP refuse: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def absolute(url: str) -> str:
    """`url` as it works from a mail: below `SITE_URL` when it is a path."""
    return urljoin(settings.SITE_URL + "/", url) if url else ""


def elided(clause: str) -> str:
    """« que vous avez… », « qu’une personne… »: the conjunction as the clause's first letter wants it."""
    vowel = unicodedata.normalize("NFD", clause[:1].lower())[:1] in set("aeiouyh")
    return f"qu’{clause}" if vowel else f"que {clause}"


def render(
    kind: str,
    template: str,
    context: Mapping[str, Any],
    *,
    url: str,
    digest: str,
    reply_to: str = "",
    why: str = ACCOUNT_HOLDER,
    carries_secret: bool = False,
) -> Rendering:
    """Render `<template>.subject.txt`, `.body.txt` and `.body.html` with `context`.

    The templates also get `url` (absolute), `because` (after the footer's « parce »), `site_name`, `site_url` and `demonstration`.
    Nothing is escaped in the text templates; everything is in the HTML.
    """
    engine = Engine.get_default()
    link = absolute(url)
    values = {
        **context,
        "url": link,
        "because": elided(why),
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "demonstration": settings.DEMONSTRATION,
    }

    def plain(name: str) -> str:
        return engine.get_template(name).render(Context(values, autoescape=False))

    subject = one_line(plain(f"{template}.subject.txt"))
    html = engine.get_template(f"{template}.body.html").render(Context({**values, "subject": subject}))
    return Rendering(
        kind=kind,
        subject=one_line((DEMONSTRATION_MARK if settings.DEMONSTRATION else "") + subject),
        text=storable(re.sub(r"\n{3,}", "\n\n", plain(f"{template}.body.txt")).strip() + "\n"),
        html=storable(html),
        digest_line=one_line(digest),
        url=link,
        reply_to=reply_to,
        carries_secret=carries_secret,
    )
