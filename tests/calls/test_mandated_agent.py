"""What a support structure may do with its client's dossiers: the scope of its mandate, its dates, the role of each of its people."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from calls.actions.application import (
    delete_draft,
    resume_application,
    save_answers,
    start_application,
    withdraw_application,
)
from calls.models import Application
from calls.permissions import deletes_draft, deposits_application, edits_application
from calls.queries.application import application_for
from calls.workflow import APPLICATION_TRANSITIONS
from community.enums import MandateState, MemberRole, MemberStanding
from community.models import Mandate
from kit import clock
from kit.workflow import RefusedTransition, available
from projects.models import Project
from tests.calls.cast import Story, join, make_organisation, tell_story
from tests.factories.accounts import UserFactory
from tests.factories.community import MandateFactory, MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PEOPLE = {
    "administrator": {"verified": True, "role": MemberRole.ADMINISTRATOR},
    "editor": {"verified": True, "role": MemberRole.EDITOR},
    "reader": {"verified": True, "role": MemberRole.READER},
    "declared editor": {"role": MemberRole.EDITOR},
    "declared administrator": {"role": MemberRole.ADMINISTRATOR},
}
WRITERS = {"administrator", "editor"}
READERS = {*WRITERS, "reader"}


def mandate_for(story: Story, **fields) -> Mandate:
    """A mandate in force that the carrier granted, unless `fields` say otherwise."""
    return MandateFactory(**{"client": story.organisation, "granted": True, "granted_by": story.carrier, **fields})


def people_of(mandate: Mandate):
    return {name: MembershipFactory(organisation=mandate.agent, **fields).user for name, fields in PEOPLE.items()}


def prepared_under(mandate: Mandate, story: Story, *, by=None) -> Application:
    """A dossier that the structure started for its client."""
    by = by or MembershipFactory(organisation=mandate.agent, verified=True).user
    project = Project.objects.create(organisation=story.organisation, name="Préparé", summary="…", created_by=by)
    return start_application(story.round, story.organisation, project, by=by, arrived_at=clock.now(), mandate=mandate)[0]


def started_by(story: Story, person) -> Application:
    project = Project.objects.create(organisation=story.organisation, name="Autre", summary="…", created_by=person)
    return start_application(story.round, story.organisation, project, by=person, arrived_at=clock.now())[0]


def of_a_declared_colleague(story: Story, mandate: Mandate) -> Application:
    colleague = UserFactory()
    join(colleague, story.organisation)
    return started_by(story, colleague)


def of_a_verified_colleague(story: Story, mandate: Mandate) -> Application:
    colleague = UserFactory()
    join(colleague, story.organisation, verified=True)
    return started_by(story, colleague)


def shared_since_someone_verified_wrote(story: Story, mandate: Mandate) -> Application:
    application = of_a_declared_colleague(story, mandate)
    Application.objects.filter(pk=application.pk).update(is_shared=True)
    return application


def of_another_client(story: Story, mandate: Mandate) -> Application:
    other = OrganisationFactory()
    person = MembershipFactory(organisation=other, verified=True).user
    return started_by(Story(story.round, person, other, story.project), person)


DOSSIERS = {
    "prepared under the mandate": lambda story, mandate: prepared_under(mandate, story),
    "of who granted it": lambda story, mandate: story.start(),
    "of a verified colleague": of_a_verified_colleague,
    "shared between verified members": shared_since_someone_verified_wrote,
    "of a declared colleague": of_a_declared_colleague,
    "prepared by another structure": lambda story, mandate: prepared_under(mandate_for(story, granted_by=UserFactory()), story),
    "of another client": of_another_client,
}
COVERED = {
    MemberStanding.VERIFIED: {
        "prepared under the mandate",
        "of who granted it",
        "of a verified colleague",
        "shared between verified members",
    },
    MemberStanding.DECLARED: {"prepared under the mandate", "of who granted it"},
}


@pytest.mark.parametrize("dossier", DOSSIERS)
@pytest.mark.parametrize("standing", COVERED)
def test_scope_follows_the_standing_of_who_granted(standing, dossier):
    story = tell_story(verified=standing == MemberStanding.VERIFIED)
    mandate = mandate_for(story, granted_standing=standing)
    people = people_of(mandate)

    application = DOSSIERS[dossier](story, mandate)

    covered = dossier in COVERED[standing]
    assert {name for name, person in people.items() if application_for(person, pk=application.pk)} == (READERS if covered else set())
    assert {name for name, person in people.items() if edits_application(person, fresh(application))} == (WRITERS if covered else set())


@pytest.mark.parametrize(
    ("who", "sees"),
    [("who granted", True), ("who granted and left", False), ("verified colleague", True), ("declared colleague", False)],
)
def test_client_sees_what_is_prepared_for_it(who, sees):
    story = tell_story()
    application = prepared_under(mandate_for(story, granted_standing=MemberStanding.DECLARED), story)
    person = story.carrier if "granted" in who else UserFactory()
    if "colleague" in who:
        join(person, story.organisation, verified="verified" in who)
    if "left" in who:
        story.organisation.memberships.all().delete()
        join(person, make_organisation(name="Ailleurs"), verified=True)

    assert (application_for(person, pk=application.pk) is not None) == sees


def test_who_granted_a_mandate_does_not_see_what_it_opens_to_the_structure():
    story = tell_story()
    mandate = mandate_for(story)

    assert application_for(story.carrier, pk=of_a_verified_colleague(story, mandate).pk) is None


MANDATES = {
    "in force": {},
    "in force since now": {"granted_at": lambda now: now},
    "expires tomorrow": {"expires_at": lambda now: now + DAY},
    "not begun": {"granted_at": lambda now: now + DAY},
    "expired now": {"expires_at": lambda now: now},
    "asked": {"granted": False, "granted_by": None},
    "refused": {"granted": False, "granted_by": None, "refused": True},
    "revoked": {"granted": False, "revoked": True, "granted_standing": MemberStanding.VERIFIED},
}
IN_FORCE = {"in force", "in force since now", "expires tomorrow"}


@pytest.mark.parametrize("dates", MANDATES)
@pytest.mark.parametrize("may_deposit", [True, False], ids=["may deposit", "may not"])
def test_reads_writes_deposits_and_withdraws_while_the_mandate_is_in_force(dates, may_deposit):
    now = clock.now()
    with clock.standing_at(now):
        story = tell_story(verified=True)
        fields = {name: value(now) if callable(value) else value for name, value in MANDATES[dates].items()}
        mandate = mandate_for(story, may_deposit=may_deposit, **fields)
        people = people_of(mandate)
        draft = story.start()

        found = {
            name: (
                application_for(person, pk=draft.pk) is not None,
                edits_application(person, fresh(draft)),
                deposits_application(person, fresh(draft)),
                deletes_draft(person, fresh(draft)),
            )
            for name, person in people.items()
        }

    writer, reader = (True, True, may_deposit, False), (True, False, False, False)
    nothing = dict.fromkeys(PEOPLE, (False, False, False, False))
    assert found == ({**nothing, **dict.fromkeys(WRITERS, writer), "reader": reader} if dates in IN_FORCE else nothing)


@pytest.mark.parametrize("may_deposit", [True, False], ids=["may deposit", "may not"])
@pytest.mark.parametrize(
    ("state", "writes", "deposits"),
    [("draft", set(), {"deposit"}), ("deposited", set(), {"deposit_again", "withdraw"}), ("withdrawn", {"resume"}, set())],
)
def test_moves_by_state_and_role(state, writes, deposits, may_deposit):
    story = tell_story(verified=True)
    people = people_of(mandate_for(story, may_deposit=may_deposit))
    application = story.start() if state == "draft" else story.deposited()
    if state == "withdrawn":
        application = withdraw_application(application, by=story.carrier)

    drawn = {
        name: {move.name for move in available(fresh(application), person, APPLICATION_TRANSITIONS)} for name, person in people.items()
    }

    expected = writes | (deposits if may_deposit else set())
    assert drawn == {name: expected if name in WRITERS else set() for name in PEOPLE}


@pytest.mark.parametrize("who", PEOPLE)
def test_every_write_asks_the_mandate_again(who):
    story = tell_story(verified=True)
    person = people_of(mandate_for(story, may_deposit=True))[who]
    application = story.start()
    story.save(application, need="Un besoin.")
    writes = {
        "save": lambda: story.save(application, by=person, note="Une note."),
        "deposit": lambda: story.deposit(application, by=person),
        "withdraw": lambda: withdraw_application(application, by=person),
        "resume": lambda: resume_application(application, by=person, arrived_at=clock.now()),
    }

    outcomes = {name: outcome_of(write) for name, write in writes.items()}

    # who may do nothing leaves a draft, which nobody withdraws nor resumes: the state refuses before the person is asked about
    refused = {"save": "denied", "deposit": "denied", "withdraw": "refused", "resume": "refused"}
    assert outcomes == (dict.fromkeys(writes, "done") if who in WRITERS else refused)


def test_mandate_that_ends_while_a_page_is_open_stops_its_next_write():
    story = tell_story(verified=True)
    mandate = mandate_for(story, may_deposit=True, expires_at=clock.now() + DAY)
    agent = people_of(mandate)["editor"]
    application = prepared_under(mandate, story, by=agent)
    story.save(application, by=agent, need="Un besoin.")
    assert edits_application(agent, application_for(agent, pk=application.pk))

    Mandate.objects.filter(pk=mandate.pk).update(state=MandateState.REVOKED, revoked_at=clock.now())

    opened = application_for(agent, pk=application.pk)  # as the next request fetches it: who started it goes on reading it
    assert outcome_of(lambda: save_answers(opened, {}, {}, by=agent, arrived_at=clock.now())) == "denied"
    assert outcome_of(lambda: story.deposit(opened, by=agent)) == "denied"
    assert edits_application(story.carrier, fresh(application))


def test_mandated_writer_who_may_not_deposit_is_refused_for_every_move_that_binds():
    story = tell_story(verified=True)
    agent = people_of(mandate_for(story))["administrator"]
    application = story.deposited()
    story.save(application, by=agent, need="Un besoin mieux dit.")

    assert outcome_of(lambda: story.deposit(application, by=agent)) == "denied"
    assert outcome_of(lambda: withdraw_application(application, by=agent)) == "denied"


@pytest.mark.parametrize(("mine", "outcome"), [(True, "done"), (False, "denied")])
def test_structure_deletes_only_the_draft_that_its_own_person_started(mine, outcome):
    story = tell_story(verified=True)
    mandate = mandate_for(story, may_deposit=True)
    agent = people_of(mandate)["administrator"]
    application = prepared_under(mandate, story, by=agent if mine else None)

    assert outcome_of(lambda: delete_draft(application, by=agent)) == outcome


def fresh(application: Application) -> Application:
    """As the next page would fetch it: an object answers once for each person."""
    return Application.objects.select_related("round", "organisation").get(pk=application.pk)


def outcome_of(write) -> str:
    try:
        write()
    except PermissionDenied:
        return "denied"
    except RefusedTransition:
        return "refused"
    return "done"
