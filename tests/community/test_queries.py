"""What pages ask of organisations."""

from datetime import timedelta

import pytest

from community import queries
from community.enums import MemberRole
from community.models import Membership, Organisation
from kit import clock
from tests.factories.accounts import UserFactory
from tests.factories.community import (
    InvitationFactory,
    MandateFactory,
    MembershipClaimFactory,
    MembershipDisputeFactory,
    MembershipFactory,
    OrganisationFactory,
)


def test_my_memberships_counts_what_waits(db):
    place = MembershipFactory(administrator=True)
    MembershipClaimFactory.create_batch(2, organisation=place.organisation)
    MembershipClaimFactory(organisation=place.organisation, accepted=True)
    MandateFactory(client=place.organisation)
    MandateFactory(client=place.organisation, expires_at=clock.now() - timedelta(days=1))

    [mine] = queries.my_memberships(place.user)

    assert (mine.waiting_claims, mine.waiting_mandates) == (2, 1)


def test_reach_of_writes_where_one_is_no_mere_reader(db):
    place = MembershipFactory()
    read_only = MembershipFactory(user=place.user, role=MemberRole.READER)

    reach = queries.reach_of(place.user)

    assert [reach.writes_for(each.organisation_id) for each in (place, read_only)] == [True, False]


def test_reach_of_deposits_under_any_mandate_that_says_so(db):
    narrow = MandateFactory(granted=True)
    wide = MandateFactory(client=narrow.client, agent=narrow.agent, granted=True, may_deposit=True)
    other = MandateFactory(agent=narrow.agent, granted=True)
    helper = MembershipFactory(organisation=narrow.agent, verified=True).user

    reach = queries.reach_of(helper)

    assert set(reach.mandates_to_write(narrow.client_id)) == {narrow, wide}
    assert [reach.deposits_for(each.client_id) for each in (narrow, other)] == [True, False]


def test_reach_asks_for_mandates_only_when_they_come_into_play(db, django_assert_num_queries):
    stranger, helper = UserFactory(), MembershipFactory(verified=True)
    MandateFactory.create_batch(3, agent=helper.organisation, granted=True)

    with django_assert_num_queries(1):
        nowhere = queries.reach_of(stranger)
        assert (nowhere.mandates, nowhere.granted, nowhere.writes_for(helper.organisation_id)) == ((), [], False)
    with django_assert_num_queries(1):
        assert queries.reach_of(helper.user).deposits_for(helper.organisation_id)
    with django_assert_num_queries(2):
        reach = queries.reach_of(helper.user)
        assert (len(reach.mandates), reach.granted) == (3, [])
    with django_assert_num_queries(1):
        assert len(queries.reach_of(helper.user, [helper]).mandates) == 3


def test_administrators_of_prefers_the_verified(house):
    declared = MembershipFactory(organisation=house, administrator=True).user
    MembershipFactory(organisation=house, administrator=True, user__is_active=False)
    MembershipFactory(organisation=house)

    assert queries.administrators_of(house) == [declared]

    verified = MembershipFactory(organisation=house, administrator=True, verified=True).user

    assert queries.administrators_of(house) == [verified]


def test_mandates_of_tells_given_from_received(house, cast):
    given = MandateFactory(client=house)
    received = MandateFactory(agent=house)

    seen = queries.mandates_of(house, cast["verified administrator"])

    assert (seen.given, seen.received) == ([given], [received])


def test_mandates_waiting_for_goes_by_the_address(db):
    mandate = MandateFactory(by_mail=True)
    MandateFactory(by_mail=True, client_email="autre@exemple.fr")
    MandateFactory(by_mail=True, expires_at=clock.now())

    assert list(queries.mandates_waiting_for(UserFactory(email="Cliente@exemple.fr"))) == [mandate]


@pytest.mark.parametrize(
    ("mine", "other", "count"),
    [
        ({"administrator": True}, {}, 1),
        ({"administrator": True, "verified": True}, {"administrator": True}, 1),
        ({"administrator": True, "verified": True}, {"administrator": True, "verified": True}, 0),
        ({"administrator": True}, {"administrator": True}, 0),
        ({"administrator": True}, {"administrator": True, "verified": True}, 0),
        ({"administrator": True}, {"user__is_active": False}, 0),
        ({"administrator": True}, None, 0),
        ({}, {"administrator": True}, 0),
    ],
)
def test_deletion_obstacles(house, mine, other, count):
    me = MembershipFactory(organisation=house, **mine).user
    if other is not None:
        MembershipFactory(organisation=house, **other)

    assert queries.deletion_obstacles(me) == count * [
        "Vous êtes la dernière personne à administrer « Les Jardins » : confiez d’abord l’administration à un autre membre."
    ]


def test_invitation_by_token_finds_only_what_was_sent(db):
    invitation = InvitationFactory(token="abc")

    assert queries.invitation_by_token("abc") == invitation
    assert queries.invitation_by_token("abcd") is None
    assert queries.invitation_by_token("\udcff") is None


@pytest.mark.parametrize(
    ("trait", "words"),
    [
        ({}, ""),
        ({"accepted": True}, "déjà été acceptée"),
        ({"revoked": True}, "annulée ou remplacée"),
        ({"expires_at": clock.now() - timedelta(days=1)}, "expiré"),
    ],
)
def test_invitation_problem_says_why(db, trait, words):
    problem = queries.invitation_problem(InvitationFactory(**trait))

    assert words in problem
    assert bool(problem) is bool(words)


def test_invitation_problem_of_a_link_never_sent():
    assert "n’existe pas" in queries.invitation_problem(None)


def test_open_claim_is_one_that_was_not_accepted(db):
    refused, accepted = MembershipClaimFactory(refused=True), MembershipClaimFactory(accepted=True)

    assert queries.open_claim(refused.user, refused.organisation) == refused
    assert queries.open_claim(accepted.user, accepted.organisation) is None


def test_identified_by_each_kind(db):
    siret = OrganisationFactory()
    rna = OrganisationFactory(identifier_kind="rna", siret="", rna="W691000101")
    ridet = OrganisationFactory(identifier_kind="ridet", siret="", other_identifier="123456")
    pending = OrganisationFactory(pending=True)
    find = Organisation.objects.identified_by

    assert list(find("siret", siret.siret)) == [siret]
    assert list(find("siret", "00000101600013", rna="W691000101")) == [rna]
    assert list(find("siret", "00000101600013")) == []
    assert list(find("rna", "W691000101")) == [rna]
    assert list(find("ridet", "123456")) == [ridet]
    assert list(find("alsace_moselle", "123456")) == []
    assert list(find("en_cours", "")) == []
    assert pending in Organisation.objects.open_to_claim()


def test_who_sees_which_rows(house, cast):
    claim = MembershipClaimFactory(organisation=house)
    invitation = InvitationFactory(organisation=house)
    dispute = MembershipDisputeFactory(organisation=house, opened_by=cast["verified editor"])
    mandate = MandateFactory(agent=house)
    everyone = {**cast, "claimant": claim.user}

    def who_sees(row):
        return {who for who, user in everyone.items() if type(row).objects.visible_to(user).filter(pk=row.pk).exists()}

    assert who_sees(claim) == {"claimant", "verified administrator"}
    assert who_sees(invitation) == {"verified administrator"}
    assert who_sees(dispute) == {"verified editor"}
    assert who_sees(mandate) == {"verified administrator", "verified editor"}
    assert who_sees(Membership.objects.get(user=claim.user)) == {
        "claimant",
        "verified administrator",
        "verified editor",
        "verified reader",
    }
    assert Organisation.objects.open_to_dispute(claim.user).get() == house
