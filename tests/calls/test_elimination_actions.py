"""Elimination of deposited dossiers: what is due, who may do what when, what goes and what stays."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import OperationalError, transaction

from accounts.enums import Group
from calls import tasks
from calls.actions import elimination as actions
from calls.actions.application import resume_application, withdraw_application
from calls.actions.elimination import (
    CHANGED,
    abandon_elimination,
    add_requested,
    approve_elimination,
    carry_out_elimination,
    keep_back,
    prepare_elimination,
    prepare_monthly,
    run_elimination,
    submit_elimination,
    sweep_eliminations,
)
from calls.actions.finding import record_admissibility, record_eligibility
from calls.actions.receipt import write_receipt_pdf
from calls.enums import EliminationGround, EliminationState, Outcome
from calls.models import (
    Answer,
    Application,
    Deposit,
    EliminationLine,
    EliminationList,
    Receipt,
    Round,
)
from calls.workflow import ELIMINATION_TRANSITIONS
from kit import clock
from kit.workflow import RefusedTransition, advance, available
from notifications.models import Message
from tests.calls.cast import tell_story
from tests.calls.eliminations import (
    BEFORE,
    CLOSING,
    DATED,
    INSTANT,
    MOVES,
    STAFF,
    TEN_YEARS,
    another,
    approved,
    deposited,
    numbers_due,
    ordered,
    prepared,
)
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    with clock.standing_at(BEFORE):
        return tell_story(closes_at=CLOSING)


@pytest.fixture
def manager():
    return UserFactory(staff=True, group=Group.CALL_MANAGER)


@pytest.fixture
def administrator():
    return UserFactory(staff=True, group=Group.ADMINISTRATOR)


# What is due


def withdrawn(application, story, reviewer):
    with clock.standing_at(BEFORE):
        withdraw_application(application, by=story.carrier)


def taken_up_again(application, story, reviewer):
    withdrawn(application, story, reviewer)
    with clock.standing_at(BEFORE):
        resume_application(application, by=story.carrier, arrived_at=BEFORE)


def inadmissible(application, story, reviewer):
    record_admissibility(application, Outcome.UNFAVOURABLE, by=reviewer, reason="Incomplet.")


def ineligible(application, story, reviewer):
    record_eligibility(application, Outcome.UNFAVOURABLE, by=reviewer, reason="Trop jeune.")


def found_good(application, story, reviewer):
    record_admissibility(application, Outcome.UNFAVOURABLE, by=reviewer, reason="Incomplet.")
    record_admissibility(application, Outcome.FAVOURABLE, by=reviewer)
    record_eligibility(application, Outcome.FAVOURABLE, by=reviewer)


@pytest.mark.parametrize(
    ("fate", "ground", "years"),
    [
        (withdrawn, EliminationGround.WITHDRAWN, 2),
        (taken_up_again, EliminationGround.WITHDRAWN, 2),
        (inadmissible, EliminationGround.INADMISSIBLE, 2),
        (ineligible, EliminationGround.INELIGIBLE, 2),
        (found_good, EliminationGround.EXPIRED, 10),
        (lambda *_: None, EliminationGround.EXPIRED, 10),
    ],
    ids=["withdrawn", "taken up again", "inadmissible", "ineligible", "found good in the end", "not examined"],
)
def test_dossier_is_due_once_its_time_has_run_from_the_closing(story, manager, fate, ground, years):
    fate(deposited(story), story, manager)
    at = CLOSING.replace(year=2018 + years)

    assert (numbers_due(at - INSTANT), numbers_due(at)) == ([], ["PIO26-0001"])
    line = prepared(at=at).lines.get()
    assert (line.ground, line.kept_years, line.kept_since, line.due_on) == (ground, years, CLOSING.date(), at.date())


def test_its_own_delay_or_a_later_deposit_starts_the_time_later(story):
    application = deposited(story)
    Application.objects.filter(pk=application.pk).update(extended_until=CLOSING + timedelta(days=1))

    assert (numbers_due(TEN_YEARS + timedelta(days=1) - INSTANT), numbers_due(TEN_YEARS + timedelta(days=1))) == ([], ["PIO26-0001"])


def test_permanent_round_counts_from_the_deposit():
    with clock.standing_at(BEFORE):
        story = tell_story(permanent=True)
    deposited(story)

    assert (numbers_due(TEN_YEARS - timedelta(days=1) - INSTANT), numbers_due(TEN_YEARS - timedelta(days=1))) == ([], ["PIO26-0001"])


def test_neither_a_draft_nor_an_open_round_is_ever_due(story):
    with clock.standing_at(BEFORE):
        story.start()
    deposited(another(story))
    Round.objects.update(closes_at=TEN_YEARS, refused_years=0, accepted_years=0)

    assert numbers_due(TEN_YEARS) == []
    assert numbers_due(TEN_YEARS + INSTANT) == ["PIO26-0001"]


# Preparing


def test_list_says_of_each_dossier_what_the_archives_ask(story, manager):
    application = deposited(story)
    with clock.standing_at(BEFORE + timedelta(hours=2)):
        story.save(application, need="Mieux dit.")
        story.deposit(application)
    elimination = prepared(by=manager)
    line = elimination.lines.get()
    last = Deposit.objects.get(sequence=2)

    assert (elimination.number, elimination.state, elimination.prepared_by) == ("2028-01", EliminationState.PREPARED, manager)
    assert (line.number, line.call_title, line.round_name) == ("PIO26-0001", story.round.call.title, story.round.name)
    assert (line.organisation_name, line.content_sha256) == ("Les Jardins de Claire", last.content_sha256)
    assert (line.first_deposit_at, line.last_deposit_at) == (BEFORE, BEFORE + timedelta(hours=2))
    assert [(log.name, log.actor) for log in elimination.transitions.all()] == [("prepare", manager)]


def test_what_becomes_due_joins_the_list_in_preparation_once(story, manager):
    deposited(story)
    first = prepared()
    with clock.standing_at(TEN_YEARS):
        assert prepare_elimination(by=manager) is None
    deposited(another(story))

    assert prepared(by=manager) == first
    assert [line.number for line in first.lines.all()] == ["PIO26-0001", "PIO26-0002"]


def test_nothing_due_makes_no_list(story):
    with clock.standing_at(TEN_YEARS):
        assert prepare_elimination(by=None) is None
    assert not EliminationList.objects.exists()


@pytest.mark.parametrize("group", [None, Group.AUDITOR, Group.REVIEWER])
def test_only_managers_prepare_and_add(story, group):
    deposited(story)
    person = UserFactory(staff=True, group=group)

    with clock.standing_at(TEN_YEARS), pytest.raises(PermissionDenied):
        prepare_elimination(by=person)
    with pytest.raises(PermissionDenied):
        add_requested("PIO26-0001", "RGPD 7", by=person)
    with pytest.raises(PermissionDenied):
        keep_back(prepared().lines.get(), by=person, reason="Contentieux.")


def test_task_makes_one_list_of_its_own_a_month(story):
    deposited(story)
    with clock.standing_at(TEN_YEARS):
        tasks.prepare_eliminations()
        abandon_elimination(EliminationList.objects.get(), by=UserFactory(staff=True, group=Group.CALL_MANAGER), reason="Trop tôt.")
        assert prepare_monthly() is None
    with clock.standing_at(datetime(2028, 2, 29, 22, 59, tzinfo=UTC)):
        assert prepare_monthly() is None
    with clock.standing_at(datetime(2028, 2, 29, 23, tzinfo=UTC)):  # the 1st of March in Paris
        second = prepare_monthly()

    assert [each.number for each in EliminationList.objects.all()] == ["2028-02", "2028-01"]
    assert (second.prepared_by, second.lines.get().number) == (None, "PIO26-0001")


def test_request_of_erasure_takes_the_same_road_whatever_the_age(story, manager):
    deposited(story)

    with clock.standing_at(CLOSING):
        line = add_requested("pio26-0001", "RGPD 2018-4", by=manager)

    assert (line.ground, line.request_reference, line.due_on) == (EliminationGround.REQUEST, "RGPD 2018-4", None)
    assert line.list.state == EliminationState.PREPARED
    with pytest.raises(RefusedTransition, match="déjà sur un bordereau"):
        add_requested("PIO26-0001", "RGPD 2018-4", by=manager)
    with pytest.raises(RefusedTransition, match="déjà sur un bordereau"):
        add_requested("PIO26-9999", "RGPD 2018-4", by=manager)
    with pytest.raises(RefusedTransition, match="référence"):
        add_requested("PIO26-0001", " ", by=manager)


def test_dossier_kept_back_is_proposed_again_only_once_it_changed(story, manager):
    application = deposited(story)
    elimination = prepared()
    keep_back(elimination.lines.get(), by=manager, reason="Contentieux.")
    abandon_elimination(elimination, by=manager, reason="Vide.")

    before = numbers_due(TEN_YEARS)
    with clock.standing_at(BEFORE):
        story.save(application, need="Mieux dit.")
        story.deposit(application)

    assert (before, numbers_due(TEN_YEARS)) == ([], ["PIO26-0001"])


def test_keeping_back_says_why_once_and_before_the_order(story, manager, administrator):
    deposited(story)
    deposited(another(story))
    first, second = prepared().lines.all()
    with pytest.raises(RefusedTransition, match="pourquoi"):
        keep_back(first, by=manager, reason=" ")
    keep_back(first, by=manager, reason="Contentieux.")
    with pytest.raises(RefusedTransition, match="déjà conservé"):
        keep_back(first, by=manager, reason="Contentieux.")
    elimination = submit_elimination(first.list, by=manager, archives_service="Archives")
    approve_elimination(elimination, by=manager, reference="V", on=date(2028, 3, 1), given_by="Anne")
    carry_out_elimination(elimination, by=administrator, confirmation=elimination.number)

    with pytest.raises(RefusedTransition, match="ne change plus"):
        keep_back(second, by=manager, reason="Contentieux.")


def test_list_that_asks_for_nothing_is_not_submitted(story, manager):
    deposited(story)
    line = prepared().lines.get()
    keep_back(line, by=manager, reason="Contentieux.")

    with pytest.raises(RefusedTransition, match="rien à soumettre"):
        submit_elimination(line.list, by=manager, archives_service="Archives")


# States and people


@pytest.mark.parametrize("state", MOVES)
def test_moves_by_state_and_person(state):
    elimination = EliminationList.objects.create(**DATED, state=state)
    people = {name: UserFactory(staff=True, group=group) for name, group in STAFF.items()} | {"stranger": UserFactory()}

    drawn = {name: {move.name for move in available(elimination, person, ELIMINATION_TRANSITIONS)} for name, person in people.items()}

    by_hand = MOVES[state] - {"finish"}
    assert drawn == {
        "administrator": by_hand,
        "call manager": by_hand - {"carry_out"},
        "reviewer": set(),
        "auditor": set(),
        "stranger": set(),
    }


@pytest.mark.parametrize("state", MOVES)
@pytest.mark.parametrize("move", [move.name for move in ELIMINATION_TRANSITIONS])
def test_moves_only_from_the_states_of_the_table(state, move):
    elimination = EliminationList.objects.create(**DATED, state=state)

    if move in MOVES[state]:
        moved = advance(elimination, move, ELIMINATION_TRANSITIONS, by=None)
        assert list(elimination.transitions.values_list("name", "from_state", "to_state")) == [(move, state, moved.state)]
    else:
        with pytest.raises(RefusedTransition):
            advance(elimination, move, ELIMINATION_TRANSITIONS, by=None)


def test_each_step_keeps_who_when_and_what_the_archives_answered(story, manager, administrator):
    deposited(story)
    elimination = ordered(manager, administrator)

    assert (elimination.submitted_by, elimination.archives_service) == (manager, "Mission des archives")
    assert (elimination.visa_reference, elimination.visa_on, elimination.visa_by) == ("VISA-7", date(2028, 3, 1), "Anne Archive")
    assert elimination.ordered_by == administrator
    assert [(log.name, log.actor) for log in elimination.transitions.all()][1:] == [
        ("submit", manager),
        ("approve", manager),
        ("carry_out", administrator),
    ]


def test_manager_does_not_carry_out_and_nobody_by_accident(story, manager, administrator):
    deposited(story)
    elimination = approved(manager)

    with pytest.raises(PermissionDenied):
        carry_out_elimination(elimination, by=manager, confirmation=elimination.number)
    with pytest.raises(RefusedTransition, match="tapez le numéro"):
        carry_out_elimination(elimination, by=administrator, confirmation="oui")
    with pytest.raises(RefusedTransition, match="motif"):
        abandon_elimination(elimination, by=manager, reason=" ")
    assert Deposit.objects.exists()


# Carrying out


def test_nothing_is_left_of_the_dossier_but_its_line_and_the_numbers_of_its_receipts(story, manager, administrator):
    application = deposited(story)
    other = deposited(another(story))
    record_admissibility(application, Outcome.FAVOURABLE, by=manager)
    write_receipt_pdf(Receipt.objects.get(deposit__application=application).pk)
    receipt = Receipt.objects.get(deposit__application=application)
    name = str(receipt.pdf.name)
    with clock.standing_at(TEN_YEARS):
        elimination = prepare_elimination(by=None)
        keep_back(elimination.lines.get(application=other), by=manager, reason="Contentieux.")
    submit_elimination(elimination, by=manager, archives_service="Archives")
    approve_elimination(elimination, by=manager, reference="V", on=date(2028, 3, 1), given_by="Anne")

    with clock.standing_at(TEN_YEARS), pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction, "on_commit", lambda act: act())
        patch.setattr(actions.hand, "give", lambda *_: None)
        ordered = carry_out_elimination(elimination, by=administrator, confirmation=elimination.number)
        tasks.run_elimination(ordered.pk)
    elimination.refresh_from_db()

    assert (elimination.state, elimination.carried_out_at) == (EliminationState.CARRIED_OUT, TEN_YEARS)
    assert list(Application.objects.all()) == [other]
    assert {deposit.application_id for deposit in Deposit.objects.all()} == {other.pk}
    assert {answer.application_id for answer in Answer.objects.all()} == {other.pk}
    line = EliminationLine.objects.get(kept_reason="")
    assert (line.application, line.number, line.eliminated_at) == (None, "PIO26-0001", TEN_YEARS)
    left = line.receipts.get()
    assert (left.number, receipt.code in left.code_sha256) == (receipt.number, False)
    assert not default_storage.exists(name)


def test_file_that_cannot_be_deleted_stops_nothing(monkeypatch, caplog):
    def fails(name):
        raise OSError(name)

    monkeypatch.setattr(default_storage, "delete", fails)

    actions._delete_files(["receipts/a.pdf"])

    assert "could not be deleted" in caplog.text


def test_dossier_deposited_again_since_is_kept(story, manager, administrator):
    application = deposited(story)
    elimination = ordered(manager, administrator)
    with clock.standing_at(BEFORE):
        story.save(application, need="Mieux dit.")
        story.deposit(application)

    assert run_elimination(elimination) == 0
    elimination.refresh_from_db()
    assert (elimination.lines.get().kept_reason, elimination.state) == (CHANGED, EliminationState.CARRIED_OUT)
    assert Application.objects.filter(pk=application.pk).exists()


def test_one_that_fails_stops_no_other_and_is_taken_up_by_the_sweep(story, manager, administrator, monkeypatch, caplog):
    first, _ = deposited(story), deposited(another(story))
    elimination = ordered(manager, administrator)
    delete = actions._delete_dossier

    def fails(line, application):
        if application == first:
            raise ValueError("broken")
        delete(line, application)

    monkeypatch.setattr(actions, "_delete_dossier", fails)
    assert run_elimination(elimination) == 1
    elimination.refresh_from_db()
    assert (elimination.state, list(Application.objects.all())) == (EliminationState.CARRYING_OUT, [first])
    assert "could not be eliminated" in caplog.text
    monkeypatch.setattr(actions, "_delete_dossier", delete)

    tasks.sweep_eliminations()

    elimination.refresh_from_db()
    assert (elimination.state, Application.objects.count(), sweep_eliminations()) == (EliminationState.CARRIED_OUT, 0, 0)


def test_database_that_is_away_stops_the_pass(story, manager, administrator, monkeypatch):
    deposited(story)
    elimination = ordered(manager, administrator)

    def away(*_):
        raise OperationalError

    monkeypatch.setattr(actions, "_delete_dossier", away)

    with pytest.raises(OperationalError):
        run_elimination(elimination)


@pytest.mark.parametrize("left", [False, True])
def test_end_is_told_to_who_ordered_it_if_they_are_still_there(story, manager, administrator, left):
    deposited(story)
    kept = deposited(another(story))
    elimination = approved(manager)
    keep_back(elimination.lines.get(application=kept), by=manager, reason="Contentieux.")
    carry_out_elimination(elimination, by=administrator, confirmation=elimination.number)
    if left:
        EliminationList.objects.update(ordered_by=None)

    run_elimination(elimination)

    told = list(Message.objects.filter(kind="elimination_done"))
    assert [(message.recipient, "1\xa0dossier éliminé, 1\xa0dossier conservé" in message.text) for message in told] == (
        [] if left else [(administrator, True)]
    )


def test_line_that_another_worker_took_is_left(story, manager, administrator):
    deposited(story)
    elimination = ordered(manager, administrator)
    line = elimination.lines.get()
    assert run_elimination(elimination) == 1

    assert actions._eliminate(line.pk) == 0
    assert run_elimination(elimination) == 0
