"""Claims, disputes, members and invitations through their pages."""

import pytest
from django.urls import reverse

from community.models import Invitation, Membership, MembershipDispute
from tests.community.typed import house_url
from tests.factories.accounts import UserFactory
from tests.factories.community import InvitationFactory, MembershipClaimFactory


def test_claim_is_answered_from_its_page(signed_in, house, cast):
    accepted, refused = MembershipClaimFactory(organisation=house), MembershipClaimFactory(organisation=house)
    client = signed_in(cast["verified administrator"])

    client.post(reverse("community:claim_accept", args=[accepted.uuid]))
    client.post(reverse("community:claim_refuse", args=[refused.uuid]), {"why": "Inconnue."})
    stale = client.post(reverse("community:claim_accept", args=[accepted.uuid]), follow=True)

    accepted.refresh_from_db()
    refused.refresh_from_db()
    assert (accepted.state, refused.state) == ("accepted", "refused")
    assert "n’est pas possible" in stale.content.decode()


def test_a_refused_person_reads_why_and_contests(signed_in, house):
    claim = MembershipClaimFactory(organisation=house, refused=True)
    client = signed_in(claim.user)

    page = client.get(reverse("community:claim_create", args=[house.uuid]), follow=True).content.decode()
    client.post(reverse("community:dispute_create", args=[house.uuid]), {"about": "", "reason": "Je suis la présidente."})

    assert "Contester ce refus" in page
    assert MembershipDispute.objects.get().opened_by == claim.user


def test_dispute_names_a_member(signed_in, house, cast):
    place = Membership.objects.get(user=cast["declared editor"])

    signed_in(cast["verified editor"]).post(
        reverse("community:dispute_create", args=[house.uuid]), {"about": str(place.uuid), "reason": "A quitté l’association."}
    )

    assert MembershipDispute.objects.get().about == cast["declared editor"]


def test_member_pages(signed_in, house, cast):
    place = Membership.objects.get(user=cast["declared editor"])
    client = signed_in(cast["verified administrator"])

    client.post(reverse("community:member_change", args=[place.uuid]), {"role": "lecteur"})
    place.refresh_from_db()
    client.post(reverse("community:member_remove", args=[place.uuid]), {"why": "Parti."})
    left = client.post(reverse("community:member_leave", args=[house.uuid]), follow=True)

    assert place.role == "lecteur"
    assert not Membership.objects.filter(pk=place.pk).exists()
    assert "garde toujours au moins une personne qui l’administre" in left.content.decode()


def test_leave(signed_in, house, cast):
    answer = signed_in(cast["declared editor"]).post(reverse("community:member_leave", args=[house.uuid]))

    assert answer.url == reverse("community:organisation_list")


def test_invite_and_revoke(signed_in, house, cast):
    client = signed_in(cast["verified administrator"])

    client.post(reverse("community:invitation_create", args=[house.uuid]), {"email": "nina@exemple.fr", "role": "lecteur"})
    client.post(reverse("community:invitation_revoke", args=[Invitation.objects.get().uuid]))

    assert Invitation.objects.get().state == "revoked"


def test_invitation_asks_a_person_without_session_to_sign_in(client, house, cast):
    InvitationFactory(organisation=house, invited_by=cast["verified administrator"], token="abc")

    page = client.get("/invitations/abc/").content.decode()

    assert "Créer un compte" in page
    assert "next=/invitations/abc/" in page


def test_invitation_accepted_with_its_address(signed_in, house, cast):
    guest = UserFactory(email="nina@exemple.fr")
    InvitationFactory(organisation=house, invited_by=cast["verified administrator"], token="abc", email="Nina@exemple.fr")

    assert "vous êtes connecté avec" not in signed_in(guest).get("/invitations/abc/").content.decode()
    assert signed_in(guest).post("/invitations/abc/").url == house_url(house)


def test_invitation_accepted_with_another_address_needs_a_yes(signed_in, house, cast):
    guest = UserFactory()
    InvitationFactory(organisation=house, invited_by=cast["verified administrator"], token="abc")
    client = signed_in(guest)

    refused = client.post("/invitations/abc/", {})
    accepted = client.post("/invitations/abc/", {"agreed": "on"})

    assert "Cochez cette case" in refused.content.decode()
    assert accepted.url == house_url(house)


@pytest.mark.parametrize(("trait", "status"), [({"accepted": True}, 410), ({"revoked": True}, 410), (None, 404)])
def test_invitation_of_no_use_says_so(client, db, trait, status):
    if trait:
        InvitationFactory(token="abc", **trait)

    answer = client.get("/invitations/abc/")

    assert answer.status_code == status
    assert "n’est pas valable" in answer.content.decode()
