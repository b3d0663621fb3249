"""What ProConnect's SIRET verifies: a declared place at that very establishment, at sign-in or when it is declared."""

import pytest
from django.conf import settings

from accounts.actions import recognise_person
from accounts.models import ProConnectIdentity
from accounts.proconnect import Arrival
from community.actions import claim_membership, enter_organisation, verify_places_by_siret
from community.actions.organisation import Declaration
from community.enums import ClaimState, IdentifierKind, LegalFamily, MemberStanding, Role
from community.models import MemberEvent
from community.register import Absence
from notifications.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipClaimFactory, MembershipDisputeFactory, MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def come_back(user, siret):
    return recognise_person(Arrival("sub", user.email, "", "", siret, frozenset(), "jeton"))


def place_at(house, **fields):
    return MembershipFactory(organisation=house, **fields)


def test_the_two_ends_meet_in_the_settings():
    assert [f"{verify_places_by_siret.__module__.rpartition('.')[0]}.verify_places_by_siret"] == settings.ACCOUNT_SIRET_WITNESSES


def test_signing_in_under_the_same_siret_verifies_a_declared_place_and_accepts_its_claim(house):
    claim = MembershipClaimFactory(organisation=house)
    place = claim.user.memberships.get()

    come_back(place.user, house.siret)

    place.refresh_from_db()
    claim.refresh_from_db()
    assert (place.standing, place.verified_by, place.verified_through) == ("verifie", None, "SIRET transmis par ProConnect")
    assert claim.state == ClaimState.ACCEPTED
    assert MemberEvent.objects.get(user=place.user).detail == "SIRET transmis par ProConnect"
    assert "même SIRET" in Message.objects.get(recipient=place.user, kind="community.membership_verified").text


def test_another_establishment_of_the_same_unit_verifies_nothing(house):
    place = place_at(house)

    verify_places_by_siret(place.user, house.siret[:9] + "00099")

    place.refresh_from_db()
    assert place.standing == MemberStanding.DECLARED


def test_an_organisation_without_siret_is_not_everyone_s():
    place = place_at(OrganisationFactory(pending=True))

    verify_places_by_siret(place.user, "")

    place.refresh_from_db()
    assert place.standing == MemberStanding.DECLARED


@pytest.mark.parametrize("named", [True, False])
def test_a_contested_place_waits_for_staff(house, named):
    place = place_at(house)
    MembershipDisputeFactory(organisation=house, about=place.user if named else None)

    come_back(place.user, house.siret)

    place.refresh_from_db()
    assert place.standing == MemberStanding.DECLARED


def test_nobody_becomes_a_member_by_their_siret_alone(house):
    user = UserFactory()

    come_back(user, house.siret)

    assert user.memberships.count() == 0


def test_a_verified_place_stays_as_staff_left_it(house):
    place = place_at(house, verified=True)

    come_back(place.user, house.siret)

    place.refresh_from_db()
    assert place.verified_through == "Statuts reçus"


def test_who_declares_a_place_after_signing_in_is_verified_at_once(house):
    user = UserFactory()
    ProConnectIdentity.objects.create(user=user, sub="sub", email=user.email, siret=house.siret)

    claim = claim_membership(house, by=user, capacity="Présidente")

    assert (claim.state, user.memberships.get().standing) == (ClaimState.ACCEPTED, MemberStanding.VERIFIED)


def test_who_enters_their_organisation_after_signing_in_is_verified_at_once():
    user = UserFactory()
    siret = OrganisationFactory.build().siret
    ProConnectIdentity.objects.create(user=user, sub="sub", email=user.email, siret=siret)

    enter_organisation(
        IdentifierKind.SIRET,
        siret,
        Declaration(name="Les Semis", legal_family=LegalFamily.ASSOCIATION, roles=(Role.APPLICANT,)),
        by=user,
        answer=Absence.UNAVAILABLE,
    )

    assert user.memberships.get().standing == MemberStanding.VERIFIED
