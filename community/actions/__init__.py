"""Writes of `community`."""

from community.actions.claims import accept_claim, claim_membership, open_dispute, refuse_claim, settle_dispute
from community.actions.invitations import accept_invitation, invite_member, revoke_invitation
from community.actions.mandates import Terms, ask_mandate, give_mandate, grant_mandate, refuse_mandate, revoke_mandate
from community.actions.members import (
    LastAdministrator,
    change_member_role,
    leave_organisation,
    remove_member,
    verify_membership,
    verify_places_by_siret,
    vouch_for_member,
)
from community.actions.organisation import (
    AlreadyEntered,
    Declaration,
    add_siret,
    change_organisation,
    enter_organisation,
    refresh_from_register,
    verify_fact,
)

__all__ = [
    "AlreadyEntered",
    "Declaration",
    "LastAdministrator",
    "Terms",
    "accept_claim",
    "accept_invitation",
    "add_siret",
    "ask_mandate",
    "change_member_role",
    "change_organisation",
    "claim_membership",
    "enter_organisation",
    "give_mandate",
    "grant_mandate",
    "invite_member",
    "leave_organisation",
    "open_dispute",
    "refresh_from_register",
    "refuse_claim",
    "refuse_mandate",
    "remove_member",
    "revoke_invitation",
    "revoke_mandate",
    "settle_dispute",
    "verify_fact",
    "verify_membership",
    "verify_places_by_siret",
    "vouch_for_member",
]
