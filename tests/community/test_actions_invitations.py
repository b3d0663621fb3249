"""Invitations: one use, fourteen days, and no more trust than their author has."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.enums import Group
from community.actions import accept_invitation, invite_member, revoke_invitation
from community.enums import MemberRole
from community.models import Membership
from community.queries import invitation_by_token
from kit import clock
from kit.workflow import RefusedTransition
from notifications.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.community import InvitationFactory, MembershipClaimFactory, MembershipFactory


def test_invite_sends_a_link_of_which_only_the_digest_is_kept(house, cast):
    invitation = invite_member(house, by=cast["verified administrator"], email="nina@exemple.fr", role=MemberRole.READER)

    message = Message.objects.get()
    token = re.search(r"/invitations/([^/\s]+)/", message.text)[1]
    assert message.email == "nina@exemple.fr"
    assert invitation_by_token(token) == invitation
    assert token not in {str(getattr(invitation, field.name)) for field in invitation._meta.fields}
    assert invitation.expires_at - invitation.invited_at >= timedelta(days=14)


def test_invite_again_replaces_the_earlier_link(house, cast):
    first = invite_member(house, by=cast["verified administrator"], email="nina@exemple.fr", role=MemberRole.READER)
    second = invite_member(house, by=cast["verified administrator"], email="Nina@exemple.fr", role=MemberRole.EDITOR)

    first.refresh_from_db()
    assert (first.state, second.state) == ("revoked", "sent")


def test_invite_a_member_is_refused(house, cast):
    with pytest.raises(RefusedTransition):
        invite_member(house, by=cast["verified administrator"], email=cast["verified editor"].email.upper(), role=MemberRole.READER)


@pytest.mark.parametrize("who", ["declared administrator", "verified editor", "stranger", "reviewer"])
def test_invite_is_for_who_manages(house, cast, who):
    with pytest.raises(PermissionDenied):
        invite_member(house, by=cast[who], email="nina@exemple.fr", role=MemberRole.READER)


def test_revoke(house, cast):
    invitation = InvitationFactory(organisation=house)

    assert revoke_invitation(invitation, by=cast["verified administrator"]).revoked_at is not None


@pytest.mark.parametrize(("verified", "standing"), [(True, "verifie"), (False, "declare")])
def test_accept_gives_the_trust_of_who_invited(house, verified, standing):
    author = MembershipFactory(organisation=house, administrator=True, verified=verified).user
    guest = UserFactory()

    place = accept_invitation(InvitationFactory(organisation=house, invited_by=author, email=guest.email, role="lecteur"), by=guest)

    assert (place.standing, place.role, place.origin) == (standing, "lecteur", "invitation")
    assert Message.objects.get().recipient == author


def test_accept_with_another_address_is_in_the_log(house, cast):
    guest = UserFactory(email="autre@exemple.fr")
    invitation = InvitationFactory(organisation=house, invited_by=cast["verified administrator"], email="nina@exemple.fr")

    accept_invitation(invitation, by=guest)

    sentence = "Invitation adressée à nina@exemple.fr, acceptée par autre@exemple.fr"
    assert invitation.transitions.get().why == sentence
    assert house.member_events.filter(kind="arrivee").get().detail == sentence


def test_accept_by_a_declared_member_raises_them_and_answers_their_claim(house, cast):
    claim = MembershipClaimFactory(organisation=house)
    invitation = InvitationFactory(organisation=house, invited_by=cast["verified administrator"], role="administrateur")

    place = accept_invitation(invitation, by=claim.user)

    claim.refresh_from_db()
    assert (place.standing, place.role, claim.state) == ("verifie", "administrateur", "accepted")


def test_accept_does_not_demote_an_administrator(house, cast):
    invitation = InvitationFactory(organisation=house, invited_by=cast["verified administrator"], role="lecteur")

    assert accept_invitation(invitation, by=cast["declared administrator"]).role == "administrateur"


@pytest.mark.parametrize("case", ["expired", "author gone", "author deleted", "used", "revoked"])
def test_accept_a_link_of_no_use_is_refused(house, cast, case):
    trait = {
        "expired": {"expires_at": clock.now()},
        "author gone": {"invited_by": cast["stranger"]},
        "author deleted": {"invited_by": None},
        "used": {"accepted": True},
        "revoked": {"revoked": True},
    }[case]
    invitation = InvitationFactory(organisation=house, **{"invited_by": cast["verified administrator"], **trait})
    guest = UserFactory()

    with pytest.raises(RefusedTransition):
        accept_invitation(invitation, by=guest)
    assert not Membership.objects.filter(user=guest).exists()


def test_invite_writes_a_link_that_staff_do_not_read(client, house, cast):
    invite_member(house, by=cast["verified administrator"], email="nina@exemple.fr", role=MemberRole.READER)

    message = Message.objects.get()
    token = re.search(r"/invitations/([^/\s]+)/", message.text)[1]
    client.force_login(UserFactory(staff=True, group=Group.CALL_MANAGER))
    page = client.get(reverse("admin:notifications_message_change", args=[message.pk])).content.decode()
    assert "Masqué" in page
    assert token not in page
