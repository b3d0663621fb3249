"""Someone fills the tables of a dossier: rows added and taken away, a budget that does not balance yet, a partner who is named."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from calls.models import Answer, Application, PartnerName
from tests.calls.cast import Story, tell_story
from tests.factories.calls import QuestionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVED = re.compile(r"Enregistré à \d\d.h.\d\d")
SIRET = "55208131766522"


@pytest.fixture
def story() -> Story:
    story = tell_story(verified=True)
    section = story.round.sections.get()
    QuestionFactory(section=section, key="group", group=True, label="Vos partenaires", required=False, maximum=3)
    QuestionFactory(section=section, key="budget", budget=True, label="Votre budget", required=False)
    QuestionFactory(section=section, key="years", years=True, label="Vos comptes", required=False)
    return story


def path_of(application: Application) -> str:
    return reverse("calls:application_section", args=[application.uuid, "projet"])


def stored(application: Application, key: str) -> list[str]:
    return Answer.objects.get(application=application, question_key=key).typed


def saved(page: Page) -> None:
    expect(page.locator("[data-saved-line]")).to_have_text(SAVED)


def cell(page: Page, address: str):
    return page.locator(f'[name="q-{address}"]')


@pytest.fixture
def opened(new_page, sign_in, story):
    application = story.start()
    page = new_page()
    sign_in(page, story.carrier)
    page.goto(path_of(application))
    return application, page


def test_rows_are_added_and_taken_away_and_saved_as_they_are_typed(opened):
    application, page = opened

    cell(page, "group.0.nom").fill("Mairie")
    page.get_by_role("button", name="Ajouter une ligne", exact=True).click()
    expect(cell(page, "group.1.nom")).to_be_focused()
    cell(page, "group.1.nom").fill("Lycée")
    cell(page, "group.1.role").select_option("Financeur")
    cell(page, "years.salaries.2024").focus()
    saved(page)
    assert stored(application, "group") == ["0.nom=Mairie", "1.nom=Lycée", "1.role=Financeur"]

    page.get_by_role("button", name="Retirer ligne 1").click()
    saved(page)

    expect(cell(page, "group.1.nom")).to_be_focused()
    assert stored(application, "group") == ["0.nom=Lycée", "0.role=Financeur"]
    page.reload()
    expect(cell(page, "group.0.nom")).to_have_value("Lycée")
    expect(cell(page, "group.0.role")).to_have_value("Financeur")


def test_only_so_many_rows_may_be_added(opened):
    _, page = opened
    add = page.get_by_role("button", name="Ajouter une ligne", exact=True)

    for _ in range(3):
        add.click()

    expect(page.locator("#q-group tr[data-row]")).to_have_count(3)
    expect(page.locator("#q-group [data-table-said]")).to_have_text("Ce tableau compte au plus 3 lignes.")


def test_unbalanced_budget_is_said_while_typing(opened, axe, shot):
    application, page = opened
    budget = page.locator("#q-budget")

    cell(page, "budget.achats").fill("1 000,50")
    cell(page, "budget.subventions").fill("900")

    expect(budget.locator('[data-total="charges"]')).to_have_text(re.compile(r"1.000,50.€"))
    expect(budget.locator("[data-table-said]")).to_have_text(
        re.compile(r"Les charges \(1.000,50.€\) et les ressources \(900.€\) diffèrent de 100,50.€\.")
    )
    page.get_by_role("button", name="Ajouter une ligne aux ressources").click()
    cell(page, "budget.ressources.0.label").fill("Dons")
    cell(page, "budget.ressources.0.amount").fill("cent")
    expect(budget.locator("[data-table-said]")).to_have_text(re.compile("Un montant ne se lit pas"))
    cell(page, "years.produits.2023").focus()
    saved(page)
    expect(budget.locator("#q-budget\\.ressources\\.0\\.amount-etat")).to_have_text(re.compile("Saisissez un nombre"))
    shot(page, "budget-troubled")
    assert axe(page) == []

    cell(page, "budget.ressources.0.amount").fill("100,5")
    expect(budget.locator("[data-table-said]")).to_have_text(re.compile(r"Le budget est équilibré : 1.000,50.€\."))
    cell(page, "years.produits.2023").focus()
    saved(page)

    expect(budget.locator(".fr-error-text")).to_have_count(0)
    assert stored(application, "budget") == ["achats=1 000,50", "subventions=900", "ressources.0.label=Dons", "ressources.0.amount=100,5"]


def test_partner_is_named_beside_its_number(opened):
    _, page = opened
    PartnerName.objects.create(siret=SIRET, name="EDF")

    cell(page, "group.0.siret").fill("552 081 317 66522")
    cell(page, "group.0.nom").fill("Énergéticien")

    expect(page.locator('[id="q-group.0.siret-nom"]')).to_have_text("EDF")
    cell(page, "years.produits.2023").focus()
    saved(page)
    page.reload()
    expect(page.locator('[id="q-group.0.siret-nom"]')).to_have_text("EDF")


def test_table_typed_without_network_is_found_again_with_its_rows(opened):
    application, page = opened
    page.context.set_offline(True)
    cell(page, "group.0.nom").fill("Mairie")
    page.get_by_role("button", name="Ajouter une ligne", exact=True).click()
    cell(page, "group.1.nom").fill("Lycée")
    cell(page, "group.1.role").select_option("Opérateur")
    cell(page, "years.salaries.2024").focus()
    page.context.set_offline(False)
    page.evaluate("window.onbeforeunload = null")
    page.route("**/saisie/", lambda route: route.abort())
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/mes-dossiers/")
    page.unroute("**/saisie/")
    page.goto(path_of(application))

    found = page.locator('[data-question="q-group"] [data-found]')
    expect(found).to_contain_text("Lycée · Opérateur")
    found.get_by_role("button", name="Reprendre ce texte", exact=True).click()
    saved(page)

    assert stored(application, "group") == ["0.nom=Mairie", "1.nom=Lycée", "1.role=Opérateur"]


def test_what_another_tab_changed_is_drawn_anew_and_its_rows_still_work(opened):
    application, page = opened
    other = page.context.new_page()
    other.goto(path_of(application))

    cell(other, "group.0.nom").fill("Mairie")
    cell(other, "years.salaries.2024").focus()
    saved(other)

    expect(cell(page, "group.0.nom")).to_have_value("Mairie", timeout=15_000)
    page.locator("#q-group").get_by_role("button", name="Retirer ligne 1").click()
    cell(page, "years.salaries.2024").focus()
    saved(page)
    assert stored(application, "group") == []


def test_narrow_page_stacks_the_cells_under_their_labels(new_page, sign_in, story, axe, shot):
    application = story.start()
    page = new_page(width=320)
    sign_in(page, story.carrier)
    page.goto(path_of(application))

    expect(page.locator('label[for="q-years.produits.2024"]')).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    shot(page, "tables-320")
    assert axe(page) == []


def test_tables_without_script(new_page, sign_in, story):
    application = story.start()
    page = new_page(javascript=False)
    sign_in(page, story.carrier)
    page.goto(path_of(application))

    cell(page, "group.0.nom").fill("Mairie")
    page.get_by_role("button", name="Ajouter une ligne", exact=True).click()
    cell(page, "group.1.nom").fill("Lycée")
    cell(page, "group.1.nom").press("Enter")
    page.get_by_role("button", name="Retirer ligne 1").click()
    cell(page, "budget.achats").fill("12")
    page.get_by_role("button", name="Enregistrer", exact=True).last.click()

    assert stored(application, "group") == ["0.nom=Lycée"]
    expect(page.locator("#q-budget .fr-error-text")).to_have_text(re.compile("diffèrent de 12.€"))
