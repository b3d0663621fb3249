"""What staff ask about announcements: which wait or failed, and how many people one has told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from calls.enums import AnnouncementState
from calls.models import Announcement
from calls.queries.call import starters
from kit import clock

LATE_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class AnnouncementsHealth:
    """What waits: announcements late, since when, and those given up."""

    late: int
    late_since: datetime | None
    failed: int


def announcements_health() -> AnnouncementsHealth:
    """Whether applicants are told: one query, for the staff's list."""
    late = Q(state=AnnouncementState.DUE, owed_at__lt=clock.now() - LATE_AFTER)
    figures = Announcement.objects.filter(state__in=(AnnouncementState.DUE, AnnouncementState.FAILED)).aggregate(
        late=Count("pk", filter=late), late_since=Min("owed_at", filter=late), failed=Count("pk", filter=Q(state=AnnouncementState.FAILED))
    )
    return AnnouncementsHealth(**figures)


def told_and_left(announcement: Announcement) -> tuple[int, int]:
    """How many people the announcement has told, and how many are left, of those whom it is owed to as they are now."""
    is_told = Q(pk__lte=announcement.told_up_to) & ~Q(pk__in=announcement.missed)
    people = starters(announcement.round, before=announcement.owed_at)
    figures = people.aggregate(told=Count("pk", filter=is_told), left=Count("pk", filter=~is_told))
    return figures["told"], figures["left"]
