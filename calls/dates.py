"""The dates of a call for a calendar (iCalendar, RFC 5545) and the open calls for a feed reader (Atom, RFC 4287)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from icalendar import Alarm, Calendar, Event

from calls.enums import RoundState
from calls.models import Call, Round
from calls.queries.call import calls_open_with_news, public_rounds
from kit import clock, french

WARNED_BEFORE = timedelta(days=2)


def calendar_of(call: Call) -> bytes:
    """The opening and the closing of each public round; an extension moves the event, a cancellation cancels it."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//Appels//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", call.title)
    for round_ in public_rounds(call):
        for event in _events(call, round_):
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(call: Call, round_: Round) -> Iterable[Event]:
    instants = {"opening": ("Ouverture", round_.opens_at), "closing": ("Clôture", round_.closes_at)}
    for what, (word, at) in instants.items():
        if at is None:
            continue
        event = Event()
        event.add("uid", f"{round_.code}-{what}@{settings.SITE_URL.partition('://')[2]}")
        event.add("dtstamp", clock.now())
        event.add("dtstart", at)
        event.add("sequence", len(round_.general_extensions))  # type: ignore[attr-defined] # fetched with the public rounds
        event.add("summary", f"{word} : {call.title} – {round_.name}")
        event.add("description", f"{word} le {french.instant(at)}.")
        event.add("url", f"{settings.SITE_URL}{reverse('calls:call_detail', args=[call.slug])}#session-{round_.code}")
        if round_.state == RoundState.CANCELLED:
            event.add("status", "CANCELLED")
        elif what == "closing":
            event.add_component(_alarm(f"Bientôt la clôture : {call.title}"))
        yield event


def _alarm(words: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -WARNED_BEFORE)
    alarm.add("description", words)
    return alarm


class OpenCalls(Feed[Round, None]):
    """The calls open now, the first to close first; an entry is updated when its closing is put off."""

    feed_type = Atom1Feed
    title = "Appels à projets ouverts"
    subtitle = "Les appels auxquels candidater maintenant."

    def link(self) -> str:
        return reverse("calls:call_list")

    def items(self) -> list[Round]:
        return calls_open_with_news()

    def item_title(self, item: Round) -> str:
        return f"{item.call.title} – {item.name}"

    def item_description(self, item: Round) -> str:
        closing = f"Clôture le {french.instant(item.closes_at)}." if item.closes_at else "Appel permanent : pas de date de clôture."
        return f"{item.call.summary} {closing}"

    def item_link(self, item: Round) -> str:
        return f"{reverse('calls:call_detail', args=[item.call.slug])}#session-{item.code}"

    def item_pubdate(self, item: Round) -> datetime:
        return item.opens_at

    def item_updateddate(self, item: Round) -> datetime:
        put_off_at: datetime | None = item.put_off_at  # type: ignore[attr-defined] # annotated by the query
        return max(filter(None, (item.opens_at, put_off_at)))
