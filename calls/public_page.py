"""What everyone reads on a call's page, kept ready: it is made again when something on it changes, when a round opens or closes, each minute."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import caches
from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from calls.models import Call, Enquiry, Round
from calls.queries.call import public_rounds
from kit import clock

LONGEST = timedelta(minutes=1)
"""The page says « dans 3 minutes »."""


@dataclass(frozen=True, slots=True)
class PublicPart:
    """HTML of a call's page: what stands above a reader's own dossiers, and what stands below, as it is said from `made_at` until `until`."""

    rounds: tuple[int, ...]
    """The rounds that the public sees; without any, the call itself is not public yet."""
    intro: SafeString
    body: SafeString
    body_again: SafeString
    """As `body`, for a reader who already has a dossier."""
    made_at: datetime
    until: datetime


def public_part(call: Call, *, zone: str, signed_in: bool) -> PublicPart:
    """The call, its rounds, texts, answers, documents and contact, as a reader in `zone` sees them.

    `Call.edition`, which PostgreSQL raises whenever a row shown here changes, is a part of the key: no write has to think of this page.
    `call` needs no more than its slug, title and edition: the rest is read when the page is made.
    """
    key = f"calls:page:{call.pk}:{call.edition}:{zone}:{signed_in:d}"
    kept: PublicPart | None = caches["process"].get(key)
    if kept is None or not kept.made_at <= clock.now() < kept.until:
        kept = _render(call, zone=zone, signed_in=signed_in)
        caches["process"].set(key, kept, LONGEST.total_seconds())
    return kept


def _render(call: Call, *, zone: str, signed_in: bool) -> PublicPart:
    now = clock.now()
    call = Call.objects.get(pk=call.pk)
    rounds = public_rounds(call)
    prefetch_related_objects([call], "themes", "documents")
    body = {
        "call": call,
        "rounds": rounds,
        "enquiries": list(Enquiry.objects.filter(call=call).published()),
        "zone": zone,
        "signed_in": signed_in,
        "ask_url": reverse("calls:enquiry_create", args=[call.slug]) if rounds else "",  # not yet, of a call that only staff see
    }
    return PublicPart(
        rounds=tuple(round_.pk for round_ in rounds),
        intro=render_to_string("calls/_call_intro.html", {"call": call, "rounds": rounds}),
        body=render_to_string("calls/_call_public.html", {**body, "again": False}),
        body_again=render_to_string("calls/_call_public.html", {**body, "again": True}),
        made_at=now,
        until=_next_change(rounds, now),
    )


def _next_change(rounds: list[Round], now: datetime) -> datetime:
    """When a round opens or has closed (a closing instant is still in time), at the latest in a minute."""
    instants = [round_.opens_at for round_ in rounds]
    instants += [round_.closes_at + timedelta(microseconds=1) for round_ in rounds if round_.closes_at]
    return min([now + LONGEST, *(instant for instant in instants if instant > now)])
