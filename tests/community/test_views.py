"""The pages: who reaches them, what they do, what they answer to bad input, and how many queries they cost."""

import uuid as uuids

import pytest
from django.urls import reverse

from tests.community.typed import house_url, typed
from tests.factories.accounts import UserFactory
from tests.factories.community import (
    InvitationFactory,
    MandateFactory,
    MembershipClaimFactory,
    MembershipFactory,
    OrganisationFactory,
)

SIRET = "00000101600013"
LIST_QUERIES = 6
DETAIL_QUERIES = 15


ACCESS = [
    # page, of what, and who reaches it: everyone else gets 404 or 403
    ("organisation_detail", "house", {"verified administrator": 200, "declared editor": 200, "reviewer": 200, "auditor": 200}),
    ("organisation_change", "house", {"verified administrator": 200, "declared editor": 403, "reviewer": 403, "auditor": 403}),
    ("invitation_create", "house", {"verified administrator": 200, "declared editor": 403, "reviewer": 403, "auditor": 403}),
    ("mandate_give", "house", {"verified administrator": 200, "declared editor": 403, "reviewer": 403, "auditor": 403}),
    ("mandate_ask", "house", {"verified administrator": 403, "declared editor": 403, "reviewer": 403, "auditor": 403}),
    ("member_leave", "house", {"verified administrator": 200, "declared editor": 200}),
    ("dispute_create", "house", {"verified administrator": 200, "declared editor": 200}),
    (
        "claim_create",
        "house",
        {"verified administrator": 302, "declared editor": 302, "stranger": 200, "reviewer": 200, "auditor": 200},
    ),
    ("claim_detail", "claim", {"verified administrator": 200}),
    ("claim_refuse", "claim", {"verified administrator": 200}),
    ("member_change", "place", {"verified administrator": 200}),
    ("member_remove", "place", {"verified administrator": 200}),
    ("mandate_detail", "mandate", {"verified administrator": 200}),
    ("mandate_grant", "mandate", {"verified administrator": 200}),
    ("mandate_refuse", "mandate", {"verified administrator": 200}),
    ("mandate_revoke", "mandate", {"verified administrator": 200}),
]


@pytest.mark.parametrize(("page", "of", "expected"), ACCESS, ids=[row[0] for row in ACCESS])
def test_who_reaches_a_page(house, cast, signed_in, page, of, expected):
    things = {
        "house": house,
        "claim": MembershipClaimFactory(organisation=house),
        "place": MembershipFactory(organisation=house),
        "mandate": MandateFactory(client=house),
    }
    url = reverse(f"community:{page}", args=[things[of].uuid])
    people = ("verified administrator", "declared editor", "stranger", "reviewer", "auditor")

    answers = {who: signed_in(cast[who]).get(url).status_code for who in people}

    assert answers == {who: expected.get(who, 404) for who in people}


@pytest.mark.parametrize("page", [row[0] for row in ACCESS])
def test_a_person_without_account_signs_in_first(client, db, page):
    answer = client.get(reverse(f"community:{page}", args=[uuids.uuid4()]))

    assert (answer.status_code, "/compte/" in answer.url) == (302, True)


@pytest.mark.parametrize("rows", [1, 30])
def test_list_costs_the_same_for_one_or_thirty(signed_in, django_assert_max_num_queries, rows, db):
    user = UserFactory()
    MembershipFactory.create_batch(rows, user=user)
    client = signed_in(user)
    client.get(reverse("community:organisation_list"))

    with django_assert_max_num_queries(LIST_QUERIES) as counted:
        answer = client.get(reverse("community:organisation_list"))

    assert answer.content.decode().count("Rattachement déclaré") == rows
    assert len(counted) == LIST_QUERIES


@pytest.mark.parametrize("rows", [1, 30])
def test_detail_costs_the_same_for_one_or_thirty(signed_in, django_assert_max_num_queries, rows, house):
    user = MembershipFactory(organisation=house, verified=True, administrator=True).user
    MembershipFactory.create_batch(rows, organisation=house)
    MembershipClaimFactory.create_batch(rows, organisation=house)
    InvitationFactory.create_batch(rows, organisation=house)
    MandateFactory.create_batch(rows, client=house)
    MandateFactory.create_batch(rows, agent=house)
    client = signed_in(user)
    client.get(house_url(house))

    with django_assert_max_num_queries(DETAIL_QUERIES) as counted:
        client.get(house_url(house))

    assert len(counted) == DETAIL_QUERIES


HOSTILE = [
    "",
    "\0",
    "a" * 400_000,
    "<script>alert(1)</script>",
    "\x07\x1b",
    "\u202egnirts",
    "1 234,5",
    "31/02/2026",
    "000001016",
    "🏠" * 50,
    "\ud800",
]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize(
    ("page", "of", "fields"),
    [
        ("organisation_create", None, ["kind", "number"]),
        ("organisation_change", "house", list(typed())),
        ("organisation_add_siret", "pending", ["siret"]),
        ("invitation_create", "house", ["email", "role"]),
        ("mandate_give", "house", ["siret", "ends_on", "may_deposit"]),
        ("mandate_ask", "support", ["siret", "email", "ends_on", "may_deposit"]),
        ("dispute_create", "house", ["about", "reason"]),
        ("member_change", "place", ["role"]),
        ("member_remove", "place", ["why"]),
        ("claim_refuse", "claim", ["why"]),
        ("mandate_grant", "by mail", ["client"]),
        ("claim_create", "other", ["capacity"]),
    ],
)
def test_bad_input_is_answered_with_a_page(signed_in, house, page, of, fields, value):
    """Whatever one types into every field: a sentence or an ordinary answer, never a fault."""
    user = MembershipFactory(organisation=house, verified=True, administrator=True).user
    things = {
        "house": lambda: house,
        "pending": lambda: MembershipFactory(user=user, administrator=True, organisation__pending=True).organisation,
        "support": lambda: MembershipFactory(user=user, administrator=True, organisation__support=True).organisation,
        "place": lambda: MembershipFactory(organisation=house),
        "claim": lambda: MembershipClaimFactory(organisation=house),
        "by mail": lambda: MandateFactory(by_mail=True, client_email=user.email),
        "other": OrganisationFactory,
    }
    url = reverse(f"community:{page}", args=[things[of]().uuid] if of else [])

    answer = signed_in(user).post(url, dict.fromkeys(fields, value.encode("utf-8", "surrogatepass") if value == "\ud800" else value))

    assert answer.status_code in {200, 302}
    assert b"<script>alert" not in answer.content
