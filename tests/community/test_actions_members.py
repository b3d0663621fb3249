"""Writes on members: the last administrator stays, whatever two people do at once."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from community.actions import (
    LastAdministrator,
    change_member_role,
    leave_organisation,
    remove_member,
    verify_membership,
    vouch_for_member,
)
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


def test_staff_do_not_verify_themselves(house, cast):
    own = MembershipFactory(organisation=house, user=cast["reviewer"])

    with pytest.raises(PermissionDenied):
        verify_membership(own, by=cast["reviewer"], through="Je me connais")


def test_verify_twice_is_refused(house, cast):
    with pytest.raises(RefusedTransition):
        verify_membership(place_of(house, cast["verified editor"]), by=cast["reviewer"], through="Statuts")


def standing_after_vouching(place, by):
    try:
        vouch_for_member(place, by=by)
    except (PermissionDenied, RefusedTransition) as refused:
        return type(refused).__name__
    place.refresh_from_db()
    return place.standing


@pytest.mark.parametrize("who", ["declared administrator", "verified editor", "declared editor", "verified reader", "stranger", "reviewer"])
@pytest.mark.parametrize("target", ["declared editor", "invited", "verified reader"])
def test_vouching_is_refused_to_who_is_not_a_verified_administrator(house, cast, target, who):
    assert standing_after_vouching(place_of(house, cast[target]), cast[who]) == "PermissionDenied"
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("declared administrator", "verifie"),
        ("declared editor", "verifie"),
        ("invited", "verifie"),
        ("verified editor", "RefusedTransition"),
        ("verified reader", "RefusedTransition"),
        ("verified administrator", "PermissionDenied"),
    ],
)
def test_a_verified_administrator_vouches_for_every_declared_member(house, cast, target, expected):
    assert standing_after_vouching(place_of(house, cast[target]), cast["verified administrator"]) == expected


def test_a_declared_administrator_who_manages_vouches_for_nobody(house):
    declared = MembershipFactory(organisation=house, administrator=True).user
    brought = MembershipFactory(organisation=house, origin=MemberOrigin.INVITATION)

    assert standing_after_vouching(brought, declared) == "PermissionDenied"


def test_vouching_says_who_and_how_answers_the_claim_and_tells_the_person(house, cast):
    claim = MembershipClaimFactory(organisation=house)
    administrator = cast["verified administrator"]
    means = f"Confirmé par {administrator.get_full_name()}, administrateur vérifié de l’organisation"

    place = vouch_for_member(place_of(house, claim.user), by=administrator)

    claim.refresh_from_db()
    event = house.member_events.get()
    message = Message.objects.get()
    assert (place.standing, place.verified_by, place.verified_through) == ("verifie", administrator, means)
    assert (event.kind, event.user, event.actor, event.detail) == (MemberEventKind.VERIFIED, claim.user, administrator, means)
    assert claim.state == "accepted"
    assert message.recipient == claim.user
    assert f"{administrator.get_full_name()}, qui administre" in message.text
    assert "Nos services" not in message.text


@pytest.mark.parametrize(("target", "told"), [("declared administrator", True), ("declared editor", False)])
def test_who_becomes_a_verified_administrator_reads_that_they_may_verify_others(house, cast, target, told):
    verify_membership(place_of(house, cast[target]), by=cast["reviewer"], through="Statuts")

    message = Message.objects.get()
    assert ["vérifier les autres membres" in text for text in (message.text, message.html)] == [told, told]


def test_vouching_for_who_was_verified_meanwhile_is_refused_and_says_nothing_twice(house, cast):
    stale = place_of(house, cast["declared editor"])
    vouch_for_member(stale, by=cast["verified administrator"])

    with pytest.raises(RefusedTransition, match="déjà vérifiée"):
        vouch_for_member(stale, by=cast["verified administrator"])

    assert (house.member_events.count(), Message.objects.count()) == (1, 1)


def test_every_write_locks_the_organisation(house, cast):
    with CaptureQueriesContext(connection) as queries:
        vouch_for_member(place_of(house, cast["declared editor"]), by=cast["verified administrator"])
        leave_organisation(place_of(house, cast["declared editor"]), by=cast["declared editor"])

    locks = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"]]
    assert ['FROM "community_organisation"' in lock for lock in locks] == [True, True]


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
