"""What staff find: by a named person, with a reason, one in force, none lost."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Group
from calls.actions.application import withdraw_application
from calls.actions.finding import ReasonMissing, Seen, SeenOutdated, record_admissibility, record_eligibility
from calls.enums import Outcome
from calls.models import Admissibility, Eligibility
from calls.queries.findings import current_finding, examination_of
from kit.workflow import RefusedTransition
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return tell_story()


@pytest.fixture
def reviewer():
    return UserFactory(staff=True, group=Group.REVIEWER, first_name="Inès", last_name="Roux")


@pytest.mark.parametrize(("record", "model"), [(record_admissibility, Admissibility), (record_eligibility, Eligibility)])
def test_a_finding_supersedes_the_former_and_both_stay(story, reviewer, record, model):
    application = story.deposited()

    first = record(application, Outcome.FAVOURABLE, by=reviewer)
    second = record(application, Outcome.UNFAVOURABLE, by=reviewer, reason=" Trop récente. ")

    first.refresh_from_db()
    assert first.superseded_at is not None
    assert model.objects.current().get() == second
    assert (second.reason, second.by, second.deposit_id) == ("Trop récente.", reviewer, application.current_deposit_id)


def test_the_two_findings_are_separate_records(story, reviewer):
    application = story.deposited()

    record_admissibility(application, Outcome.FAVOURABLE, by=reviewer)

    assert not Eligibility.objects.exists()
    assert current_finding(application, "recevabilite").said == "Oui"
    assert current_finding(application, "eligibilite").said == "Pas encore examiné"


def test_an_unfavourable_finding_needs_its_reason(story, reviewer):
    with pytest.raises(ReasonMissing):
        record_eligibility(story.deposited(), Outcome.UNFAVOURABLE, by=reviewer, reason="  ")


def test_a_second_reviewer_sees_the_first_finding_then_confirms(story, reviewer):
    application = story.deposited()
    seen = Seen(deposit=application.current_deposit_id)
    first = record_admissibility(application, Outcome.FAVOURABLE, by=reviewer, seen=seen)
    other = UserFactory(staff=True, group=Group.REVIEWER)

    with pytest.raises(SeenOutdated, match="Inès Roux vient d’enregistrer"):
        record_admissibility(application, Outcome.UNFAVOURABLE, by=other, reason="Hors délai.", seen=seen)

    confirmed = Seen(deposit=application.current_deposit_id, finding=first.pk)
    assert record_admissibility(application, Outcome.UNFAVOURABLE, by=other, reason="Hors délai.", seen=confirmed).by == other


def test_a_deposit_made_meanwhile_is_read_before_the_finding(story, reviewer):
    application = story.deposited()
    seen = Seen(deposit=application.current_deposit_id)
    story.save(application, need="Un autre besoin.")
    story.deposit(application)

    with pytest.raises(SeenOutdated, match="a déposé des modifications"):
        record_admissibility(application, Outcome.FAVOURABLE, by=reviewer, seen=seen)


def test_a_finding_on_an_earlier_deposit_is_said_to_be(story, reviewer):
    application = story.deposited()
    record_admissibility(application, Outcome.FAVOURABLE, by=reviewer)
    story.save(application, need="Un autre besoin.")
    story.deposit(application)
    application.refresh_from_db()

    assert [view.is_outdated for view in examination_of(application).views] == [True, False]


@pytest.mark.parametrize("who", ["auditor", "carrier", "stranger"])
def test_a_finding_is_for_reviewers(story, who):
    people = {"auditor": UserFactory(staff=True, group=Group.AUDITOR), "carrier": story.carrier, "stranger": UserFactory()}

    with pytest.raises(PermissionDenied):
        record_admissibility(story.deposited(), Outcome.FAVOURABLE, by=people[who])


def test_a_draft_or_a_withdrawn_dossier_takes_no_finding(story, reviewer):
    with pytest.raises(RefusedTransition):
        record_admissibility(story.start(), Outcome.FAVOURABLE, by=reviewer)

    withdrawn = withdraw_application(story.deposited(), by=story.carrier)
    with pytest.raises(RefusedTransition):
        record_admissibility(withdrawn, Outcome.FAVOURABLE, by=reviewer)


def test_a_finding_locks_the_dossier(story, reviewer):
    application = story.deposited()

    with CaptureQueriesContext(connection) as queries:
        record_admissibility(application, Outcome.FAVOURABLE, by=reviewer)

    assert any("FOR UPDATE" in query["sql"] and "calls_application" in query["sql"] for query in queries)


def test_an_author_whose_account_is_deleted_is_said_so(story, reviewer):
    application = story.deposited()
    record_admissibility(application, Outcome.FAVOURABLE, by=reviewer)
    reviewer.delete()

    with pytest.raises(SeenOutdated, match="compte est supprimé"):
        record_admissibility(
            application,
            Outcome.FAVOURABLE,
            by=UserFactory(staff=True, group=Group.REVIEWER),
            seen=Seen(deposit=application.current_deposit_id),
        )


def test_an_unknown_finding_has_no_name(story):
    with pytest.raises(LookupError):
        current_finding(story.deposited(), "autre")
