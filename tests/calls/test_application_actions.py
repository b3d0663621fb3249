"""Writing a dossier: start, save, conflicts, withdrawal, deletion, following."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import Group
from calls.actions.application import (
    RoundNotOpen,
    delete_draft,
    follow_application,
    resume_application,
    start_application,
    withdraw_application,
)
from calls.enums import ApplicationState, RoundState
from calls.models import Answer, Application
from calls.permissions import edits_application
from community.enums import MemberRole, MemberStanding
from kit import clock
from kit.workflow import RefusedTransition
from notifications.models import Message
from projects.models import Project
from tests.calls.cast import join, make_organisation, tell_story
from tests.factories.accounts import UserFactory
from tests.factories.community import MandateFactory

pytestmark = pytest.mark.django_db


def test_start_twice_shows_the_first():
    story = tell_story()

    first, started = start_application(story.round, story.organisation, story.project, by=story.carrier, arrived_at=clock.now())
    again, started_again = start_application(story.round, story.organisation, story.project, by=story.carrier, arrived_at=clock.now())

    assert (started, started_again) == (True, False)
    assert first.pk == again.pk


def test_start_by_a_verified_colleague_shows_the_first():
    story = tell_story(verified=True)
    first = story.start()
    colleague = UserFactory()
    join(colleague, story.organisation, verified=True)

    again, started = start_application(story.round, story.organisation, story.project, by=colleague, arrived_at=clock.now())

    assert (again.pk, started) == (first.pk, False)


@pytest.mark.parametrize("way", ["verified now", "left, then back"])
def test_what_one_started_is_shared_from_the_day_one_is_verified(way):
    story = tell_story()
    dossier = story.start()
    other = make_organisation()
    join(story.carrier, other)
    project = Project.objects.create(organisation=other, name="Ailleurs", summary="…", created_by=story.carrier)
    elsewhere, _ = start_application(story.round, other, project, by=story.carrier, arrived_at=clock.now())
    colleague = join(UserFactory(), story.organisation, verified=True).user
    assert not Application.objects.visible_to(colleague).exists()

    if way == "verified now":
        story.carrier.memberships.filter(organisation=story.organisation).update(standing=MemberStanding.VERIFIED, verified_at=clock.now())
    else:
        story.carrier.memberships.filter(organisation=story.organisation).delete()
        join(story.carrier, story.organisation, verified=True)

    assert list(Application.objects.visible_to(colleague)) == [dossier]
    assert not Application.objects.get(pk=elsewhere.pk).is_shared


def test_start_by_a_declared_colleague_makes_their_own():
    story = tell_story()
    first = story.start()
    colleague = UserFactory()
    join(colleague, story.organisation)

    own, started = start_application(story.round, story.organisation, story.project, by=colleague, arrived_at=clock.now())

    assert started
    assert own.pk != first.pk
    assert not Application.objects.visible_to(colleague).filter(pk=first.pk).exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"open": False, "coming": True}, "pas encore ouvert"),
        ({"open": False, "closed": True}, "clôture est passée"),
        ({"open": False}, "pas encore ouvert"),
        ({"state": RoundState.CANCELLED}, "annulé"),
    ],
)
def test_start_outside_the_opening_is_refused(fields, sentence):
    story = tell_story(**fields)

    with pytest.raises(RoundNotOpen, match=sentence):
        story.start()


def test_start_for_another_organisations_project_is_refused():
    story = tell_story()
    other = make_organisation(name="Autre")
    join(story.carrier, other)

    with pytest.raises(PermissionDenied):
        start_application(story.round, other, story.project, by=story.carrier, arrived_at=clock.now())


def test_start_by_a_reader_is_refused():
    story = tell_story()
    reader = UserFactory()
    join(reader, story.organisation, role=MemberRole.READER)

    with pytest.raises(PermissionDenied):
        start_application(story.round, story.organisation, story.project, by=reader, arrived_at=clock.now())


def test_save_keeps_what_cannot_be_read():
    story = tell_story()
    application = story.start()

    saving = story.save(application, need="mot " * 400)

    assert saving.changed == ("need",)
    answer = Answer.objects.get(application=application)
    assert answer.value is None
    assert answer.typed.startswith("mot mot")


def test_save_of_nothing_new_changes_nothing():
    story = tell_story()
    application = story.start()
    story.save(application, need="Un besoin.")
    application.refresh_from_db()
    revision = application.revision

    saving = story.save(application, need="Un besoin.", note="")

    application.refresh_from_db()
    assert saving.changed == ()
    assert application.revision == revision


def test_save_over_someone_elses_text_is_a_conflict():
    story = tell_story()
    application = story.start()
    story.save(application, need="Premier texte.")
    story.save(application, need="Texte de l’autre onglet.", based_on={"need": 1})

    saving = story.save(application, need="Mon texte.", note="Une note.", based_on={"need": 1})

    assert saving.changed == ("note",)
    assert saving.conflicts["need"].typed == "Texte de l’autre onglet."
    assert Answer.objects.get(application=application, question_key="need").typed == "Texte de l’autre onglet."


def test_save_keeps_neither_more_nor_other_than_a_text_that_is_not_too_long():
    story = tell_story()
    application = story.start()
    story.save(application, need="Premier texte.")

    saving = story.save(application, need="a" * 100_001, note="Une note.")

    assert (saving.changed, saving.conflicts, saving.too_long, saving.is_whole) == (("note",), {}, {"need"}, False)
    assert application.answers.get(question_key="need").typed == "Premier texte."


def test_save_of_the_same_text_from_two_tabs_is_no_conflict():
    story = tell_story()
    application = story.start()
    story.save(application, need="Le même.", based_on={})

    saving = story.save(application, need="Le même.", based_on={})

    assert saving.conflicts == {}


def test_save_after_closing_is_refused():
    story = tell_story()
    application = story.start()

    with pytest.raises(RoundNotOpen):
        story.save(application, need="Trop tard.", at=story.round.closes_at + timedelta(microseconds=1))

    assert not Answer.objects.exists()


def test_save_of_a_stranger_is_refused():
    story = tell_story()
    application = story.start()

    with pytest.raises(PermissionDenied):
        story.save(application, by=UserFactory(), need="Intrus.")


def test_withdrawn_dossier_takes_no_answer_until_resumed():
    story = tell_story()
    application = withdraw_application(story.deposited(), by=story.carrier)
    assert application.state == ApplicationState.WITHDRAWN

    with pytest.raises(RefusedTransition, match="retiré"):
        story.save(application, need="Encore.")

    application = resume_application(application, by=story.carrier, arrived_at=clock.now())
    assert application.state == ApplicationState.DRAFT
    story.save(application, need="Encore.")
    assert story.deposit(application).sequence == 2


def test_resume_after_closing_is_refused():
    story = tell_story()
    application = withdraw_application(story.deposited(), by=story.carrier)

    with pytest.raises(RoundNotOpen):
        resume_application(application, by=story.carrier, arrived_at=story.round.closes_at + timedelta(seconds=1))


def test_withdraw_twice_from_two_tabs_is_refused():
    story = tell_story()
    application = story.deposited()
    withdraw_application(application, by=story.carrier)

    with pytest.raises(RefusedTransition):
        withdraw_application(application, by=story.carrier)


def test_delete_draft_deletes_answers():
    story = tell_story()
    application = story.start()
    story.save(application, need="Un besoin.")

    delete_draft(application, by=story.carrier)

    assert not Application.objects.exists()
    assert not Answer.objects.exists()


def test_delete_of_a_deposited_dossier_is_refused():
    story = tell_story()
    application = story.deposited()

    with pytest.raises(RefusedTransition, match="a été déposé"):
        delete_draft(application, by=story.carrier)


def test_delete_by_a_stranger_is_refused():
    story = tell_story()

    with pytest.raises(PermissionDenied):
        delete_draft(story.start(), by=UserFactory())


def test_follow_is_for_reviewers():
    story = tell_story()
    application = story.deposited()
    reviewer = UserFactory(staff=True, group=Group.REVIEWER)
    auditor = UserFactory(staff=True, group=Group.AUDITOR)

    assert follow_application(application, reviewer, by=reviewer).follower == reviewer
    assert follow_application(application, None, by=reviewer).follower is None
    with pytest.raises(PermissionDenied):
        follow_application(application, reviewer, by=auditor)
    with pytest.raises(PermissionDenied):
        follow_application(application, auditor, by=reviewer)


def test_staff_see_deposits_and_never_drafts():
    story = tell_story()
    auditor = UserFactory(staff=True, group=Group.AUDITOR)
    draft = story.start()

    assert not Application.objects.visible_to(auditor).exists()
    assert not Application.objects.deposited_for(auditor).exists()

    story.save(draft, need="Un besoin.")
    story.deposit(draft)
    assert Application.objects.deposited_for(auditor).get() == draft
    assert not Application.objects.deposited_for(story.carrier).exists()


def test_withdrawal_is_told_to_whoever_wrote():
    story = tell_story()
    application = story.deposited()

    withdraw_application(application, by=story.carrier)

    message = Message.objects.get(kind="application_withdrawn")
    assert message.recipient == story.carrier
    assert "PIO26-0001" in message.subject


def test_a_mandated_structure_does_not_delete_its_clients_draft():
    story = tell_story(verified=True)
    draft = story.start()
    structure, sophie = make_organisation(name="Accompagner"), UserFactory()
    join(sophie, structure, verified=True)
    MandateFactory(client=story.organisation, agent=structure, granted=True, granted_by=story.carrier, granted_standing="verifie")
    assert edits_application(sophie, draft)

    with pytest.raises(PermissionDenied):
        delete_draft(draft, by=sophie)

    assert Application.objects.filter(pk=draft.pk).exists()
