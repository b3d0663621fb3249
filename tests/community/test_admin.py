"""Staff in the admin: who enters, what they verify apart, what they settle; and that nothing else is changed there."""

import pytest
from django.urls import reverse

from accounts.enums import Group
from community.models import Membership, Verification
from tests.factories.accounts import UserFactory
from tests.factories.community import (
    InvitationFactory,
    MandateFactory,
    MembershipClaimFactory,
    MembershipDisputeFactory,
    MembershipFactory,
    OrganisationFactory,
)

MODELS = ["organisation", "membership", "membershipclaim", "membershipdispute", "mandate", "invitation"]
INLINES = {
    "organisation": ["memberships", "verifications", "member_events"],
    "membershipclaim": ["transitions"],
    "membershipdispute": ["transitions"],
    "mandate": ["transitions"],
}
LIST_QUERIES = 12


@pytest.fixture
def sign_in(client):
    def sign_in(user):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def reviewer(db):
    return UserFactory(is_staff=True, group=Group.REVIEWER)


def rows(count):
    for _ in range(count):
        house = OrganisationFactory()
        MembershipFactory(organisation=house)
        MembershipClaimFactory(organisation=house)
        MembershipDisputeFactory(organisation=house)
        MandateFactory(client=house)
        InvitationFactory(organisation=house)


def change(client, row, **data):
    name = row._meta.model_name
    management: dict[str, str] = {}
    for prefix in INLINES.get(name, []):
        management |= {f"{prefix}-{key}": "0" for key in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}
    return client.post(reverse(f"admin:community_{name}_change", args=[row.pk]), {**management, **data})


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("group", "status"),
    [(Group.ADMINISTRATOR, 200), (Group.CALL_MANAGER, 200), (Group.REVIEWER, 200), (Group.AUDITOR, 403), (None, 403)],
)
def test_lists_are_for_staff_who_examine(sign_in, db, model, group, status):
    client = sign_in(UserFactory(is_staff=True, group=group))

    assert client.get(reverse(f"admin:community_{model}_changelist")).status_code == status


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_added_or_deleted_by_hand(sign_in, reviewer, model):
    rows(1)
    client = sign_in(reviewer)
    row = {"organisation": OrganisationFactory}.get(model, lambda: None)()

    assert client.get(f"/admin/community/{model}/add/").status_code == 403
    if row:
        assert client.get(reverse("admin:community_organisation_delete", args=[row.pk])).status_code == 403


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("count", [1, 30])
def test_lists_cost_the_same_for_one_or_thirty(sign_in, reviewer, django_assert_max_num_queries, model, count):
    rows(count)
    client = sign_in(reviewer)
    client.get(reverse(f"admin:community_{model}_changelist"))

    with django_assert_max_num_queries(LIST_QUERIES):
        client.get(reverse(f"admin:community_{model}_changelist"))


@pytest.mark.parametrize("search", ["elan", "ÉLAN", "900 000 000 0", "W691000101"])
def test_an_organisation_is_found_as_people_type_it(sign_in, reviewer, search):
    OrganisationFactory(name="L’Élan", siret="90000000000012", rna="W691000101")
    OrganisationFactory(name="Zébulon", siret="91000000000011")

    page = sign_in(reviewer).get(reverse("admin:community_organisation_changelist"), {"q": search}).content.decode()

    assert ("L’Élan" in page, "Zébulon" in page) == (True, False)


@pytest.mark.parametrize(("role", "found"), [("porteur", True), ("accompagnement", False)])
def test_organisations_are_filtered_by_role(sign_in, reviewer, role, found):
    OrganisationFactory(name="L’Élan")

    page = sign_in(reviewer).get(reverse("admin:community_organisation_changelist"), {"role": role}).content.decode()

    assert ("L’Élan" in page) is found


def test_facts_are_verified_apart_with_their_means(sign_in, reviewer, house):
    client = sign_in(reviewer)

    answer = change(client, house, identity="verifie", family_found="cooperative", ess="", means="Statuts reçus le 3 mars")

    house.refresh_from_db()
    assert answer.status_code == 302
    assert (house.identity_trust, house.verified_legal_family, house.ess_trust) == ("verifie", "cooperative", "declare")
    assert set(Verification.objects.values_list("fact", "means", "actor")) == {
        ("identite", "Statuts reçus le 3 mars", reviewer.pk),
        ("famille", "Statuts reçus le 3 mars", reviewer.pk),
    }


def test_a_conclusion_needs_its_means(sign_in, reviewer, house):
    answer = change(sign_in(reviewer), house, identity="verifie", family_found="", ess="", means="")

    assert "par quel moyen" in answer.content.decode()
    assert not Verification.objects.exists()


def test_saving_without_a_conclusion_changes_nothing(sign_in, reviewer, house):
    change(sign_in(reviewer), house, identity="", family_found="", ess="", means="", name="Piraté")

    house.refresh_from_db()
    assert (house.name, Verification.objects.count()) == ("Les Jardins", 0)


def test_a_member_is_verified_once(sign_in, reviewer, house):
    place = MembershipFactory(organisation=house)
    client = sign_in(reviewer)

    change(client, place, through="Appel au siège")

    place.refresh_from_db()
    assert (place.standing, place.verified_through, place.verified_by) == ("verifie", "Appel au siège", reviewer)
    assert change(client, place, through="Encore").status_code == 403
    assert "Appel au siège" in client.get(reverse("admin:community_membership_change", args=[place.pk])).content.decode()


def test_staff_read_their_own_place_and_do_not_verify_it(sign_in, reviewer, house):
    place = MembershipFactory(organisation=house, user=reviewer)
    client = sign_in(reviewer)

    assert change(client, place, through="Je me connais").status_code == 403
    assert client.get(reverse("admin:community_membership_change", args=[place.pk])).status_code == 200


@pytest.mark.parametrize(
    ("verdict", "why", "state"), [("accept", "", "accepted"), ("refuse", "Inconnue.", "refused"), ("refuse", "", "open")]
)
def test_a_claim_is_answered(sign_in, reviewer, house, verdict, why, state):
    claim = MembershipClaimFactory(organisation=house)

    change(sign_in(reviewer), claim, verdict=verdict, why=why)

    claim.refresh_from_db()
    assert claim.state == state


def test_a_claim_answered_meanwhile_is_refused_with_a_sentence(sign_in, reviewer, house):
    claim = MembershipClaimFactory(organisation=house, accepted=True)
    client = sign_in(reviewer)

    answer = change(client, claim, verdict="accept", why="")

    assert (answer.status_code, answer.url) == (302, "/")


def test_a_dispute_is_settled_once(sign_in, reviewer, house):
    place = MembershipFactory(organisation=house)
    dispute = MembershipDisputeFactory(organisation=house, about=place.user)
    client = sign_in(reviewer)

    change(client, dispute, verdict="retire", why="Les statuts disent autre chose.")

    dispute.refresh_from_db()
    assert (dispute.state, dispute.decision) == ("settled", "retire")
    assert not Membership.objects.filter(pk=place.pk).exists()
    assert change(client, dispute, verdict="maintenu", why="Non.").status_code == 403
    assert client.get(reverse("admin:community_membershipdispute_change", args=[dispute.pk])).status_code == 200


@pytest.mark.parametrize("factory", [MandateFactory, InvitationFactory, MembershipClaimFactory])
def test_rows_are_read(sign_in, reviewer, factory):
    row = factory()

    assert sign_in(reviewer).get(reverse(f"admin:community_{row._meta.model_name}_change", args=[row.pk])).status_code == 200
