"""Who may act for an organisation: each predicate over the whole cast."""

from datetime import timedelta

import pytest

from community import permissions, queries
from community.enums import MemberOrigin, MemberRole
from kit import clock
from tests.factories.accounts import UserFactory
from tests.factories.community import MandateFactory, MembershipClaimFactory, MembershipFactory, OrganisationFactory

MEMBERS = {"verified administrator", "declared administrator", "verified editor", "declared editor", "verified reader", "invited"}
WRITERS = {"verified administrator", "declared administrator", "verified editor", "declared editor"}


@pytest.mark.parametrize(
    ("predicate", "allowed"),
    [
        (permissions.administers, {"verified administrator"}),
        (permissions.manages, {"verified administrator"}),
        (permissions.edits_for, WRITERS),
        (permissions.reads_members, {"verified administrator", "verified editor", "verified reader"}),
        (permissions.disputes, MEMBERS),
    ],
)
def test_predicates_over_the_cast(house, cast, predicate, allowed):
    assert {who for who, user in cast.items() if predicate(user, house)} == allowed


def test_verifies_is_for_staff_who_examine(cast):
    assert {who for who, user in cast.items() if permissions.verifies(user)} == {"reviewer"}


def test_verifies_member_is_for_staff_who_examine_another(house, cast):
    own = MembershipFactory(organisation=house, user=cast["reviewer"])
    another = MembershipFactory(organisation=house)

    assert {who for who, user in cast.items() if permissions.verifies_member(user, another)} == {"reviewer"}
    assert {who for who, user in cast.items() if permissions.verifies_member(user, own)} == set()


def test_a_declared_administrator_manages_while_nobody_is_verified(house):
    declared = MembershipFactory(organisation=house, administrator=True).user

    assert permissions.manages(declared, house)
    assert list(queries.managed_organisations(declared)) == [house]

    MembershipFactory(organisation=house, administrator=True, verified=True)

    assert not permissions.manages(declared, house)
    assert list(queries.managed_organisations(declared)) == []


def test_a_verified_administrator_whose_account_is_closed_does_not_count(house):
    MembershipFactory(organisation=house, administrator=True, verified=True, user__is_active=False)
    declared = MembershipFactory(organisation=house, administrator=True).user

    assert permissions.manages(declared, house)
    assert list(queries.managed_organisations(declared)) == [house]


@pytest.mark.parametrize(
    ("origin", "verified", "allowed"),
    [
        (MemberOrigin.INVITATION, False, {"verified administrator"}),
        (MemberOrigin.CLAIM, False, {"verified administrator"}),
        (MemberOrigin.CLAIM, True, {"verified administrator"}),
    ],
)
def test_changes_member_over_the_cast(house, cast, origin, verified, allowed):
    target = MembershipFactory(organisation=house, origin=origin, verified=verified)

    assert {who for who, user in cast.items() if permissions.changes_member(user, target)} == allowed


@pytest.mark.parametrize(
    ("origin", "verified", "expected"),
    [(MemberOrigin.INVITATION, False, True), (MemberOrigin.CLAIM, False, False), (MemberOrigin.INVITATION, True, False)],
)
def test_a_declared_administrator_changes_only_whom_an_invitation_brought(house, origin, verified, expected):
    declared = MembershipFactory(organisation=house, administrator=True)
    target = MembershipFactory(organisation=house, origin=origin, verified=verified)

    assert permissions.changes_member(declared.user, target) is expected
    assert not permissions.changes_member(declared.user, declared)


@pytest.mark.parametrize("standing", ["declared", "verified"])
@pytest.mark.parametrize("origin", MemberOrigin.values)
def test_vouches_for_is_for_verified_administrators(house, cast, origin, standing):
    target = MembershipFactory(organisation=house, origin=origin, verified=standing == "verified")

    assert {who for who, user in cast.items() if permissions.vouches_for(user, target)} == {"verified administrator"}


def test_vouches_for_is_neither_for_oneself_nor_for_who_manages_without_being_verified(house):
    verified = MembershipFactory(organisation=house, administrator=True, verified=True)
    elsewhere = MembershipFactory(administrator=True)
    brought = MembershipFactory(organisation=elsewhere.organisation, origin=MemberOrigin.INVITATION)

    assert not permissions.vouches_for(verified.user, verified)
    assert permissions.manages(elsewhere.user, elsewhere.organisation)
    assert not permissions.vouches_for(elsewhere.user, brought)
    assert not permissions.vouches_for(verified.user, brought)


@pytest.mark.parametrize("standing", ["verified administrator", "verified editor", "declared editor", "stranger"])
def test_managing_place_is_the_place_of_who_manages(house, cast, standing):
    place = permissions.managing_place(cast[standing], house)

    assert (place is not None) is permissions.manages(cast[standing], house)
    assert place is None or place.user == cast[standing]


def test_disputes_is_open_to_who_was_refused(house):
    refused = MembershipClaimFactory(organisation=house, refused=True).user
    waiting = MembershipClaimFactory(organisation=house, place=None).user

    assert permissions.disputes(refused, house)
    assert not permissions.disputes(waiting, house)


@pytest.mark.parametrize(
    ("who", "expected"),
    [("verified editor", True), ("declared editor", True), ("verified reader", False), ("stranger", False), ("reviewer", False)],
)
def test_asks_mandate_for_a_support_structure(cast, house, who, expected):
    house.roles = ["accompagnement"]

    assert permissions.asks_mandate(cast[who], house) is expected


def test_asks_mandate_is_not_for_an_organisation_that_supports_nobody(cast, house):
    assert not permissions.asks_mandate(cast["verified administrator"], house)


@pytest.mark.parametrize(
    ("mandate", "member", "expected"),
    [
        ({"granted": True}, {"verified": True}, True),
        ({"granted": True}, {}, False),
        ({"granted": True}, {"verified": True, "role": MemberRole.READER}, False),
        ({}, {"verified": True}, False),
        ({"granted": True, "expires_at": clock.now() - timedelta(seconds=1)}, {"verified": True}, False),
        ({"revoked": True}, {"verified": True}, False),
    ],
    ids=["in force", "declared member", "reader", "only asked", "expired", "revoked"],
)
def test_edits_for_a_client_under_mandate(db, mandate, member, expected):
    given = MandateFactory(**mandate)
    helper = MembershipFactory(organisation=given.agent, **member).user

    assert permissions.edits_for(helper, given.client) is expected
    assert (queries.reach_of(helper).mandates_to_write(given.client_id) == [given]) is expected
    assert given.is_in_force is (mandate.get("granted") is True and "expires_at" not in mandate)


def test_membership_of_a_stranger_is_none(house):
    assert permissions.membership_of(UserFactory(), house) is None


def test_visible_to(house, cast):
    other = OrganisationFactory()
    model = type(house).objects

    assert {who for who, user in cast.items() if house in model.visible_to(user)} == MEMBERS | {"reviewer", "auditor"}
    assert other not in model.visible_to(cast["verified administrator"])
