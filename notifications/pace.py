"""When a person's next daily digest leaves."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User

DIGEST_HOUR = time(7, 30)


def next_digest(user: User, now: datetime) -> datetime:
    """The first half past seven after `now`, where the person is."""
    here = now.astimezone(ZoneInfo(user.time_zone))
    today = datetime.combine(here.date(), DIGEST_HOUR, tzinfo=here.tzinfo)
    return today if today > here else datetime.combine(here.date() + timedelta(days=1), DIGEST_HOUR, tzinfo=here.tzinfo)
