"""Claims and disputes: nobody waits for an answer to write, and staff have the last word."""

import pytest
from django.core.exceptions import PermissionDenied

from community.actions import accept_claim, claim_membership, open_dispute, refuse_claim, settle_dispute
from community.enums import DisputeDecision, MemberRole
from community.models import Membership, MembershipDispute
from community.permissions import edits_for
from kit.workflow import RefusedTransition
from notifications.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipClaimFactory, MembershipDisputeFactory, MembershipFactory


def place_of(house, user):
    return Membership.objects.filter(organisation=house, user=user).first()


def test_claim_makes_a_declared_editor_at_once_and_tells_who_administers(house, cast):
    claim = claim_membership(house, by=cast["stranger"], capacity="Présidente")

    place = place_of(house, cast["stranger"])
    assert (place.role, place.standing, place.origin) == ("editeur", "declare", "demande")
    assert edits_for(cast["stranger"], house)
    message = Message.objects.get()
    assert message.recipient == cast["verified administrator"]
    assert "Présidente" in message.text
    assert message.url.endswith(f"/rattachements/{claim.uuid}/")


def test_claim_where_nobody_administers_makes_an_administrator(house):
    person = UserFactory()

    claim_membership(house, by=person, capacity="Présidente")

    assert place_of(house, person).role == MemberRole.ADMINISTRATOR
    assert Message.objects.count() == 0


def test_claim_by_a_member_is_refused(house, cast):
    with pytest.raises(RefusedTransition, match="déjà membre"):
        claim_membership(house, by=cast["declared editor"], capacity="Présidente")


def test_claim_after_a_refusal_is_refused(house):
    refused = MembershipClaimFactory(organisation=house, refused=True)

    with pytest.raises(RefusedTransition, match="contester"):
        claim_membership(house, by=refused.user, capacity="Présidente")


@pytest.mark.parametrize(
    ("who", "standing", "through"),
    [
        ("verified administrator", "verifie", "administrateur vérifié de l’organisation"),
        ("reviewer", "verifie", "l’administration"),
    ],
)
def test_accept_verifies_when_who_accepts_is_verified(house, cast, who, standing, through):
    claim = MembershipClaimFactory(organisation=house)

    accept_claim(claim, by=cast[who])

    place = place_of(house, claim.user)
    assert place.standing == standing
    assert through in place.verified_through
    assert Message.objects.get().recipient == claim.user


def test_accept_by_a_declared_administrator_leaves_the_person_declared(house):
    declared = MembershipFactory(organisation=house, administrator=True).user
    claim = MembershipClaimFactory(organisation=house)

    claim = accept_claim(claim, by=declared)

    assert claim.state == "accepted"
    assert place_of(house, claim.user).standing == "declare"


def test_accept_after_a_refusal_brings_the_person_back(house, cast):
    claim = MembershipClaimFactory(organisation=house, refused=True)

    claim = accept_claim(claim, by=cast["verified administrator"])

    assert place_of(house, claim.user).standing == "verifie"
    assert claim.refusal_reason == ""


def test_refuse_ends_the_declared_place_and_says_why(house, cast):
    claim = MembershipClaimFactory(organisation=house)

    refuse_claim(claim, by=cast["verified administrator"], why="Ne fait pas partie du bureau.")

    assert place_of(house, claim.user) is None
    message = Message.objects.get()
    assert message.recipient == claim.user
    assert "Ne fait pas partie du bureau." in message.text


def test_refuse_of_who_already_left(house, cast):
    claim = MembershipClaimFactory(organisation=house, place=None)

    assert refuse_claim(claim, by=cast["reviewer"], why="Inconnu.").state == "refused"


def test_refuse_does_not_remove_a_verified_member(house, cast):
    claim = MembershipClaimFactory(organisation=house, place=None)
    MembershipFactory(organisation=house, user=claim.user, verified=True)

    with pytest.raises(RefusedTransition):
        refuse_claim(claim, by=cast["verified administrator"], why="Non.")
    claim.refresh_from_db()
    assert claim.state == "open"


@pytest.mark.parametrize("who", ["declared administrator", "verified editor", "stranger"])
def test_refuse_is_for_verified_administrators(house, cast, who):
    with pytest.raises(PermissionDenied):
        refuse_claim(MembershipClaimFactory(organisation=house), by=cast[who], why="Non.")


def test_open_dispute_changes_nothing_yet(house, cast):
    dispute = open_dispute(house, by=cast["declared editor"], about=cast["declared administrator"], reason="A quitté l’association.")

    assert dispute.state == "open"
    assert place_of(house, cast["declared administrator"]) is not None


def test_open_dispute_once(house, cast):
    open_dispute(house, by=cast["declared editor"], about=None, reason="Inconnus.")

    with pytest.raises(RefusedTransition):
        open_dispute(house, by=cast["declared editor"], about=None, reason="Inconnus, vraiment.")
    assert MembershipDispute.objects.unsettled().count() == 1


def test_open_dispute_about_oneself_is_refused(house, cast):
    with pytest.raises(RefusedTransition):
        open_dispute(house, by=cast["declared editor"], about=cast["declared editor"], reason="Moi.")


def test_open_dispute_is_not_for_a_stranger(house, cast):
    with pytest.raises(PermissionDenied):
        open_dispute(house, by=cast["stranger"], about=None, reason="Non.")


def test_settle_removed_takes_out_even_the_last_administrator_and_hands_over_to_the_opener(house):
    squatter = MembershipFactory(organisation=house, administrator=True).user
    opener = MembershipFactory(organisation=house).user
    staff = UserFactory(is_staff=True, group="instructeur")
    dispute = MembershipDisputeFactory(organisation=house, about=squatter, opened_by=opener)

    settle_dispute(dispute, by=staff, decision=DisputeDecision.REMOVED, why="Les statuts nomment une autre personne.")

    assert place_of(house, squatter) is None
    assert place_of(house, opener).role == MemberRole.ADMINISTRATOR
    assert set(Message.objects.values_list("recipient", flat=True)) == {squatter.pk, opener.pk}
    assert house.disputes.get().transitions.get().why == "Les statuts nomment une autre personne."


def test_settle_removed_about_the_administrators_in_general_spares_the_verified_and_the_opener(house, cast):
    dispute = MembershipDisputeFactory(organisation=house, about=None, opened_by=cast["declared editor"])

    settle_dispute(dispute, by=cast["reviewer"], decision=DisputeDecision.REMOVED, why="Inconnus au siège.")

    assert place_of(house, cast["declared administrator"]) is None
    assert place_of(house, cast["verified administrator"]) is not None
    assert place_of(house, cast["declared editor"]).role == MemberRole.EDITOR


@pytest.mark.parametrize("opener", [None, "stranger"])
def test_settle_removed_leaves_an_organisation_open_to_the_next_claim(house, cast, opener):
    Membership.objects.exclude(user=cast["declared administrator"]).delete()
    dispute = MembershipDisputeFactory(organisation=house, about=cast["declared administrator"], opened_by=cast[opener] if opener else None)

    settle_dispute(dispute, by=cast["reviewer"], decision=DisputeDecision.REMOVED, why="Usurpation.")

    assert house.memberships.count() == 0


def test_settle_verified_verifies_the_contested_person(house, cast):
    dispute = MembershipDisputeFactory(organisation=house, about=cast["declared editor"])

    settle_dispute(dispute, by=cast["reviewer"], decision=DisputeDecision.VERIFIED, why="Nommée aux statuts.")

    assert place_of(house, cast["declared editor"]).verified_through == "Désaccord : Nommée aux statuts."


def test_settle_verified_needs_one_person_who_is_still_a_member(house, cast):
    dispute = MembershipDisputeFactory(organisation=house, about=cast["stranger"])

    with pytest.raises(RefusedTransition):
        settle_dispute(dispute, by=cast["reviewer"], decision=DisputeDecision.VERIFIED, why="Oui.")


def test_settle_kept_changes_no_member(house, cast):
    dispute = MembershipDisputeFactory(organisation=house, about=cast["declared editor"])

    settle_dispute(dispute, by=cast["reviewer"], decision=DisputeDecision.KEPT, why="Rien ne montre le contraire.")

    assert place_of(house, cast["declared editor"]).standing == "declare"
