"""« Déposer » while the platform fails: the answer is lost, the database goes, nothing answers at all."""

import re

import pytest
from django.db import OperationalError
from django.urls import reverse
from playwright.sync_api import Page, expect

from calls.actions.deposit import deposit_application
from calls.enums import Capacity
from calls.models import Answer, Application, Deposit, Round
from tests.calls.cast import Story, tell_story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def story() -> Story:
    return tell_story(verified=True)


@pytest.fixture
def application(story) -> Application:
    application = story.start()
    story.save(application, need="Des terrains vides.")
    return application


@pytest.fixture
def opened(new_page, sign_in, story, application):
    """Opens the page of the deposit, all filled in."""

    def open_page(*, javascript: bool = True) -> Page:
        page = new_page(javascript=javascript)
        sign_in(page, story.carrier)
        page.goto(reverse("calls:application_deposit", args=[application.uuid]))
        page.get_by_label("Fonction dans l’organisation").fill("Directrice")
        page.get_by_role("radio", name=Capacity.LEGAL_REPRESENTATIVE.label).check(force=True)
        page.get_by_role("checkbox").first.check(force=True)
        return page

    return open_page


@pytest.fixture
def database_goes_at_the_closing(monkeypatch, story):
    """The first press finds no database, and the round closes just after it arrived."""
    tried = []

    def fail_once(application, request, *, by, arrived_at):
        tried.append(arrived_at)
        if len(tried) == 1:
            Round.objects.filter(pk=story.round.pk).update(closes_at=arrived_at)
            raise OperationalError("the server closed the connection unexpectedly")
        return deposit_application(application, request, by=by, arrived_at=arrived_at)

    monkeypatch.setattr("calls.views.deposit.deposit_application", fail_once)
    return tried


def press(page: Page) -> None:
    page.get_by_role("button", name="Déposer le dossier").click()


def expect_receipt(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"/accuses/[0-9a-f-]{36}/$"))


def test_answer_that_was_lost_is_the_same_deposit(opened, application):
    page = opened()
    presses = []

    def lose_the_first_answer(route):
        presses.append(route.request.post_data)
        if len(presses) == 1:
            route.fetch(max_redirects=0)  # the platform deposits, and its answer never comes
            route.abort()
        else:
            route.continue_()

    page.route("**/deposer/", lose_the_first_answer)
    press(page)

    expect(page.get_by_role("status")).to_contain_text("nouvel essai")
    expect_receipt(page)
    assert Deposit.objects.filter(application=application).count() == 1
    assert presses[0] == presses[1]


def test_database_that_goes_at_the_closing_takes_nothing(opened, application, database_goes_at_the_closing):
    page = opened()

    press(page)

    expect_receipt(page)
    deposit = Deposit.objects.get(application=application)
    assert deposit.arrived_at == database_goes_at_the_closing[0]


def test_without_script_the_page_of_the_outage_sends_it_again(opened, application, database_goes_at_the_closing, axe, shot):
    page = opened(javascript=False)

    press(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Service momentanément indisponible")
    shot(page, "outage")
    page.get_by_role("button", name="Envoyer de nouveau").click()

    expect_receipt(page)
    assert Deposit.objects.get(application=application).arrived_at == database_goes_at_the_closing[0]


def test_refusal_is_shown_in_the_place_of_the_form(opened, application, axe):
    page = opened()
    Answer.objects.filter(application=application).delete()  # in another tab, meanwhile

    press(page)

    expect(page.get_by_role("heading", name="Il manque 1 réponse pour déposer")).to_be_visible()
    assert axe(page) == []
    assert application.deposit_refusals.count() == 1


def test_silence_is_said_and_the_next_press_goes_on(opened, application):
    page = opened()
    page.clock.install()
    page.route("**/deposer/", lambda route: route.abort())

    press(page)
    for _ in range(20):
        page.clock.run_for(2_000)
    expect(page.get_by_role("status")).to_contain_text("votre dossier n’est pas déposé pour l’instant")
    page.unroute("**/deposer/")
    press(page)

    expect_receipt(page)
    assert Deposit.objects.filter(application=application).count() == 1
