"""The questions put to the services: what waits, what was answered."""

from django.db.models import F, QuerySet

from accounts.models import User
from calls.models import Call, Enquiry


def enquiries_of(user: User, call: Call | None) -> QuerySet[Enquiry]:
    """The questions of one call, or of all that staff see: those that wait first, the oldest first among them."""
    seen = Enquiry.objects.filter(call__in=Call.objects.visible_to(user)).select_related("call", "asked_by")
    chosen = seen if call is None else seen.filter(call=call)
    return chosen.order_by(F("published_at").desc(nulls_first=True), "asked_at", "pk")
