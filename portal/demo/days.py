"""The hours at which the people of the demonstration work."""

import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
FRIDAY = 4


def working_day(day: date) -> date:
    """`day`, or the Friday before it."""
    return day - timedelta(days=max(0, day.weekday() - FRIDAY))


def working_hour(day: date, dice: random.Random, *, first: int = 8, last: int = 18) -> datetime:
    """An instant of the working day of `day`, in Paris, from `first` o’clock to the end of the hour `last`."""
    moment = time(dice.randint(first, last), dice.randrange(60), dice.randrange(60))
    return datetime.combine(working_day(day), moment, PARIS)
