"""People invited to one dossier: what opens to them, what never does, and what stays when they leave."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from calls.actions.application import delete_draft, resume_application, start_application, withdraw_application
from calls.actions.guest import MOST_A_DAY, MOST_GUESTS, accept_guest, invite_guest, revoke_guest
from calls.actions.retention import tend_idle_drafts
from calls.enums import GuestAccess
from calls.models import Application, Guest
from calls.permissions import (
    acts_for_organisation,
    deletes_draft,
    deposits_application,
    edits_application,
    invites_guests,
    writes_as_member,
)
from calls.queries.application import application_for, writers_of
from calls.queries.list import applications_of
from community.enums import MemberRole
from community.models import Organisation
from kit import clock
from kit.workflow import RefusedTransition
from notifications.models import Message
from projects.models import Project
from tests.calls.cast import join, tell_story, welcome
from tests.factories.accounts import UserFactory
from tests.factories.calls import GuestFactory
from tests.factories.community import MandateFactory, MembershipFactory

pytestmark = pytest.mark.django_db

GINA = "gina@exemple.fr"
RIGHTS = (edits_application, acts_for_organisation, deposits_application, deletes_draft, writes_as_member, invites_guests)


@pytest.fixture
def story():
    return tell_story()


@pytest.fixture
def application(story):
    return story.start()


def seen(person, application):
    return application_for(person, uuid=application.uuid)


def rights(person, application):
    found = seen(person, application)
    return {right.__name__ for right in RIGHTS if found is not None and right(person, found)}


# ── what an invitation opens


def test_a_guest_edits_and_does_nothing_else(application):
    assert rights(welcome(application), application) == {"edits_application"}


def test_a_guest_who_reads_only_reads(application):
    reader = welcome(application, reads=True)

    assert seen(reader, application) == application
    assert rights(reader, application) == set()


@pytest.mark.parametrize("traits", [{}, {"revoked": True}, {"accepted": True, "revoked": True}])
def test_whoever_has_no_place_sees_nothing(application, traits):
    gina = UserFactory(email=GINA)
    GuestFactory(application=application, email=GINA, **traits | ({"user": gina} if "accepted" in traits else {}))

    assert seen(gina, application) is None


def test_a_guest_sees_this_dossier_alone(story, application):
    other = Project.objects.create(organisation=story.organisation, name="Autre", summary="…", created_by=story.carrier)
    start_application(story.round, story.organisation, other, by=story.carrier, arrived_at=clock.now())
    gina = welcome(application)

    assert list(applications_of(gina)) == [application]
    assert not Organisation.objects.visible_to(gina).exists()
    assert not Project.objects.visible_to(gina).exists()


@pytest.mark.parametrize("reads", [True, False])
def test_an_invitation_does_not_make_a_member_of_whoever_says_to_be_one(story, application, reads):
    """Anyone may declare themselves a member: the invitation must not let them deposit in the organisation's name."""
    claimant = UserFactory()
    join(claimant, story.organisation)
    welcome(application, reads=reads, user=claimant)

    assert rights(claimant, application) == (set() if reads else {"edits_application"})


def test_an_invitation_takes_nothing_from_a_member(story, application):
    welcome(application, reads=True, user=story.carrier)

    assert rights(story.carrier, application) == {right.__name__ for right in RIGHTS}


def test_a_former_member_invited_again_does_not_delete_the_draft_they_started(story, application):
    story.carrier.memberships.all().delete()
    welcome(application, user=story.carrier)

    assert rights(story.carrier, application) == {"edits_application"}


def test_a_guest_who_declares_to_be_a_member_still_starts_a_dossier_of_their_own(story, application):
    claimant = UserFactory()
    join(claimant, story.organisation)
    welcome(application, user=claimant)

    own, started = start_application(story.round, story.organisation, story.project, by=claimant, arrived_at=clock.now())

    assert started
    assert own != application


def test_a_guest_is_refused_what_is_not_theirs(story, application):
    gina = welcome(application)
    story.save(application, need="Un besoin.")
    locked = seen(gina, application)

    with pytest.raises(PermissionDenied):
        story.deposit(locked, by=gina)
    with pytest.raises(PermissionDenied):
        delete_draft(locked, by=gina)
    with pytest.raises(PermissionDenied):
        invite_guest(locked, by=gina, email=GINA, access=GuestAccess.READ)
    with pytest.raises(PermissionDenied):
        revoke_guest(Guest.objects.get(), by=gina)
    story.deposit(application)
    application.refresh_from_db()
    with pytest.raises(PermissionDenied):
        withdraw_application(seen(gina, application), by=gina)
    withdraw_application(application, by=story.carrier)
    with pytest.raises(PermissionDenied):
        resume_application(seen(gina, application), by=gina, arrived_at=clock.now())


def test_a_guest_s_text_stays_under_their_name_when_they_leave(story, application):
    gina = welcome(application)
    story.save(seen(gina, application), by=gina, need="Ce que Gina a écrit")

    revoke_guest(Guest.objects.get(), by=story.carrier)

    assert seen(gina, application) is None
    with pytest.raises(PermissionDenied):
        story.save(application, by=gina, need="Encore")
    answer = application.answers.get(question_key="need")
    assert (answer.typed, answer.by) == ("Ce que Gina a écrit", gina)


def test_two_places_of_one_person_end_apart(story, application):
    gina = welcome(application)
    second = GuestFactory(application=application, accepted=True, user=gina, reads=True)

    revoke_guest(Guest.objects.exclude(pk=second.pk).get(), by=story.carrier)

    assert rights(gina, application) == set()
    assert seen(gina, application) == application


def test_a_deleted_account_leaves_the_dossier_s_list(application):
    welcome(application).delete()

    application.refresh_from_db()
    assert (application.guests, application.guest_editors, Guest.objects.count()) == ([], [], 0)


def test_a_draft_is_deleted_with_its_guests(story, application):
    welcome(application)

    delete_draft(application, by=story.carrier)

    assert (Application.objects.count(), Guest.objects.count()) == (0, 0)


# ── who is told


def told(kind):
    return {message.recipient.email for message in Message.objects.filter(kind=kind, recipient__isnull=False)}


def test_a_guest_who_wrote_is_told_of_the_deposit_and_of_the_withdrawal_while_they_see_it(story, application):
    gina, left = welcome(application), welcome(application)
    for person, text in ((gina, {"need": "Un besoin."}), (left, {"note": "Une note."})):
        story.save(seen(person, application), by=person, **text)
    revoke_guest(Guest.objects.get(user=left), by=story.carrier)

    story.deposit(application)
    application.refresh_from_db()
    withdraw_application(application, by=story.carrier)

    assert told("deposit_received") == told("application_withdrawn") == {story.carrier.email, gina.email}


def test_a_guest_sent_away_hears_nothing_of_the_draft_s_end(story, application):
    gina = welcome(application)
    story.save(seen(gina, application), by=gina, need="Un besoin.")
    revoke_guest(Guest.objects.get(), by=story.carrier)

    with clock.standing_at(clock.now() + timedelta(days=400)):
        tend_idle_drafts()

    assert told("draft_idle") == {story.carrier.email}


def test_a_guest_sent_away_who_became_a_member_is_told_again(story, application):
    gina = welcome(application)
    story.save(seen(gina, application), by=gina, need="Un besoin.")
    revoke_guest(Guest.objects.get(), by=story.carrier)
    join(gina, story.organisation, verified=True)

    assert writers_of(application) == [story.carrier, gina]


# ── inviting, accepting, sending away


def test_an_invitation_is_sent_with_its_link(story, application):
    guest = invite_guest(application, by=story.carrier, email=GINA, access=GuestAccess.EDIT)

    letter = Message.objects.get(email=GINA)
    assert "Claire Porteuse vous invite à écrire dans le dossier « Jardins partagés »" in letter.text
    assert re.search(r"/dossiers/invitations/[\w-]{43}/", letter.text)
    assert letter.carries_secret
    assert (guest.invited_by, guest.expires_at - guest.invited_at) == (story.carrier, timedelta(days=14))


def test_a_second_invitation_to_an_address_replaces_the_first(story, application):
    first = invite_guest(application, by=story.carrier, email=GINA, access=GuestAccess.EDIT)
    second = invite_guest(application, by=story.carrier, email=GINA.upper(), access=GuestAccess.READ)

    assert list(application.guest_places.standing()) == [second]
    with pytest.raises(RefusedTransition, match="annulée ou remplacée"):
        accept_guest(first, by=UserFactory())


@pytest.mark.parametrize("who", ["member", "guest"])
def test_whoever_sees_the_dossier_is_not_invited(story, application, who):
    email = story.carrier.email if who == "member" else welcome(application).email

    with pytest.raises(RefusedTransition, match="voit déjà"):
        invite_guest(application, by=story.carrier, email=email.upper(), access=GuestAccess.EDIT)


def test_invitations_are_counted(story, application):
    for _ in range(MOST_GUESTS):
        GuestFactory(application=application)
    with pytest.raises(RefusedTransition, match="retirez-en"):
        invite_guest(application, by=story.carrier, email=GINA, access=GuestAccess.EDIT)

    application.guest_places.update(revoked_at=clock.now())
    for _ in range(MOST_A_DAY - MOST_GUESTS):
        GuestFactory(application=application, revoked=True)
    with pytest.raises(RefusedTransition, match="demain"):
        invite_guest(application, by=story.carrier, email=GINA, access=GuestAccess.EDIT)

    with clock.standing_at(clock.now() + timedelta(days=1, minutes=1)):
        assert invite_guest(application, by=story.carrier, email=GINA, access=GuestAccess.EDIT).email == GINA


@pytest.mark.parametrize(
    ("who", "invites"), [("starter", True), ("verified editor", True), ("verified reader", False), ("declared", False), ("agent", False)]
)
def test_members_who_write_invite(who, invites):
    story = tell_story(verified=True)
    application = story.start()
    person = story.carrier if who == "starter" else UserFactory()
    match who:
        case "verified editor" | "verified reader":
            join(person, story.organisation, verified=True, role=MemberRole.EDITOR if who == "verified editor" else MemberRole.READER)
        case "declared":
            join(person, story.organisation)
        case "agent":
            mandate = MandateFactory(client=story.organisation, granted=True, granted_by=story.carrier, may_deposit=True)
            MembershipFactory(organisation=mandate.agent, user=person, verified=True)

    assert invites_guests(person, application) == invites


def test_accepting_opens_the_dossier_and_tells_who_invited(story, application):
    guest = GuestFactory(application=application, email=GINA)
    gina = UserFactory(email="autre@exemple.fr", first_name="Gina", last_name="Rossi")

    accept_guest(guest, by=gina)

    assert seen(gina, application) == application
    letter = Message.objects.get(recipient=story.carrier, kind="guest_accepted")
    assert "Gina Rossi (autre@exemple.fr) a accepté l’invitation que vous aviez envoyée à gina@exemple.fr" in letter.text


@pytest.mark.parametrize("why", ["expired", "revoked", "taken", "author gone", "author left"])
def test_a_link_of_no_use_opens_nothing(story, application, why):
    guest = GuestFactory(application=application, email=GINA, revoked=why == "revoked")
    match why:
        case "expired":
            Guest.objects.update(expires_at=clock.now())
        case "taken":
            accept_guest(guest, by=UserFactory())
        case "author gone":
            Guest.objects.update(invited_by=None)
        case "author left":
            story.carrier.memberships.all().delete()
    late = UserFactory()

    with pytest.raises(RefusedTransition):
        accept_guest(guest, by=late)

    assert seen(late, application) is None


def test_sending_away_twice_is_once(story, application):
    guest = GuestFactory(application=application)

    first = revoke_guest(guest, by=story.carrier).revoked_at
    with clock.standing_at(clock.now() + timedelta(hours=1)):
        assert revoke_guest(guest, by=story.carrier).revoked_at == first
