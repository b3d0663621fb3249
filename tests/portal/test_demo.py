"""The demonstration as it is loaded: its people, its figures, its hours; once, and never over anything else."""

from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings

from accounts.models import User
from calls.eligibility import check_of
from calls.enums import ApplicationState, Outcome, Phase
from calls.models import (
    Amendment,
    AnswerVersion,
    Application,
    Call,
    Deposit,
    Eligibility,
    EliminationLine,
    Enquiry,
    Extension,
    Guest,
    Round,
)
from calls.queries.application import sheet_of
from calls.queries.interruption import interrupted_deposits
from community.enums import LegalFamily
from frenchimpact.settings import local
from kit import clock
from notifications.models import Message
from portal.demo.load import ForeignData, empty_demonstration, load_demonstration
from portal.demo.stories import ADJECTIVES
from portal.models import DemonstrationLoad
from tests.factories.accounts import UserFactory

PARIS = ZoneInfo("Europe/Paris")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_demonstration(settings):
    settings.DEMONSTRATION, settings.DEMONSTRATION_ACCOUNTS = True, local.DEMONSTRATION_ACCOUNTS


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """Loaded once, in a transaction around those of the tests: the tests that want nothing there come first."""
    with (
        override_settings(DEMONSTRATION=True, DEMONSTRATION_ACCOUNTS=local.DEMONSTRATION_ACCOUNTS),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        call_command("load_territories", verbosity=0)
        assert load_demonstration() is True
        yield
        transaction.set_rollback(True)


def is_working_hour(instant):
    here = instant.astimezone(PARIS)
    return here.weekday() < 5 and 8 <= here.hour < 19


def test_database_that_holds_anything_else_is_refused():
    stranger = UserFactory()

    with pytest.raises(ForeignData):
        load_demonstration()
    with pytest.raises(ForeignData):
        empty_demonstration()
    with pytest.raises(CommandError, match="contient déjà des données"):
        call_command("demo_load")

    assert User.objects.get() == stranger


def test_demonstration_needs_territories_and_its_mode(settings):
    with pytest.raises(ForeignData, match="territoires manquent"):
        load_demonstration()
    settings.DEMONSTRATION = False
    with pytest.raises(ForeignData, match="coupé"):
        load_demonstration()

    assert not User.objects.exists()


def test_demonstration_holds_what_its_pages_promise(loaded):
    past = Deposit.objects.filter(application__round__code="PIO18")

    assert {account["email"] for account in local.DEMONSTRATION_ACCOUNTS} <= set(User.objects.values_list("email", flat=True))
    assert Counter(past.values_list("legal_family", flat=True)) == {
        LegalFamily.ASSOCIATION: 120,
        LegalFamily.COMMERCIAL: 48,
        LegalFamily.COOPERATIVE: 30,
        LegalFamily.FOUNDATION: 1,
        LegalFamily.MUTUAL: 1,
    }
    assert Eligibility.objects.filter(outcome=Outcome.FAVOURABLE).count() == 120
    assert Counter(Application.objects.exclude(round__code="PIO18").values_list("state", flat=True)) == {
        ApplicationState.DRAFT: 1,
        ApplicationState.DEPOSITED: 10,
        ApplicationState.WITHDRAWN: 1,
    }
    assert Call.objects.count() == 2
    assert Counter(EliminationLine.objects.values_list("list__state", "application__round__code")) == {("prepared", "PIO18"): 80}


def test_claire_s_draft_was_written_by_several_people(loaded):
    draft = Application.objects.get(state=ApplicationState.DRAFT, started_by__first_name="Claire")
    sheet = sheet_of(draft)
    texts = {kept.question_key: kept.by.first_name for kept in AnswerVersion.objects.filter(application=draft).select_related("by")}

    assert set(draft.answers.values_list("by__first_name", flat=True)) == {"Claire", "Karim", "Lucie"}
    assert texts.items() >= {"innovation": "Claire", "resume-public": "Claire"}.items()
    assert Guest.objects.get(application=draft).user.first_name == "Lucie"
    assert draft.attachments.given().count() == 2
    assert sheet.reading("budget-plan").is_answered
    assert len(sheet.rows(sheet.definition.by_key["partenaires"]).rows) == 2
    assert check_of(sheet.definition) is not None
    assert sheet.rules != ()


def test_rounds_show_an_amendment_a_delay_and_an_interruption(loaded):
    past = Round.objects.get(code="PIO18")
    extension = Extension.objects.select_related("application__current_deposit").get()

    assert Amendment.objects.get(state="published").round.phase == Phase.OPEN
    assert past.closes_at < extension.application.current_deposit.arrived_at < extension.closes_at
    assert interrupted_deposits(past).count() == 1


def test_messages_are_about_several_things(loaded):
    assert Message.objects.filter(recipient__first_name="Claire").values("kind").distinct().count() >= 3


def test_dossiers_differ_and_arrive_by_day(loaded):
    deposits = list(Deposit.objects.all())

    assert len({deposit.organisation_name for deposit in deposits if deposit.arrived_at.year == 2018}) == 200
    assert [deposit.arrived_at for deposit in deposits if not is_working_hour(deposit.arrived_at)] == []
    past = Application.objects.filter(round__code="PIO18").select_related("round", "current_deposit")
    assert [
        one.number
        for one in past
        if not one.round.opens_at < one.started_at < one.current_deposit.arrived_at < (one.extended_until or one.round.closes_at)
        or not is_working_hour(one.started_at)
    ] == []
    resumes = [
        tuple(texts) for texts in Application.objects.filter(answers__question_key="resume-public").values_list("answers__typed").distinct()
    ]
    assert len(resumes) > 150
    assert all(enquiry.asked_at < clock.now() for enquiry in Enquiry.objects.all())


def test_names_of_organisations_agree(loaded):
    names = set(Deposit.objects.values_list("organisation_name", flat=True))
    masculine, feminine = ({pair[gender] for pair in ADJECTIVES} for gender in (0, 1))
    stems = {"Cantine ": feminine, "Scène ": feminine, "L’Atelier ": masculine, "Tiers-lieu ": masculine}

    told = {(stem, name.removeprefix(stem).partition(" – ")[0]) for name in names for stem in stems if name.startswith(stem)}
    wheels = {name.partition(" – ")[0].removeprefix("Les Roues ") for name in names if name.startswith("Les Roues ")}

    assert {stem for stem, _ in told} == set(stems)
    assert [pair for pair in sorted(told) if pair[1] not in stems[pair[0]]] == []
    assert wheels
    assert wheels <= {f"{adjective}s" for adjective in feminine}


def test_demonstration_is_loaded_once_and_can_be_made_again(loaded):
    before = User.objects.count()

    again = load_demonstration()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # this test is one transaction; a reset has its own
    call_command("demo_reset", verbosity=0)

    assert again is False
    assert (User.objects.count(), DemonstrationLoad.objects.count()) == (before, 1)
