"""Each workflow's whole table: every state and every person of the cast, and what they may do."""

import pytest
from django.core.exceptions import PermissionDenied

from community.models import Invitation, Mandate, MembershipClaim, MembershipDispute
from community.workflow import CLAIM, DISPUTE, INVITATION, MANDATE
from kit import clock
from kit.workflow import RefusedTransition, advance, available
from tests.factories.accounts import UserFactory
from tests.factories.community import (
    InvitationFactory,
    MandateFactory,
    MembershipClaimFactory,
    MembershipDisputeFactory,
    MembershipFactory,
)


def moves_of(subject, cast, table):
    """For each person, the moves that the page would draw; and the engine agrees with it for every other move."""
    drawn = {}
    for who, user in cast.items():
        names = {move.name for move in available(subject, user, table)}
        drawn[who] = names
        for move in table:
            if move.name not in names:
                with pytest.raises((PermissionDenied, RefusedTransition)):
                    advance(subject, move.name, table, by=user)
    return {who: names for who, names in drawn.items() if names}


@pytest.mark.parametrize(
    ("trait", "expected"),
    [
        ({}, {"verified administrator": {"accept", "refuse"}, "reviewer": {"accept", "refuse"}}),
        ({"refused": True}, {"verified administrator": {"accept"}, "reviewer": {"accept"}}),
        ({"accepted": True}, {}),
    ],
    ids=["open", "refused", "accepted"],
)
def test_claim(house, cast, trait, expected):
    assert moves_of(MembershipClaimFactory(organisation=house, **trait), cast, CLAIM) == expected


def test_claim_where_nobody_is_verified(house):
    declared = MembershipFactory(organisation=house, administrator=True).user
    claim = MembershipClaimFactory(organisation=house)

    assert moves_of(claim, {"declared administrator": declared, "claimant": claim.user}, CLAIM) == {"declared administrator": {"accept"}}


@pytest.mark.parametrize(
    ("trait", "revokers"),
    [({}, {"verified administrator"}), ({"accepted": True}, set()), ({"revoked": True}, set())],
    ids=["sent", "accepted", "revoked"],
)
def test_invitation(house, cast, trait, revokers):
    invitation = InvitationFactory(organisation=house, **trait)
    moves = moves_of(invitation, cast, INVITATION)

    assert {who for who, names in moves.items() if "revoke" in names} == revokers
    assert {who for who, names in moves.items() if "accept" in names} == (set() if trait else set(cast))


def test_invitation_is_not_accepted_by_a_closed_account(house):
    assert available(InvitationFactory(organisation=house), UserFactory(is_active=False), INVITATION) == []


@pytest.mark.parametrize(("settled", "expected"), [(False, {"reviewer": {"settle"}}), (True, {})])
def test_dispute(house, cast, settled, expected):
    state = {"state": "settled", "settled_at": clock.now(), "decision": "maintenu"} if settled else {}

    assert moves_of(MembershipDisputeFactory(organisation=house, **state), cast, DISPUTE) == expected


@pytest.mark.parametrize("side", ["about", "opened_by"])
def test_dispute_is_not_settled_by_a_party(house, cast, side):
    dispute = MembershipDisputeFactory(organisation=house, **{side: cast["reviewer"]})

    assert moves_of(dispute, cast, DISPUTE) == {}


@pytest.mark.parametrize(
    ("trait", "expected"),
    [
        ({}, {"grant", "refuse", "revoke"}),
        ({"granted": True}, {"revoke"}),
        ({"refused": True}, set()),
        ({"revoked": True}, set()),
    ],
    ids=["asked", "granted", "refused", "revoked"],
)
def test_mandate_of_the_client(house, cast, trait, expected):
    moves = moves_of(MandateFactory(client=house, **trait), cast, MANDATE)

    assert moves == ({"verified administrator": expected} if expected else {})


@pytest.mark.parametrize(
    ("trait", "expected"),
    [({}, {"revoke"}), ({"granted": True}, {"revoke"}), ({"refused": True}, set()), ({"revoked": True}, set())],
    ids=["asked", "granted", "refused", "revoked"],
)
def test_mandate_of_the_agent(house, cast, trait, expected):
    asker = UserFactory()
    moves = moves_of(MandateFactory(agent=house, asked_by=asker, **trait), {**cast, "asker": asker}, MANDATE)

    assert moves == ({"verified administrator": expected, "asker": expected} if expected else {})


def test_mandate_asked_by_mail_is_answered_by_its_address(cast):
    mandate = MandateFactory(by_mail=True)
    client = UserFactory(email="Cliente@exemple.fr")

    assert {move.name for move in available(mandate, client, MANDATE)} == {"grant", "refuse", "revoke"}
    assert moves_of(mandate, {who: user for who, user in cast.items() if who == "stranger"}, MANDATE) == {}


@pytest.mark.parametrize(
    ("model", "factory", "table", "name"),
    [
        (MembershipClaim, MembershipClaimFactory, CLAIM, "accept"),
        (Invitation, InvitationFactory, INVITATION, "revoke"),
        (MembershipDispute, MembershipDisputeFactory, DISPUTE, "settle"),
        (Mandate, MandateFactory, MANDATE, "refuse"),
    ],
)
def test_a_stale_page_does_not_act_twice(db, model, factory, table, name):
    dates = {
        MembershipClaim: {"answered_at": clock.now()},
        Invitation: {"revoked_at": clock.now()},
        MembershipDispute: {"settled_at": clock.now(), "decision": "maintenu"},
        Mandate: {"refused_at": clock.now()},
    }[model]
    subject = factory()

    advance(subject, name, table, by=None, **dates)

    with pytest.raises(RefusedTransition):
        advance(subject, name, table, by=None, **dates)
    assert [log.name for log in model.objects.get(pk=subject.pk).transitions.all()] == [name]
