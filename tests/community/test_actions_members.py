"""Writes on members: the last administrator stays, whatever two people do at once."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from community.actions import LastAdministrator, change_member_role, leave_organisation, remove_member, verify_membership
from community.enums import MemberEventKind, MemberOrigin, MemberRole
from community.models import Membership
from kit.workflow import RefusedTransition
from notifications.models import Message
from tests.factories.community import InvitationFactory, MembershipClaimFactory, MembershipFactory, OrganisationFactory


def place_of(house, user):
    return Membership.objects.get(organisation=house, user=user)


def test_change_role_is_written_and_kept_in_the_history(house, cast):
    place = place_of(house, cast["verified editor"])

    change_member_role(place, by=cast["verified administrator"], role=MemberRole.READER)

    place.refresh_from_db()
    assert place.role == MemberRole.READER
    event = house.member_events.get()
    assert (event.kind, event.user, event.actor, event.detail) == (
        MemberEventKind.ROLE_CHANGED,
        cast["verified editor"],
        cast["verified administrator"],
        "Lecture",
    )


def test_change_role_to_the_same_says_nothing(house, cast):
    change_member_role(place_of(house, cast["verified editor"]), by=cast["verified administrator"], role=MemberRole.EDITOR)

    assert house.member_events.count() == 0


@pytest.mark.parametrize("who", ["declared administrator", "verified editor", "stranger", "reviewer"])
def test_change_role_is_for_verified_administrators(house, cast, who):
    with pytest.raises(PermissionDenied):
        change_member_role(place_of(house, cast["declared editor"]), by=cast[who], role=MemberRole.READER)


def test_change_role_withdraws_the_invitations_of_who_no_longer_administers(house, cast):
    other = MembershipFactory(organisation=house, verified=True, administrator=True)
    invitation = InvitationFactory(organisation=house, invited_by=other.user)
    kept = InvitationFactory(organisation=house, invited_by=cast["verified administrator"])

    change_member_role(other, by=cast["verified administrator"], role=MemberRole.EDITOR)

    invitation.refresh_from_db()
    kept.refresh_from_db()
    assert (invitation.state, kept.state) == ("revoked", "sent")


def test_the_last_verified_administrator_is_not_demoted_though_a_declared_one_remains(house, cast):
    administrator = cast["verified administrator"]

    with pytest.raises(LastAdministrator, match="vérifié"):
        change_member_role(place_of(house, administrator), by=administrator, role=MemberRole.EDITOR)
    with pytest.raises(LastAdministrator):
        leave_organisation(place_of(house, administrator), by=administrator)


def test_the_last_declared_administrator_stays(house):
    place = MembershipFactory(organisation=house, administrator=True)
    MembershipFactory(organisation=house, administrator=True, user__is_active=False)

    with pytest.raises(LastAdministrator):
        leave_organisation(place, by=place.user)
    assert Membership.objects.filter(pk=place.pk).exists()


def test_leave(house, cast):
    leave_organisation(place_of(house, cast["declared editor"]), by=cast["declared editor"])

    assert not Membership.objects.filter(organisation=house, user=cast["declared editor"]).exists()
    assert house.member_events.get().kind == MemberEventKind.LEFT


def test_one_does_not_make_another_leave(house, cast):
    with pytest.raises(PermissionDenied):
        leave_organisation(place_of(house, cast["declared editor"]), by=cast["verified administrator"])


def test_remove_tells_the_person_why(house, cast):
    remove_member(place_of(house, cast["declared administrator"]), by=cast["verified administrator"], why="A quitté l’association.")

    assert not Membership.objects.filter(organisation=house, user=cast["declared administrator"]).exists()
    message = Message.objects.get()
    assert message.recipient == cast["declared administrator"]
    assert "A quitté l’association." in message.text
    assert house.member_events.get().why == "A quitté l’association."


@pytest.mark.parametrize("who", ["declared administrator", "verified editor", "declared editor", "stranger", "reviewer"])
def test_remove_is_for_verified_administrators(house, cast, who):
    with pytest.raises(PermissionDenied):
        remove_member(place_of(house, cast["verified reader"]), by=cast[who], why="Non.")


def test_one_does_not_remove_oneself(house, cast):
    with pytest.raises(PermissionDenied):
        remove_member(place_of(house, cast["verified administrator"]), by=cast["verified administrator"], why="Moi.")


def test_a_declared_administrator_removes_whom_an_invitation_brought_but_not_who_declared_themselves(house):
    declared = MembershipFactory(organisation=house, administrator=True).user
    invited = MembershipFactory(organisation=house, origin=MemberOrigin.INVITATION)
    claimed = MembershipFactory(organisation=house)

    remove_member(invited, by=declared, why="Erreur d’adresse.")

    with pytest.raises(PermissionDenied):
        remove_member(claimed, by=declared, why="Non.")


def test_verify_tells_the_person_and_answers_their_claim(house, cast):
    claim = MembershipClaimFactory(organisation=house)
    place = place_of(house, claim.user)

    verify_membership(place, by=cast["reviewer"], through="Appel au siège")

    place.refresh_from_db()
    claim.refresh_from_db()
    assert (place.standing, place.verified_by, place.verified_through) == ("verifie", cast["reviewer"], "Appel au siège")
    assert claim.state == "accepted"
    assert Message.objects.get().recipient == claim.user


@pytest.mark.parametrize("who", ["verified administrator", "auditor", "stranger"])
def test_verify_is_for_staff_who_examine(house, cast, who):
    with pytest.raises(PermissionDenied):
        verify_membership(place_of(house, cast["declared editor"]), by=cast[who], through="Je le connais")


def test_verify_twice_is_refused(house, cast):
    with pytest.raises(RefusedTransition):
        verify_membership(place_of(house, cast["verified editor"]), by=cast["reviewer"], through="Statuts")


def test_every_write_locks_the_organisation(house, cast):
    with CaptureQueriesContext(connection) as queries:
        leave_organisation(place_of(house, cast["declared editor"]), by=cast["declared editor"])

    locks = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"]]
    assert len(locks) == 1
    assert 'FROM "community_organisation"' in locks[0]


@pytest.mark.django_db(transaction=True)
def test_two_last_administrators_who_leave_at_once_do_not_both_leave():
    house = OrganisationFactory()
    places = [MembershipFactory(organisation=house, administrator=True, verified=True) for _ in range(2)]
    gate, outcomes = threading.Barrier(2, timeout=10), []

    def leave(place):
        gate.wait()
        try:
            leave_organisation(place, by=place.user)
            outcomes.append("left")
        except LastAdministrator:
            outcomes.append("stayed")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=leave, args=[place]) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["left", "stayed"]
    assert Membership.objects.administrators().filter(organisation=house).count() == 1


def test_who_is_made_administrator_keeps_their_invitations(house, cast):
    place = place_of(house, cast["verified editor"])
    invitation = InvitationFactory(organisation=house, invited_by=place.user)

    change_member_role(place, by=cast["verified administrator"], role=MemberRole.ADMINISTRATOR)

    invitation.refresh_from_db()
    assert invitation.state == "sent"
