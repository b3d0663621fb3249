"""What the page of an organisation tells, and to whom it offers what."""

import pytest

from community.enums import LegalFamily, Trust
from community.models import Membership
from community.pages import facts_of, family_trust, identity_rows, organisation_page, warnings_about
from community.permissions import vouches_for
from community.register import Identity
from tests.factories.community import MembershipFactory, OrganisationFactory


@pytest.mark.parametrize(
    ("verified", "expected"),
    [("", Trust.DECLARED), (LegalFamily.ASSOCIATION, Trust.VERIFIED), (LegalFamily.COOPERATIVE, Trust.CONTRADICTED)],
)
def test_family_trust(db, verified, expected):
    assert family_trust(OrganisationFactory(verified_legal_family=verified)) == expected


def test_facts_carry_their_own_trust(db):
    house = OrganisationFactory(name="Les Jardins", legal_category="9220", register_facts=["name", "legal_category"])

    told = {fact.label: (fact.value, fact.trust) for fact in facts_of(house)}

    assert told["Nom"] == ("Les Jardins", "Repris du répertoire officiel")
    assert told["Numéro SIRET"][1] == "Repris du répertoire officiel"
    assert told["Famille juridique"] == ("Association", "Déclaré, à vérifier")
    assert told["Rôles"] == ("Porte des projets", "")
    assert "Sigle" not in told


def test_facts_of_a_verified_identity_are_all_verified(db):
    told = {fact.label: fact.trust for fact in facts_of(OrganisationFactory(identity_trust=Trust.VERIFIED))}

    assert (told["Nom"], told["Numéro SIRET"]) == ("Vérifié par l’administration",) * 2


def test_facts_of_an_organisation_being_created_say_that_its_number_comes_later(db):
    assert facts_of(OrganisationFactory(pending=True))[0].value == "à venir"


@pytest.mark.parametrize(
    ("category", "closed", "family", "count"),
    [
        ("9220", False, "association", 0),
        ("9220", False, "mutuelle", 1),
        ("9210", False, "association", 1),
        ("9210", True, "mutuelle", 3),
        ("", False, "association", 0),
        ("5710", False, "cooperative", 0),
    ],
)
def test_warnings(category, closed, family, count):
    assert len(warnings_about(category, closed=closed, family=family)) == count


def test_identity_rows_leave_out_what_the_register_does_not_say():
    assert identity_rows(Identity(siret="00000101600013", legal_category="9220")) == [
        ("Catégorie juridique", "Association déclarée (9220)")
    ]


def test_who_sees_and_changes_whom(house, cast):
    def seen_by(who):
        page = organisation_page(house, cast[who])
        return len(page.people), sum(person.may_change for person in page.people), page.is_managed, page.reads_members

    everyone = Membership.objects.filter(organisation=house).count()
    assert seen_by("verified administrator") == (everyone, everyone, True, True)
    assert seen_by("verified reader") == (everyone, 0, False, True)
    assert seen_by("declared administrator") == (1, 0, False, False)
    assert seen_by("declared editor") == (1, 0, False, False)
    assert seen_by("reviewer") == (0, 0, False, False)


@pytest.mark.parametrize("who", ["verified administrator", "declared administrator", "verified editor", "verified reader", "invited"])
def test_the_page_offers_to_verify_whom_one_may_vouch_for(house, cast, who):
    page = organisation_page(house, cast[who])

    allowed = {each.place for each in page.people if vouches_for(cast[who], each.place) and not each.place.is_verified}
    assert {each.place for each in page.people if each.may_verify} == allowed
    assert len(allowed) == (3 if who == "verified administrator" else 0)


def test_the_page_warns_a_declared_administrator_who_may_invite(house, cast):
    elsewhere = MembershipFactory(administrator=True)

    assert organisation_page(elsewhere.organisation, elsewhere.user).invites_unseeing
    assert not any(organisation_page(house, user).invites_unseeing for user in cast.values())


def test_a_declared_administrator_may_change_only_whom_an_invitation_brought(house):
    declared = MembershipFactory(organisation=house, administrator=True).user
    MembershipFactory(organisation=house)
    invited = MembershipFactory(organisation=house, origin="invitation")

    page = organisation_page(house, declared)

    assert [person.place for person in page.people if person.may_change] == [invited]


@pytest.mark.parametrize(
    "row", ["Organisation", "Membership", "MembershipClaim", "Invitation", "MembershipDispute", "Mandate", "MemberEvent", "Verification"]
)
def test_every_row_has_a_name(db, row):
    from community import models
    from tests.factories import community as factories

    factory = getattr(factories, f"{row}Factory", None)
    house = OrganisationFactory()
    thing = (
        factory()
        if factory
        else getattr(models, row)(organisation=house, **({"kind": "arrivee"} if row == "MemberEvent" else {"fact": "ess"}))
    )

    assert str(thing)
