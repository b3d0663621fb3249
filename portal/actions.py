"""Writes of the portal: set a notice on the site, end it."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from kit import clock
from portal import queries
from portal.models import SiteNotice
from portal.permissions import sets_notices


@transaction.atomic
def set_notice(notice: SiteNotice, *, by: User) -> SiteNotice:
    """Save a new or corrected notice; the first author stays. Refuses whoever may not speak on the site."""
    if not sets_notices(by):
        raise PermissionDenied
    notice.set_by = notice.set_by or by
    notice.save()
    transaction.on_commit(queries.forget_notices)
    return notice


@transaction.atomic
def end_notice(notice: SiteNotice, *, by: User) -> SiteNotice:
    """Take a notice off the site now; one that had not begun never shows, one already ended stays as it was."""
    if not sets_notices(by):
        raise PermissionDenied
    now = clock.now()
    locked = SiteNotice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if locked.ends_at is None or locked.ends_at > now:
        locked.ends_at = max(now, locked.starts_at)
        locked.save(update_fields=["ends_at"])
        transaction.on_commit(queries.forget_notices)
    return locked
