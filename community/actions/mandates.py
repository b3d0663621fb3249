"""Writes on mandates: asked, granted, refused, ended."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from community import emails
from community.actions.members import lock
from community.enums import MandateState, Role
from community.models import Mandate, Organisation
from community.permissions import administers, answers_mandate, asks_mandate, manages
from community.queries import administrators_of
from community.workflow import MANDATE
from kit import clock
from kit.workflow import RefusedTransition, advance
from notifications.actions import owe_message


@dataclass(frozen=True, slots=True)
class Terms:
    """What a mandate allows, and until when."""

    expires_at: datetime
    may_deposit: bool = False


@transaction.atomic
def ask_mandate(agent: Organisation, terms: Terms, *, by: User, client: Organisation | None = None, email: str = "") -> Mandate:
    """Ask a client, known by its organisation or by an address; tells those who administer it, or the address."""
    agent = lock(agent)
    if not asks_mandate(by, agent):
        raise PermissionDenied
    if client is not None and client.pk == agent.pk:
        raise RefusedTransition("Une organisation ne se mandate pas elle-même.")
    target = Mandate.objects.unanswered().filter(agent=agent)
    same = target.filter(client=client) if client else target.filter(client__isnull=True, client_email__iexact=email)
    if same.exists():
        raise RefusedTransition("Ce mandat est déjà demandé : il attend une réponse.")
    if client is not None:
        _close_expired(agent, client)
    mandate = Mandate.objects.create(
        client=client,
        client_email="" if client else email,
        agent=agent,
        may_deposit=terms.may_deposit,
        expires_at=terms.expires_at,
        asked_by=by,
        asked_at=clock.now(),
    )
    if client is None:
        owe_message(f"community:mandate-asked:{mandate.uuid}", emails.mandate_asked(mandate), email=email)
        return mandate
    for administrator in administrators_of(client):
        owe_message(f"community:mandate-asked:{mandate.uuid}:{administrator.pk}", emails.mandate_asked(mandate), recipient=administrator)
    return mandate


@transaction.atomic
def grant_mandate(mandate: Mandate, *, by: User, client: Organisation | None = None) -> Mandate:
    """Grant what was asked; `client` says for whom when it was asked of an address. Tells who asked.

    A verified administrator grants for every dossier; a declared one, for the dossiers that they make themselves.
    """
    mandate = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    if not answers_mandate(by, mandate):
        raise PermissionDenied
    if mandate.has_expired:
        raise RefusedTransition("La date de fin demandée est passée : demandez un nouveau mandat.")
    if mandate.client is None:
        if client is None or not manages(by, client):
            raise PermissionDenied
        if client.pk == mandate.agent_id:
            raise RefusedTransition("Une organisation ne se mandate pas elle-même.")
        if mandate.state == MandateState.ASKED:
            for other in Mandate.objects.filter(agent=mandate.agent, client=client, state=MandateState.ASKED):
                advance(other, "revoke", MANDATE, by=None, why="Un mandat demandé par courriel est accordé.", revoked_at=clock.now())
            mandate.client = client
            mandate.save(update_fields=["client"])
    mandate = _grant(mandate, by)
    if mandate.asked_by:
        owe_message(f"community:mandate-granted:{mandate.uuid}", emails.mandate_granted(mandate), recipient=mandate.asked_by)
    return mandate


@transaction.atomic
def give_mandate(client: Organisation, agent: Organisation, terms: Terms, *, by: User) -> Mandate:
    """Grant a mandate that nobody asked, to a support structure; a request that was waiting is answered by it. Tells its administrators."""
    client = lock(client)
    if not manages(by, client):
        raise PermissionDenied
    if Role.SUPPORT not in agent.roles:
        raise RefusedTransition("Cette organisation n’accompagne pas de porteurs de projets sur la plateforme.")
    if client.pk == agent.pk:
        raise RefusedTransition("Une organisation ne se mandate pas elle-même.")
    mandate, _ = Mandate.objects.select_for_update(of=("self",)).get_or_create(
        client=client,
        agent=agent,
        state=MandateState.ASKED,
        defaults={"asked_by": by, "asked_at": clock.now(), "expires_at": terms.expires_at},
    )
    mandate.may_deposit, mandate.expires_at = terms.may_deposit, terms.expires_at
    mandate.save(update_fields=["may_deposit", "expires_at"])
    mandate = _grant(mandate, by)
    for administrator in administrators_of(agent):
        owe_message(
            f"community:mandate-granted:{mandate.uuid}:{administrator.pk}", emails.mandate_granted(mandate), recipient=administrator
        )
    return mandate


@transaction.atomic
def refuse_mandate(mandate: Mandate, *, by: User, why: str) -> Mandate:
    """Say no, with a reason if one wishes; tells who asked."""
    mandate = advance(mandate, "refuse", MANDATE, by=by, why=why, refused_at=clock.now())
    if mandate.asked_by:
        owe_message(f"community:mandate-refused:{mandate.uuid}", emails.mandate_refused(mandate, why), recipient=mandate.asked_by)
    return mandate


@transaction.atomic
def revoke_mandate(mandate: Mandate, *, by: User, why: str) -> Mandate:
    """End a mandate, or take a request back; tells the other side. Dossiers already deposited under it stay deposited."""
    mandate = advance(mandate, "revoke", MANDATE, by=by, why=why, revoked_at=clock.now())
    sides = (mandate.client, mandate.agent)
    told = {person for side in sides if side is not None for person in administrators_of(side)} - {by}
    for person in sorted(told, key=lambda user: user.pk):
        owe_message(f"community:mandate-revoked:{mandate.uuid}:{person.pk}", emails.mandate_revoked(mandate, why), recipient=person)
    return mandate


def _grant(mandate: Mandate, by: User) -> Mandate:
    client = mandate.client
    standing = "verifie" if client is not None and administers(by, client) else "declare"
    return advance(mandate, "grant", MANDATE, by=by, granted_by=by, granted_at=clock.now(), granted_standing=standing)


def _close_expired(agent: Organisation, client: Organisation) -> None:
    """A request whose end date passed without an answer no longer stands in the way of a new one."""
    for stale in Mandate.objects.filter(agent=agent, client=client, state=MandateState.ASKED, expires_at__lte=clock.now()):
        advance(stale, "revoke", MANDATE, by=None, why="Date de fin passée sans réponse.", revoked_at=clock.now())
