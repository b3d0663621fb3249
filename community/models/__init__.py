"""Organisations, the people who act for them, and what they let each other do."""

from community.models.mandate import Mandate, MandateLog
from community.models.membership import (
    ClaimLog,
    DisputeLog,
    Invitation,
    InvitationLog,
    MemberEvent,
    Membership,
    MembershipClaim,
    MembershipDispute,
)
from community.models.organisation import Organisation, Verification

__all__ = [
    "ClaimLog",
    "DisputeLog",
    "Invitation",
    "InvitationLog",
    "Mandate",
    "MandateLog",
    "MemberEvent",
    "Membership",
    "MembershipClaim",
    "MembershipDispute",
    "Organisation",
    "Verification",
]
