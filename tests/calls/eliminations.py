"""A dossier deposited in 2018 and the lists that eliminate it, made in one line."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from accounts.enums import Group
from calls.actions.elimination import (
    approve_elimination,
    carry_out_elimination,
    prepare_elimination,
    submit_elimination,
)
from calls.enums import EliminationState
from calls.queries.elimination import due
from kit import clock
from projects.models import Project

CLOSING = datetime(2018, 2, 26, 11, tzinfo=UTC)
BEFORE = CLOSING - timedelta(days=1)
TWO_YEARS, TEN_YEARS = datetime(2020, 2, 26, 11, tzinfo=UTC), datetime(2028, 2, 26, 11, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
STAFF = {
    "auditor": Group.AUDITOR,
    "reviewer": Group.REVIEWER,
    "call manager": Group.CALL_MANAGER,
    "administrator": Group.ADMINISTRATOR,
}


def deposited(story, *, at=BEFORE):
    with clock.standing_at(at):
        return story.deposited()


def another(story, name="Écho"):
    project = Project.objects.create(organisation=story.organisation, name=name, summary="Des échos.", created_by=story.carrier)
    return replace(story, project=project)


def numbers_due(at) -> list[str]:
    with clock.standing_at(at):
        return [each.number for each in due()]


def prepared(by=None, at=TEN_YEARS):
    with clock.standing_at(at):
        elimination = prepare_elimination(by=by)
    assert elimination is not None
    return elimination


def approved(manager, at=TEN_YEARS):
    with clock.standing_at(at):
        elimination = submit_elimination(prepared(at=at), by=manager, archives_service="Mission des archives")
        return approve_elimination(elimination, by=manager, reference="VISA-7", on=date(2028, 3, 1), given_by="Anne Archive")


def ordered(manager, administrator):
    elimination = approved(manager)
    with clock.standing_at(TEN_YEARS):
        return carry_out_elimination(elimination, by=administrator, confirmation=elimination.number)


MOVES = {
    EliminationState.PREPARED: {"submit", "abandon"},
    EliminationState.SUBMITTED: {"approve", "abandon"},
    EliminationState.APPROVED: {"carry_out", "abandon"},
    EliminationState.CARRYING_OUT: {"finish"},
    EliminationState.CARRIED_OUT: set(),
    EliminationState.ABANDONED: set(),
}
DATED = {
    "number": "2028-07",
    "submitted_at": TEN_YEARS,
    "archives_service": "Archives",
    "visa_on": date(2028, 3, 1),
    "visa_reference": "V",
    "visa_by": "Anne",
    "ordered_at": TEN_YEARS,
    "carried_out_at": TEN_YEARS,
}
