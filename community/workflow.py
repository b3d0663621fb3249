"""When a claim, an invitation, a dispute or a mandate may move."""

from community import permissions
from community.enums import ClaimState, DisputeState, InvitationState, MandateState
from kit.workflow import Table, Transition

CLAIM: Table = (
    Transition("accept", "Accepter", (ClaimState.OPEN, ClaimState.REFUSED), ClaimState.ACCEPTED, permissions.accepts_claim),
    Transition("refuse", "Refuser", (ClaimState.OPEN,), ClaimState.REFUSED, permissions.refuses_claim),
)

INVITATION: Table = (
    Transition("accept", "Accepter l’invitation", (InvitationState.SENT,), InvitationState.ACCEPTED, permissions.accepts_invitation),
    Transition("revoke", "Annuler l’invitation", (InvitationState.SENT,), InvitationState.REVOKED, permissions.revokes_invitation),
)

DISPUTE: Table = (Transition("settle", "Trancher", (DisputeState.OPEN,), DisputeState.SETTLED, permissions.settles_dispute),)

MANDATE: Table = (
    Transition("grant", "Accorder le mandat", (MandateState.ASKED,), MandateState.GRANTED, permissions.answers_mandate),
    Transition("refuse", "Refuser le mandat", (MandateState.ASKED,), MandateState.REFUSED, permissions.answers_mandate),
    Transition(
        "revoke", "Mettre fin au mandat", (MandateState.ASKED, MandateState.GRANTED), MandateState.REVOKED, permissions.ends_mandate
    ),
)
