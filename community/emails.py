"""What `community` writes to people, one function a message."""

from django.urls import reverse

from accounts.models import User
from community.enums import DisputeDecision
from community.models import Invitation, Mandate, Membership, MembershipClaim, MembershipDispute
from notifications.enums import Topic
from notifications.rendering import Rendering, render


def _of(organisation_uuid: object) -> str:
    return reverse("community:organisation_detail", args=[organisation_uuid])


def claim_made(claim: MembershipClaim, administrator: User) -> Rendering:
    return render(
        "community.claim_made",
        "community/emails/claim_made_for_administrator",
        {"claim": claim, "organisation": claim.organisation, "person": claim.user, "reader": administrator},
        url=reverse("community:claim_detail", args=[claim.uuid]),
        digest=f"{claim.user.get_full_name()} dit agir pour « {claim.organisation.name} ».",
    ).about(Topic.COLLEAGUES)


def claim_accepted(claim: MembershipClaim) -> Rendering:
    return render(
        "community.claim_accepted",
        "community/emails/claim_accepted_for_claimant",
        {"organisation": claim.organisation},
        url=_of(claim.organisation.uuid),
        digest=f"Votre rattachement à « {claim.organisation.name} » est confirmé.",
    )


def claim_refused(claim: MembershipClaim) -> Rendering:
    return render(
        "community.claim_refused",
        "community/emails/claim_refused_for_claimant",
        {"organisation": claim.organisation, "reason": claim.refusal_reason},
        url=reverse("community:claim_detail", args=[claim.uuid]),
        digest=f"Votre rattachement à « {claim.organisation.name} » est refusé.",
    )


def membership_verified(place: Membership, *, colleague: User | None, by_siret: bool = False) -> Rendering:
    """`colleague` administers the organisation and answered for the person; without one, ProConnect did (`by_siret`), or staff."""
    return render(
        "community.membership_verified",
        "community/emails/membership_verified_for_member",
        {
            "organisation": place.organisation,
            "role": place.get_role_display(),
            "colleague": colleague,
            "by_siret": by_siret,
            "administers": place.is_administrator,
        },
        url=_of(place.organisation.uuid),
        digest=f"Votre rattachement à « {place.organisation.name} » est vérifié.",
    )


def member_removed(place: Membership, why: str) -> Rendering:
    return render(
        "community.member_removed",
        "community/emails/member_removed_for_member",
        {"organisation": place.organisation, "reason": why},
        url=reverse("community:organisation_list"),
        digest=f"Vous n’êtes plus membre de « {place.organisation.name} ».",
    )


def dispute_settled(dispute: MembershipDispute, party: User, why: str) -> Rendering:
    return render(
        "community.dispute_settled",
        "community/emails/dispute_settled_for_party",
        {
            "organisation": dispute.organisation,
            "about": dispute.about,
            "concerned": party.pk == dispute.about_id,
            "decision": DisputeDecision(dispute.decision).label,
            "reason": why,
        },
        url=reverse("community:organisation_list"),
        digest=f"Le désaccord sur les membres de « {dispute.organisation.name} » est tranché.",
    )


def invitation(sent: Invitation, token: str, *, verifies: bool) -> Rendering:
    """`verifies` says whether the invitation makes its guest a verified member, as things stand."""
    return render(
        "community.invitation",
        "community/emails/invitation_for_guest",
        {
            "invitation": sent,
            "organisation": sent.organisation,
            "author": sent.invited_by,
            "role": sent.get_role_display(),
            "verifies": verifies,
        },
        url=reverse("community:invitation_accept", args=[token]),
        digest=f"Une invitation à rejoindre « {sent.organisation.name} » vous attend.",
        why="une personne vous invite à rejoindre son organisation",
        carries_secret=True,
    )


def invitation_accepted(accepted: Invitation) -> Rendering:
    return render(
        "community.invitation_accepted",
        "community/emails/invitation_accepted_for_author",
        {"invitation": accepted, "organisation": accepted.organisation, "person": accepted.accepted_by},
        url=_of(accepted.organisation.uuid),
        digest=f"Votre invitation à rejoindre « {accepted.organisation.name} » est acceptée.",
    ).about(Topic.COLLEAGUES)


def mandate_asked(mandate: Mandate) -> Rendering:
    return render(
        "community.mandate_asked",
        "community/emails/mandate_asked_for_client",
        {"mandate": mandate, "agent": mandate.agent, "client": mandate.client, "author": mandate.asked_by},
        url=reverse("community:mandate_detail", args=[mandate.uuid]),
        digest=f"« {mandate.agent.name} » vous demande un mandat.",
        why="une structure d’accompagnement vous demande un mandat",
    )


def mandate_granted(mandate: Mandate) -> Rendering:
    return render(
        "community.mandate_granted",
        "community/emails/mandate_granted_for_agent",
        {"mandate": mandate, "agent": mandate.agent, "client": mandate.client},
        url=reverse("community:mandate_detail", args=[mandate.uuid]),
        digest=f"« {mandate.client} » donne un mandat à « {mandate.agent} ».",
    )


def mandate_refused(mandate: Mandate, why: str) -> Rendering:
    return render(
        "community.mandate_refused",
        "community/emails/mandate_refused_for_agent",
        {"mandate": mandate, "client": mandate.client or mandate.client_email, "reason": why},
        url=reverse("community:mandate_detail", args=[mandate.uuid]),
        digest=f"{mandate.client or mandate.client_email} refuse le mandat demandé.",
    )


def mandate_revoked(mandate: Mandate, why: str) -> Rendering:
    return render(
        "community.mandate_revoked",
        "community/emails/mandate_revoked_for_parties",
        {"mandate": mandate, "agent": mandate.agent, "client": mandate.client or mandate.client_email, "reason": why},
        url=reverse("community:mandate_detail", args=[mandate.uuid]),
        digest=f"Le mandat entre « {mandate.client or mandate.client_email} » et « {mandate.agent} » a pris fin.",
    )
