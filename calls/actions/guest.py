"""Writes on the people invited to one dossier: invited, welcomed, sent away."""

import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from calls import emails
from calls.actions.application import lock_for
from calls.enums import GuestAccess
from calls.models import Application, Guest
from calls.permissions import invites_guests
from calls.queries.guest import digest_of, guest_problem
from kit import clock
from kit.workflow import RefusedTransition
from notifications.actions import owe_message

LIFETIME = timedelta(days=14)
MOST_GUESTS = 20
MOST_A_DAY = 30


@transaction.atomic
def invite_guest(application: Application, *, by: User, email: str, access: GuestAccess) -> Guest:
    """Send a link that lasts 14 days; an earlier one to the same address stops working.

    Refuses who may not invite, the address of someone who sees the dossier already, and more invitations than anyone needs.
    """
    locked = lock_for(by, application, "round__call", "project", "organisation")
    if not invites_guests(by, locked):
        raise PermissionDenied
    _refuse_whoever_sees(locked, email)
    now = clock.now()
    locked.guest_places.filter(email__iexact=email, accepted_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)
    if locked.guest_places.standing().count() >= MOST_GUESTS:
        raise RefusedTransition(f"Ce dossier a déjà {MOST_GUESTS} personnes invitées : retirez-en d’abord.")
    if locked.guest_places.filter(invited_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise RefusedTransition("Trop d’invitations ont été envoyées depuis hier pour ce dossier. Réessayez demain.")
    token = secrets.token_urlsafe(32)
    guest = Guest.objects.create(
        application=locked,
        token_digest=digest_of(token),
        email=email,
        access=access,
        invited_by=by,
        invited_at=now,
        expires_at=now + LIFETIME,
    )
    owe_message(f"calls:guest:{guest.uuid}", emails.guest_invited(guest, token), email=email)
    return guest


@transaction.atomic
def accept_guest(guest: Guest, *, by: User) -> Guest:
    """Open the dossier to whoever holds the link, and tell whoever sent it; refuses a link that is of no use, or whose author lost the right."""
    application = lock_for(by, guest.application)
    locked = Guest.objects.select_related("invited_by").select_for_update(of=("self",)).get(pk=guest.pk)
    problem = guest_problem(locked)
    author = locked.invited_by
    if problem or author is None or not invites_guests(author, application):
        raise RefusedTransition(
            problem or "Cette invitation n’est plus valable : la personne qui l’a envoyée n’écrit plus dans ce dossier."
        )
    locked.user, locked.accepted_at = by, clock.now()
    locked.save(update_fields=["user", "accepted_at"])
    locked.application = guest.application
    owe_message(f"calls:guest-accepted:{locked.uuid}", emails.guest_accepted(locked, author), recipient=author)
    return locked


@transaction.atomic
def revoke_guest(guest: Guest, *, by: User) -> Guest:
    """Make a link useless, or close the dossier to whoever had accepted it; what they wrote stays, under their name. Twice is once."""
    application = lock_for(by, guest.application)
    if not invites_guests(by, application):
        raise PermissionDenied
    locked = Guest.objects.select_for_update(of=("self",)).get(pk=guest.pk)
    if locked.revoked_at is None:
        locked.revoked_at = clock.now()
        locked.save(update_fields=["revoked_at"])
    return locked


def _refuse_whoever_sees(application: Application, email: str) -> None:
    person = User.objects.filter(email__iexact=email).first()
    if person is not None and Application.objects.visible_to(person).filter(pk=application.pk).exists():
        raise RefusedTransition("Cette personne voit déjà ce dossier. Pour changer ce qu’elle peut y faire, retirez-la d’abord.")
