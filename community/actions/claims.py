"""Writes on claims and disputes: who says that they act for an organisation, and who says that they do not."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from community import emails
from community.actions.members import founder_role, lock, make_member, take_out, verify_by_siret, word_of_administrator
from community.enums import DisputeDecision, MemberEventKind, MemberOrigin, MemberRole
from community.models import Membership, MembershipClaim, MembershipDispute, Organisation
from community.permissions import administers, disputes, verifies
from community.queries import administrators_of, open_claim
from community.workflow import CLAIM, DISPUTE
from kit import clock
from kit.workflow import RefusedTransition, advance
from notifications.actions import owe_message


@transaction.atomic
def claim_membership(organisation: Organisation, *, by: User, capacity: str) -> MembershipClaim:
    """Say that one acts for an organisation already entered: one is a declared member at once, and its administrators are told.

    Where nobody administers, one becomes a declared administrator. Whoever ProConnect says works there is verified. Refuses a member, and who was refused before (a dispute is their way).
    """
    lock(organisation)
    if Membership.objects.filter(organisation=organisation, user=by).exists():
        raise RefusedTransition("Vous êtes déjà membre de cette organisation.")
    if open_claim(by, organisation):
        raise RefusedTransition("Votre demande a été refusée : vous pouvez contester cette décision.")
    claim = MembershipClaim.objects.create(organisation=organisation, user=by, capacity=capacity, made_at=clock.now())
    told = administrators_of(organisation)
    place = make_member(organisation, by, role=founder_role(organisation), origin=MemberOrigin.CLAIM, by=by, detail=capacity)
    for administrator in told:
        owe_message(
            f"community:claim-made:{claim.uuid}:{administrator.pk}", emails.claim_made(claim, administrator), recipient=administrator
        )
    verify_by_siret(place)
    claim.refresh_from_db()
    return claim


@transaction.atomic
def accept_claim(claim: MembershipClaim, *, by: User) -> MembershipClaim:
    """Confirm the person: verified when a verified administrator or staff say so, still declared when a declared one does. Tells them."""
    organisation = lock(claim.organisation)
    claim = advance(claim, "accept", CLAIM, by=by, answered_at=clock.now(), refusal_reason="")
    make_member(
        organisation,
        claim.user,
        role=_role_in(organisation, claim.user),
        origin=MemberOrigin.CLAIM,
        by=by,
        verified_through=_means(organisation, by),
        detail=claim.capacity,
    )
    owe_message(f"community:claim-accepted:{claim.uuid}", emails.claim_accepted(claim), recipient=claim.user)
    return claim


@transaction.atomic
def refuse_claim(claim: MembershipClaim, *, by: User, why: str) -> MembershipClaim:
    """Say that the person does not act for the organisation: their declared place ends, they are told why. What they wrote stays theirs."""
    lock(claim.organisation)
    claim = advance(claim, "refuse", CLAIM, by=by, why=why, answered_at=clock.now(), refusal_reason=why)
    place = Membership.objects.select_related("organisation", "user").filter(organisation=claim.organisation, user=claim.user).first()
    if place is not None and place.is_verified:
        raise RefusedTransition("Cette personne est vérifiée : retirez-la plutôt de la liste des membres.")
    if place is not None:
        take_out(place, MemberEventKind.REMOVED, by=by, why=why)
    owe_message(f"community:claim-refused:{claim.uuid}", emails.claim_refused(claim), recipient=claim.user)
    return claim


@transaction.atomic
def open_dispute(organisation: Organisation, *, by: User, about: User | None, reason: str) -> MembershipDispute:
    """Say that a member, or the administrators (`about=None`), do not act for the organisation. Nothing changes before staff settle it."""
    if not disputes(by, organisation):
        raise PermissionDenied
    if about is not None and about.pk == by.pk:
        raise RefusedTransition("Pour ne plus être membre, quittez l’organisation.")
    if MembershipDispute.objects.unsettled().filter(organisation=organisation, about=about, opened_by=by).exists():
        raise RefusedTransition("Vous avez déjà signalé ce désaccord : nos services l’examinent.")
    return MembershipDispute.objects.create(organisation=organisation, about=about, opened_by=by, reason=reason, opened_at=clock.now())


@transaction.atomic
def settle_dispute(dispute: MembershipDispute, *, by: User, decision: DisputeDecision, why: str) -> MembershipDispute:
    """Staff decide. « Removed » takes the contested person out, or every declared administrator when the dispute names nobody.

    Staff may thus take out a last administrator: whoever opened the dispute then administers, if they are a member. Tells both sides.
    """
    organisation = lock(dispute.organisation)
    contested = _contested(dispute)
    if decision == DisputeDecision.VERIFIED and len(contested) != 1:
        raise RefusedTransition("Vérifier demande que le désaccord porte sur une seule personne, encore membre.")
    dispute = advance(dispute, "settle", DISPUTE, by=by, why=why, decision=decision, settled_at=clock.now())
    if decision == DisputeDecision.VERIFIED:
        make_member(
            organisation,
            contested[0].user,
            role=contested[0].role,
            origin=contested[0].origin,
            by=by,
            verified_through=f"Désaccord : {why}",
        )
    if decision == DisputeDecision.REMOVED:
        for place in contested:
            take_out(place, MemberEventKind.REMOVED, by=by, why=why)
        _hand_over(organisation, dispute.opened_by, by)
    parties = {place.user for place in contested} | ({dispute.opened_by} if dispute.opened_by else set())
    for party in sorted(parties, key=lambda user: user.pk):
        owe_message(f"community:dispute-settled:{dispute.uuid}:{party.pk}", emails.dispute_settled(dispute, party, why), recipient=party)
    return dispute


def _contested(dispute: MembershipDispute) -> list[Membership]:
    places = Membership.objects.filter(organisation=dispute.organisation).select_related("organisation", "user").order_by("pk")
    if dispute.about_id:
        return list(places.filter(user=dispute.about_id))
    return [place for place in places.administrators() if not place.is_verified and place.user_id != dispute.opened_by_id]


def _hand_over(organisation: Organisation, opener: User | None, by: User) -> None:
    place = Membership.objects.filter(organisation=organisation, user=opener).first() if opener else None
    if place is not None and founder_role(organisation) == MemberRole.ADMINISTRATOR:
        make_member(organisation, place.user, role=MemberRole.ADMINISTRATOR, origin=place.origin, by=by)


def _role_in(organisation: Organisation, user: User) -> str:
    place = Membership.objects.filter(organisation=organisation, user=user).first()
    return place.role if place else founder_role(organisation)


def _means(organisation: Organisation, by: User) -> str:
    if administers(by, organisation):
        return word_of_administrator(by)
    return "Confirmé par l’administration" if verifies(by) else ""
