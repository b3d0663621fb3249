"""What pages ask about messages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from accounts.models import User
from kit import clock
from notifications.enums import MessageState, Pace, Topic
from notifications.models import Message, MessageQuerySet, Preference

LATE_AFTER = timedelta(minutes=15)
UNREAD_SHOWN = 100


@dataclass(frozen=True, slots=True)
class OutboxHealth:
    """What waits in the outbox: messages late, since when, and those given up."""

    late: int
    late_since: datetime | None
    failed: int


def inbox(user: User, *, unread_only: bool = False) -> MessageQuerySet:
    """One's messages, newest first, without the columns that a list does not show."""
    messages = Message.objects.visible_to(user).defer("text", "html", "last_error").order_by("-owed_at", "-pk")
    return messages.unread() if unread_only else messages


def unread_count(user: User) -> int:
    """How many messages wait in one's inbox, counted no further than 100: the header says « 99+ » beyond."""
    return Message.objects.visible_to(user).unread().order_by()[:UNREAD_SHOWN].count()


def pace_of(user: User, topic: Topic) -> Pace:
    """How soon `user` wants the messages of `topic`; nothing is asked about what cannot be refused."""
    if not topic.is_refusable:
        return Pace.AT_ONCE
    chosen = Preference.objects.visible_to(user).filter(topic=topic).values_list("pace", flat=True).first()
    return Pace(chosen) if chosen else Pace.AT_ONCE


def paces_of(user: User) -> dict[Topic, Pace]:
    """What `user` chose, or would be taken to have chosen, for each topic that they may refuse; staff alone ask for exports."""
    chosen = dict(Preference.objects.visible_to(user).order_by("topic").values_list("topic", "pace"))
    offered = [topic for topic in Topic if topic.is_refusable and (user.is_staff or topic is not Topic.EXPORTS)]
    return {topic: Pace(chosen.get(topic, Pace.AT_ONCE)) for topic in offered}


def outbox_health() -> OutboxHealth:
    """Whether mail leaves: one query, for the staff's list and for monitoring."""
    late = Q(state=MessageState.DUE, owed_at__lt=clock.now() - LATE_AFTER)
    figures = Message.objects.filter(state__in=(MessageState.DUE, MessageState.FAILED)).aggregate(
        late=Count("pk", filter=late), late_since=Min("owed_at", filter=late), failed=Count("pk", filter=Q(state=MessageState.FAILED))
    )
    return OutboxHealth(**figures)


def personal_data(user: User) -> dict[str, list[dict[str, str | None]]]:
    """The messages that were written to `user`, for the copy of one's data; sign-in codes are not shown."""
    return {
        "messages": [
            {
                "objet": message.subject,
                "dû le": message.owed_at.isoformat(),
                "lu le": message.read_at.isoformat() if message.read_at else None,
            }
            for message in inbox(user)
        ],
        "préférences de notification": [
            {"sujet": choice.get_topic_display(), "par courriel": choice.get_pace_display(), "choisi le": choice.changed_at.isoformat()}
            for choice in Preference.objects.visible_to(user).order_by("topic")
        ],
    }
