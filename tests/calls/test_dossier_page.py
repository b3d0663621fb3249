"""What a dossier's own page and its receipts offer and say, by what was done to it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from calls.actions.application import withdraw_application
from community.enums import IdentifierKind
from kit import clock
from tests.calls.cast import tell_story
from tests.factories.calls import QuestionFactory, SectionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return tell_story()


def address(application, name="application_section", **kwargs) -> str:
    return reverse(f"calls:{name}", kwargs={"uuid": application.uuid, **kwargs})


@pytest.mark.parametrize(
    ("typed", "buttons"),
    [
        ({}, [("Commencer à remplir", "projet", ""), ("Vérifier et déposer", "", " fr-btn--secondary")]),
        ({"note": "Rien."}, [("Continuer", "projet", ""), ("Vérifier et déposer", "", " fr-btn--secondary")]),
        ({"need": "Un besoin."}, [("Continuer", "suite", ""), ("Vérifier et déposer", "", " fr-btn--secondary")]),
        ({"need": "Un besoin.", "plan": "Un plan."}, [("Vérifier et déposer", "", "")]),
    ],
    ids=["empty", "begun", "first complete", "complete"],
)
def test_dossier_offers_first_what_is_to_be_done_next(client, story, typed, buttons):
    QuestionFactory(
        section=SectionFactory(round=story.round, key="suite", position=story.round.sections.get().position + 1), key="plan", long_text=True
    )
    application = story.start()
    if typed:
        story.save(application, **typed)
    client.force_login(story.carrier)

    page = client.get(address(application, "application_detail")).content.decode().partition("<main")[2]

    found = re.findall(r'<a class="fr-btn([^"]*)"\s+href="([^"]*)">([^<]*)</a>', page)
    deposit = address(application, "application_deposit")
    assert [(label, url, style) for style, url, label in found][:-1] == [
        (label, address(application, key=key) if key else deposit, style) for label, key, style in buttons
    ]


@pytest.mark.parametrize("late", [0, 1])
def test_withdrawn_dossier_is_taken_back_from_the_page_where_it_would_be_deposited(client, story, late):
    application = story.deposited()
    withdraw_application(application, by=story.carrier)
    client.force_login(story.carrier)

    with clock.standing_at(story.round.closes_at + timedelta(days=late) if late else clock.now()):
        page = client.get(address(application, "application_deposit")).content.decode()

    action = f'action="{address(application, "application_resume")}"'
    assert (action in page, "Reprenez-le" in page, "il ne sera pas examiné" in page) == (not late, not late, bool(late))


@pytest.mark.parametrize(
    ("state", "standings"),
    [
        ("deposited", ["en vigueur", "remplacé par un dépôt plus récent"]),
        ("changed", ["en vigueur", "remplacé par un dépôt plus récent"]),
        ("withdrawn", ["dossier retiré depuis", "remplacé par un dépôt plus récent"]),
    ],
)
def test_list_of_receipts_says_which_one_counts(client, story, state, standings):
    application = story.deposited()
    story.save(application, need="Mieux dit.")
    story.deposit(application)
    if state == "changed":
        story.save(application, need="Encore mieux dit.")
    if state == "withdrawn":
        withdraw_application(application, by=story.carrier)
    client.force_login(story.carrier)

    page = client.get(address(application, "application_detail")).content.decode()

    assert re.findall(r'href="/accuses/[^<]*</a>, [^<]*\(heure de Paris\) \(([^)]*)\)(?: –|</li>)', page) == standings


def test_receipt_writes_the_siret_in_groups(client, story):
    story.organisation.identifier_kind, story.organisation.siret = IdentifierKind.SIRET, "90000001000018"
    story.organisation.save()
    client.force_login(story.carrier)

    page = client.get(reverse("calls:receipt_detail", args=[story.deposited().current_deposit.receipt.uuid])).content.decode()

    assert "(900\u00a0000\u00a0010\u00a000018)" in page
