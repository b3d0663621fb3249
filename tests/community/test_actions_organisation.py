"""Writes on an organisation's identity: what is declared, what the register says, what staff verified."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from community.actions import (
    AlreadyEntered,
    Declaration,
    add_siret,
    change_organisation,
    enter_organisation,
    organisation as module,
    refresh_from_register,
    verify_fact,
)
from community.enums import CooperativeForm, EssEvidence, IdentifierKind, LegalFamily, Trust, VerifiedFact
from community.models import Organisation
from community.register import Absence, Identity
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory, OrganisationFactory
from tests.factories.territories import load_few_areas

SIRET = "00000101600013"


@pytest.fixture
def paris(db):
    return load_few_areas()["commune:75056"]


def declaration(**changes):
    return Declaration(**{"name": "Les Jardins de la Ruche", "legal_family": LegalFamily.ASSOCIATION, "roles": ("porteur",), **changes})


def identity(**changes):
    facts = {
        "siret": SIRET,
        "rna": "W691000101",
        "name": "LES JARDINS DE LA RUCHE",
        "postcode": "75011",
        "commune_code": "75111",
        "creation_date": date(2011, 3, 14),
        "legal_category": "9220",
        "registered_ess": True,
    }
    return Identity(**{**facts, **changes})


def test_enter_marks_what_the_register_says_too(paris):
    person = UserFactory()

    organisation = enter_organisation(
        IdentifierKind.SIRET, SIRET, declaration(postcode="75020", commune=paris), by=person, answer=identity()
    )

    assert organisation.register_facts == ["commune_id", "creation_date", "legal_category", "name"]
    assert (organisation.identity_trust, organisation.ess_trust) == (Trust.REGISTER, Trust.REGISTER)
    assert (organisation.trust_of("name"), organisation.trust_of("postcode")) == (Trust.REGISTER, Trust.DECLARED)
    assert (organisation.rna, organisation.commune_name, organisation.created_by) == ("W691000101", "Paris", person)
    place = organisation.memberships.get()
    assert (place.user, place.role, place.standing, place.origin) == (person, "administrateur", "declare", "saisie")


@pytest.mark.parametrize("absence", list(Absence))
def test_enter_without_the_register_declares_everything(db, absence):
    organisation = enter_organisation(IdentifierKind.SIRET, SIRET, declaration(), by=UserFactory(), answer=absence)

    assert (organisation.register_facts, organisation.identity_trust, organisation.identity_checked_at) == ([], Trust.DECLARED, None)


def test_enter_keeps_nothing_of_who_opposed_disclosure(db):
    answer = Identity(siret=SIRET, legal_category="9220", undisclosed=True)

    organisation = enter_organisation(IdentifierKind.SIRET, SIRET, declaration(name="Notre nom"), by=UserFactory(), answer=answer)

    assert organisation.undisclosed
    assert (organisation.name, organisation.register_facts) == ("Notre nom", ["legal_category"])
    assert (organisation.identity_trust, organisation.registered_ess) == (Trust.DECLARED, None)


@pytest.mark.parametrize(
    ("kind", "number", "column"),
    [
        (IdentifierKind.RNA, "W691000101", "rna"),
        (IdentifierKind.RIDET, "123456", "other_identifier"),
        (IdentifierKind.ALSACE_MOSELLE, "Strasbourg, vol. 90, fol. 12", "other_identifier"),
        (IdentifierKind.PENDING, "", "siret"),
    ],
)
def test_enter_by_another_identifier(db, kind, number, column):
    organisation = enter_organisation(kind, number, declaration(), by=UserFactory(), answer=Absence.UNKNOWN)

    assert (organisation.identifier_kind, getattr(organisation, column), organisation.identifier) == (kind, number, number)


def test_enter_what_is_entered_already_names_it(db):
    earlier = OrganisationFactory(siret=SIRET)

    with pytest.raises(AlreadyEntered) as refusal:
        enter_organisation(IdentifierKind.SIRET, SIRET, declaration(), by=UserFactory(), answer=Absence.UNKNOWN)
    assert refusal.value.organisation == earlier


def test_enter_by_siret_an_association_entered_by_its_rna(db):
    earlier = OrganisationFactory(identifier_kind="rna", siret="", rna="W691000101")

    with pytest.raises(AlreadyEntered) as refusal:
        enter_organisation(IdentifierKind.SIRET, SIRET, declaration(), by=UserFactory(), answer=identity())
    assert refusal.value.organisation == earlier


def test_enter_while_someone_else_enters_the_same(db, monkeypatch):
    """The other person's row appears between the look and the write."""
    earlier = OrganisationFactory(siret=SIRET)
    looks = iter([Organisation.objects.none(), Organisation.objects.filter(pk=earlier.pk)])
    monkeypatch.setattr(type(Organisation.objects), "identified_by", lambda self, *args, **kwargs: next(looks))

    with pytest.raises(AlreadyEntered) as refusal:
        enter_organisation(IdentifierKind.SIRET, SIRET, declaration(), by=UserFactory(), answer=Absence.UNKNOWN)
    assert refusal.value.organisation == earlier


def test_enter_forgets_the_form_of_what_is_no_cooperative(db):
    organisation = enter_organisation(
        IdentifierKind.PENDING, "", declaration(cooperative_form=CooperativeForm.SCIC), by=UserFactory(), answer=Absence.UNKNOWN
    )

    assert organisation.cooperative_form == ""


def test_change_makes_what_changed_declared_again(paris):
    person = UserFactory()
    organisation = enter_organisation(IdentifierKind.SIRET, SIRET, declaration(commune=paris), by=person, answer=identity())
    Organisation.objects.update(identity_trust=Trust.VERIFIED, ess_trust=Trust.VERIFIED)

    changed = change_organisation(organisation, declaration(name="Autre nom", commune=paris), by=person, answer=Absence.UNAVAILABLE)

    assert (changed.identity_trust, changed.register_facts) == (Trust.DECLARED, ["commune_id", "creation_date", "legal_category"])
    assert changed.ess_trust == Trust.VERIFIED


@pytest.mark.parametrize(("registered", "trust"), [(True, Trust.REGISTER), (False, Trust.DECLARED)])
def test_change_of_the_evidence_asks_for_a_new_verification(db, registered, trust):
    place = MembershipFactory(administrator=True, organisation__ess_trust=Trust.VERIFIED, organisation__registered_ess=registered)

    changed = change_organisation(
        place.organisation,
        declaration(name=place.organisation.name, ess_evidence=EssEvidence.ESUS),
        by=place.user,
        answer=Absence.UNAVAILABLE,
    )

    assert (changed.ess_trust, changed.identity_trust) == (trust, Trust.DECLARED)


def test_change_is_for_who_manages(house, cast):
    with pytest.raises(PermissionDenied):
        change_organisation(house, declaration(), by=cast["declared administrator"], answer=Absence.UNKNOWN)


def test_add_siret_completes_an_organisation_being_created(db):
    place = MembershipFactory(administrator=True, organisation__pending=True, organisation__name="Les jardins de la ruche")

    completed = add_siret(place.organisation, SIRET, by=place.user, answer=identity())

    assert (completed.siret, completed.identifier_kind, completed.rna) == (SIRET, "siret", "W691000101")
    assert completed.identity_trust == Trust.REGISTER


def test_add_siret_of_another_names_it(db):
    place = MembershipFactory(administrator=True, organisation__pending=True)
    other = OrganisationFactory(siret=SIRET)

    with pytest.raises(AlreadyEntered) as refusal:
        add_siret(place.organisation, SIRET, by=place.user, answer=Absence.UNKNOWN)
    assert refusal.value.organisation == other


def test_add_siret_while_someone_else_enters_it(db, monkeypatch):
    place = MembershipFactory(administrator=True, organisation__pending=True)

    def interfere(organisation, answer):
        OrganisationFactory(siret=SIRET)

    monkeypatch.setattr(module, "_compare", interfere)

    with pytest.raises(AlreadyEntered):
        add_siret(place.organisation, SIRET, by=place.user, answer=Absence.UNKNOWN)


def test_add_siret_does_not_replace_one(house, cast):
    with pytest.raises(PermissionDenied):
        add_siret(house, SIRET, by=cast["verified administrator"], answer=Absence.UNKNOWN)


def test_refresh_overwrites_nothing_that_was_typed(db):
    place = MembershipFactory(administrator=True, organisation__siret=SIRET, organisation__name="Mon nom")

    fresh = refresh_from_register(place.organisation, by=place.user, answer=identity())

    assert (fresh.name, fresh.trust_of("name")) == ("Mon nom", Trust.DECLARED)
    assert (fresh.legal_category, fresh.trust_of("legal_category")) == ("9220", Trust.REGISTER)


def test_refresh_is_for_who_manages(house, cast):
    with pytest.raises(PermissionDenied):
        refresh_from_register(house, by=cast["stranger"], answer=identity())


@pytest.mark.parametrize(
    ("fact", "outcome", "column"),
    [
        (VerifiedFact.IDENTITY, Trust.VERIFIED, "identity_trust"),
        (VerifiedFact.FAMILY, LegalFamily.COOPERATIVE, "verified_legal_family"),
        (VerifiedFact.ESS, Trust.CONTRADICTED, "ess_trust"),
    ],
)
def test_verify_judges_one_fact_apart_from_the_others(house, cast, fact, outcome, column):
    columns = ("identity_trust", "verified_legal_family", "ess_trust")
    before = {name: getattr(house, name) for name in columns}

    verification = verify_fact(house, fact, outcome, by=cast["reviewer"], means="Statuts reçus")

    house.refresh_from_db()
    assert {name: getattr(house, name) for name in columns} == {**before, column: outcome}
    assert (verification.actor, verification.means, verification.outcome) == (cast["reviewer"], "Statuts reçus", outcome)


def test_verified_family_is_the_one_to_reckon_with(house, cast):
    verify_fact(house, VerifiedFact.FAMILY, LegalFamily.COOPERATIVE, by=cast["reviewer"], means="Statuts")

    house.refresh_from_db()
    assert (house.family, house.legal_family) == (LegalFamily.COOPERATIVE, LegalFamily.ASSOCIATION)


@pytest.mark.parametrize("who", ["verified administrator", "auditor"])
def test_verify_is_for_staff_who_examine(house, cast, who):
    with pytest.raises(PermissionDenied):
        verify_fact(house, VerifiedFact.ESS, Trust.VERIFIED, by=cast[who], means="Moi")


def test_enter_without_the_ess_flag_says_nothing_against_it(db):
    organisation = enter_organisation(IdentifierKind.SIRET, SIRET, declaration(), by=UserFactory(), answer=identity(registered_ess=False))

    assert (organisation.registered_ess, organisation.ess_trust) == (False, Trust.DECLARED)


def test_enter_keeps_the_form_of_a_cooperative(db):
    said = declaration(legal_family=LegalFamily.COOPERATIVE, cooperative_form=CooperativeForm.SCIC)

    organisation = enter_organisation(IdentifierKind.PENDING, "", said, by=UserFactory(), answer=Absence.UNKNOWN)

    assert organisation.cooperative_form == "scic"
