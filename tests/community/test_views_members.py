"""Claims, disputes, members and invitations through their pages."""

import pytest
from django.urls import reverse

from community.models import Invitation, Membership, MembershipDispute
from notifications.models import Message
from tests.community.typed import house_url
from tests.factories.accounts import UserFactory
from tests.factories.community import InvitationFactory, MembershipClaimFactory, MembershipFactory


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


def test_verify_asks_then_verifies_then_says_that_it_is_done(signed_in, house, cast):
    place = Membership.objects.get(user=cast["declared editor"])
    path = reverse("community:member_verify", args=[place.uuid])
    client = signed_in(cast["verified administrator"])

    listed = client.get(house_url(house)).content.decode()
    asked = client.get(path).content.decode()
    asked_changes_nothing = not Membership.objects.get(pk=place.pk).is_verified
    done = client.post(path)
    again = client.post(path, follow=True).content.decode()

    place.refresh_from_db()
    assert path in listed
    assert place.user.email in asked
    assert asked_changes_nothing
    assert (done.url, place.is_verified, place.verified_by) == (house_url(house), True, cast["verified administrator"])
    assert "est déjà un membre vérifié" in again
    assert path not in client.get(house_url(house)).content.decode()


@pytest.mark.parametrize(("target", "warned"), [("declared administrator", True), ("declared editor", False)])
def test_verify_warns_before_an_administrator_becomes_ones_equal(signed_in, house, cast, target, warned):
    place = Membership.objects.get(user=cast[target])

    page = signed_in(cast["verified administrator"]).get(reverse("community:member_verify", args=[place.uuid])).content.decode()

    assert ("vous compris" in page) is warned


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("verified administrator", 404),  # oneself
        ("declared administrator", 404),
        ("verified editor", 403),
        ("verified reader", 403),
        ("stranger", 404),
        ("reviewer", 404),
    ],
)
def test_verify_is_for_another_verified_administrator(signed_in, house, cast, who, status):
    target = cast["verified administrator"] if who == "verified administrator" else cast["declared editor"]
    path = reverse("community:member_verify", args=[Membership.objects.get(user=target).uuid])
    client = signed_in(cast[who])

    assert (client.get(path).status_code, client.post(path).status_code) == (status, status)
    assert not Membership.objects.get(user=cast["declared editor"]).is_verified


@pytest.mark.parametrize(("verified", "said"), [(False, True), (True, False)])
def test_who_is_only_declared_reads_before_inviting_what_the_guest_will_not_see(signed_in, client, house, verified, said):
    author = MembershipFactory(organisation=house, administrator=True, verified=verified).user
    invite = reverse("community:invitation_create", args=[house.uuid])
    warning, way_out = "ne verront pas encore vos dossiers", f"{reverse('portal:contact')}#verification"

    form = signed_in(author).get(invite).content.decode()
    members = client.get(house_url(house)).content.decode()
    client.post(invite, {"email": "nina@exemple.fr", "role": "editeur"})

    letter = Message.objects.get()
    assert [warning in page and way_out in page for page in (form, members)] == [said, said]
    assert ["vous ne verrez pas les dossiers commencés par d’autres" in text for text in (letter.text, letter.html)] == [said, said]


@pytest.mark.parametrize(("verified", "said"), [(False, True), (True, False)])
def test_who_is_invited_reads_before_accepting_what_they_will_not_see(signed_in, client, house, verified, said):
    author = MembershipFactory(organisation=house, administrator=True, verified=verified).user
    InvitationFactory(organisation=house, invited_by=author, token="abc")

    pages = [client.get("/invitations/abc/").content.decode(), signed_in(UserFactory()).get("/invitations/abc/").content.decode()]

    assert ["Vous ne verrez pas tout de suite les dossiers des autres" in page for page in pages] == [said, said]


def test_invitation_to_an_endless_address_is_refused_in_one_sentence(signed_in, house, cast):
    client = signed_in(cast["verified administrator"])

    answer = client.post(reverse("community:invitation_create", args=[house.uuid]), {"email": "a" * 1_000_000, "role": "editeur"})

    assert answer.context["form"].errors == {
        "email": ["Cette adresse est trop longue : 254 caractères au plus. Exemple : prenom.nom@exemple.fr."]
    }
    assert Message.objects.count() == 0


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
