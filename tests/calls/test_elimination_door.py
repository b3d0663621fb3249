"""Nothing deletes a deposit or a receipt but the elimination of its own dossier; nothing changes what the archives saw."""

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Group
from calls.actions.elimination import (
    carry_out_elimination,
    keep_back,
    run_elimination,
)
from calls.enums import EliminationState
from calls.models import (
    Deposit,
    EliminatedReceipt,
    EliminationLine,
    EliminationList,
    Receipt,
)
from calls.queries.elimination import eliminations
from kit import clock
from tests.calls.cast import tell_story
from tests.calls.eliminations import BEFORE, CLOSING, DATED, MOVES, TEN_YEARS, another, approved, deposited, ordered, prepared
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


def delete_naming(line, table="calls_receipt"):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('calls.eliminating', %s, true)", [str(line)])
        cursor.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("state", [state for state in MOVES if state != EliminationState.CARRYING_OUT])
def test_no_list_in_another_state_opens_the_door(story, state):
    deposited(story)
    line = prepared().lines.get()
    EliminationList.objects.filter(pk=line.list_id).update(**{**DATED, "state": state})

    with pytest.raises(DatabaseError, match="public archive"):
        delete_naming(line.pk)


@pytest.mark.parametrize("model", [Deposit, Receipt])
@pytest.mark.parametrize("setting", ["", "0", "nothing"])
def test_nothing_deletes_a_deposit_or_a_receipt_without_its_line(story, manager, administrator, model, setting):
    deposited(story)
    ordered(manager, administrator)

    with pytest.raises(DatabaseError, match="public archive"):
        delete_naming(setting, model._meta.db_table)


@pytest.mark.parametrize("outcome", ["kept", "eliminated", "of another dossier"])
def test_line_opens_the_door_to_its_own_dossier_alone_and_once(story, manager, administrator, outcome):
    deposited(story)
    line = ordered(manager, administrator).lines.get()
    match outcome:
        case "kept":
            EliminationLine.objects.update(kept_reason="Contentieux.")
        case "eliminated":
            EliminationLine.objects.update(eliminated_at=TEN_YEARS)
        case _:
            EliminationLine.objects.update(application=deposited(another(story)))

    with pytest.raises(DatabaseError, match="public archive"):
        delete_naming(line.pk)


def test_door_is_shut_behind_the_action(story, manager, administrator):
    deposited(story)
    kept = deposited(another(story))
    elimination = approved(manager)
    keep_back(elimination.lines.get(application=kept), by=manager, reason="Contentieux.")
    carry_out_elimination(elimination, by=administrator, confirmation=elimination.number)
    run_elimination(elimination)

    with pytest.raises(DatabaseError, match="public archive"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM calls_receipt")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE calls_eliminationline SET number = 'AUTRE'",
        "UPDATE calls_eliminationline SET content_sha256 = ''",
        "UPDATE calls_eliminationline SET kept_reason = '' WHERE kept_reason <> ''",
        "DELETE FROM calls_eliminationline",
    ],
)
def test_lines_that_the_archives_saw_never_change(story, manager, sql):
    deposited(story)
    deposited(another(story))
    elimination = approved(manager)
    keep_back(elimination.lines.first(), by=manager, reason="Contentieux.")

    with pytest.raises(DatabaseError, match="frozen"), connection.cursor() as cursor:
        cursor.execute(sql)


def test_no_line_joins_a_submitted_list(story, manager):
    deposited(story)
    line = approved(manager).lines.get()
    line.pk, line.number = None, "PIO26-0099"

    with pytest.raises(DatabaseError, match="frozen"):
        line.save()


def test_counts_of_a_list_are_what_it_asks_what_went_and_what_is_kept(story, manager, administrator):
    deposited(story)
    kept = deposited(another(story))
    elimination = approved(manager)
    keep_back(elimination.lines.get(application=kept), by=manager, reason="Contentieux.")
    carry_out_elimination(elimination, by=administrator, confirmation=elimination.number)
    run_elimination(elimination)

    found = eliminations(manager).get()

    assert (found.asked, found.gone, found.kept, str(found)) == (1, 1, 1, "Bordereau d’élimination n°\xa02028-01")
    assert not eliminations(UserFactory()).exists()
    assert [str(found.lines.first()), str(EliminatedReceipt.objects.get())] == ["PIO26-0001", "PIO26-0001-1"]


def test_list_line_and_dossier_are_locked_before_anything_goes(story, manager, administrator):
    deposited(story)
    elimination = ordered(manager, administrator)

    with CaptureQueriesContext(connection) as queries:
        run_elimination(elimination)

    locked = [query["sql"].partition(' OF "')[2].partition('"')[0] for query in queries if " FOR UPDATE" in query["sql"]]
    assert locked == ["calls_eliminationline", "calls_application", "calls_eliminationlist"]
