"""What a closing day brings besides a crowd: deposits at the same instant, a clock that jumps, ten tabs on one field."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from calls.actions.application import start_application
from calls.actions.deposit import NothingToDeposit, deposit_application
from calls.models import Answer, Application, Deposit
from calls.queries.dossier import deposits_of
from calls.queries.timeline import timeline_of
from kit import clock
from kit.workflow import RefusedTransition
from projects.models import Project
from tests.calls.cast import tell_story

HOUR = timedelta(hours=1)


def in_threads(acts):
    """Each act on a connection of its own, all at once."""

    def alone(act):
        try:
            return act()
        except RefusedTransition as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(alone, acts))


@pytest.mark.django_db(transaction=True)
def test_deposits_of_the_same_instant_each_have_their_number():
    story = tell_story()
    instant = clock.now()
    applications = []
    for number in range(4):
        project = Project.objects.create(organisation=story.organisation, name=f"Projet {number}", summary="…", created_by=story.carrier)
        application, _ = start_application(story.round, story.organisation, project, by=story.carrier, arrived_at=instant)
        story.save(application, need="Un besoin.")
        applications.append(application)
    requests = [story.request() for _ in applications]

    deposits = in_threads(
        [
            lambda one=one, request=request: deposit_application(one, request, by=story.carrier, arrived_at=instant)
            for one, request in zip(applications, requests, strict=True)
        ]
    )

    assert {deposit.arrived_at for deposit in deposits} == {instant}
    assert sorted(Application.objects.values_list("number", flat=True)) == [f"PIO26-000{number}" for number in range(1, 5)]
    assert len({deposit.receipt.number for deposit in deposits}) == 4


@pytest.mark.django_db(transaction=True)
def test_one_dossier_deposited_from_two_tabs_at_the_same_instant_is_deposited_once():
    story = tell_story()
    application = story.start()
    story.save(application, need="Un besoin.")
    instant = clock.now()
    requests = [story.request(idempotency_key=uuid4()) for _ in range(2)]

    answers = in_threads(
        [
            lambda request=request: deposit_application(
                Application.objects.get(pk=application.pk), request, by=story.carrier, arrived_at=instant
            )
            for request in requests
        ]
    )

    assert [type(answer) for answer in answers if isinstance(answer, RefusedTransition)] == [NothingToDeposit]
    assert Deposit.objects.count() == 1


@pytest.mark.django_db
def test_clock_that_jumps_back_changes_neither_the_order_of_deposits_nor_what_is_in_force():
    story = tell_story()
    now = clock.now()
    with clock.standing_at(now):
        application = story.start()
        story.save(application, need="Un besoin.")
        story.deposit(application)

    with clock.standing_at(now - HOUR):
        story.save(application, need="Un autre besoin.")
        second = story.deposit(application)

    application.refresh_from_db()
    assert application.current_deposit == second
    assert [deposit.sequence for deposit in deposits_of(application)] == [2, 1]
    assert Answer.objects.get(application=application, question_key="need").version == 2
    assert len(timeline_of(application)) == 3


@pytest.mark.django_db
def test_clock_that_jumps_beyond_the_closing_refuses_and_back_accepts():
    story = tell_story()
    application = story.start()
    story.save(application, need="Un besoin.")
    with clock.standing_at(story.round.closes_at + HOUR), pytest.raises(RefusedTransition, match="clôture est passée"):
        story.deposit(application)

    assert story.deposit(application).sequence == 1


@pytest.mark.django_db
def test_ten_tabs_on_one_field_lose_no_text_unseen(client):
    story = tell_story()
    application = story.start()
    client.force_login(story.carrier)
    address = reverse("calls:answer_save", args=[application.uuid, "projet"])

    answers = [client.post(address, {"q-need": f"Texte de l’onglet {tab}.", "q-need-version": "0"}).json() for tab in range(10)]

    kept = [answer["fields"]["q-need"]["kept"] for answer in answers]
    assert kept == [True] + [False] * 9
    assert all("Texte de l’onglet 0." in answer["fields"]["q-need"]["trouble"] for answer in answers[1:])
    assert Answer.objects.get(application=application).typed == "Texte de l’onglet 0."
