"""The field of areas in a browser, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.factories.territories import load_few_areas

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.territories.demo")]

BARE = {"rules": {"region": {"enabled": False}}}  # this page has no chrome


@pytest.fixture
def open_page(new_page):
    load_few_areas()

    def open_it(*, javascript: bool, width: int = 1280):
        page = new_page(javascript=javascript, width=width)
        page.goto("/essai/")
        return page

    return open_it


def test_without_javascript_unclear_names_are_chosen_from_a_list(open_page):
    page = open_page(javascript=False)

    page.get_by_label("Commune du siège").fill("saint denis")
    page.get_by_label("Territoires d’action").fill("Sarthe")
    page.get_by_role("button", name="Ajouter").click()
    page.get_by_role("radio", name="Saint-Denis (93)").check(force=True)
    page.get_by_label("Territoires d’action").fill("saint étienne mét")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("checkbox", name="Saint-Étienne Métropole").check(force=True)
    page.get_by_role("button", name="Enregistrer").click()

    expect(page.locator("#said")).to_have_text("Saint-Denis (93) ; Sarthe (72), Saint-Étienne Métropole")


def test_without_javascript_a_chosen_area_is_removed_by_unticking(open_page):
    page = open_page(javascript=False)
    page.get_by_label("Commune du siège").fill("Le Mans")
    page.get_by_label("Territoires d’action").fill("Sarthe")
    page.get_by_role("button", name="Ajouter").click()

    page.get_by_role("checkbox", name="Sarthe (72)").uncheck(force=True)
    page.get_by_role("button", name="Enregistrer").click()

    expect(page.locator("#said")).to_have_text("Le Mans (72) ;")


def test_combobox_by_keyboard(open_page):
    page = open_page(javascript=True)
    field = page.get_by_role("combobox", name="Commune du siège")

    field.press_sequentially("st denis")
    status = page.get_by_role("status").first
    expect(status).to_have_text("2 territoires trouvés. Flèches haut et bas pour choisir.")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowUp")
    active = field.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    expect(page.locator(f"#{active}")).to_contain_text("Saint-Denis (93)")
    field.press("ArrowDown")
    field.press("Enter")

    expect(field).to_have_value("Saint-Denis (974)")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(status).to_have_text("Saint-Denis (974) choisi.")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#said")).to_have_text("Saint-Denis (974) ;")


def test_combobox_escape_keeps_the_text_and_the_server_answers(open_page):
    page = open_page(javascript=True)
    field = page.get_by_role("combobox", name="Commune du siège")

    field.press_sequentially("saint denis")
    expect(page.get_by_role("option")).to_have_count(2)
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.get_by_role("button", name="Enregistrer").click()

    expect(page.get_by_role("radio")).to_have_count(2)
    expect(page.get_by_role("combobox", name="Commune du siège")).to_have_value("saint denis")


def test_combobox_choice_by_mouse_then_other_text_is_a_new_question(open_page):
    page = open_page(javascript=True)
    field = page.get_by_role("combobox", name="Commune du siège")
    field.press_sequentially("havre")
    page.get_by_role("option", name="Le Havre (76)").click()

    field.fill("Le Mans")
    page.get_by_role("button", name="Enregistrer").click()

    expect(page.locator("#said")).to_have_text("Le Mans (72) ;")


def test_combobox_of_several_adds_to_the_list(open_page):
    page = open_page(javascript=True)
    page.get_by_role("combobox", name="Commune du siège").fill("Paris")
    several = page.get_by_role("combobox", name="Territoires d’action")
    expect(page.get_by_role("button", name="Ajouter")).to_have_count(0)

    for text, choice in (("sart", "Sarthe (72)"), ("sart", "Sarthe (72)"), ("met", "Saint-Étienne Métropole")):
        several.press_sequentially(text)
        page.get_by_role("option", name=choice).click()
        expect(several).to_have_value("")
    expect(page.get_by_role("checkbox")).to_have_count(2)
    page.get_by_role("button", name="Enregistrer").click()

    expect(page.locator("#said")).to_have_text("Paris (75) ; Sarthe (72), Saint-Étienne Métropole")


def test_combobox_says_when_there_is_nothing(open_page):
    page = open_page(javascript=True)

    page.get_by_role("combobox", name="Commune du siège").press_sequentially("Bâle")

    expect(page.get_by_role("status").first).to_have_text("Aucun territoire de ce nom : vérifiez l’orthographe ou écrivez le code.")
    expect(page.locator(".fi-area__note").first).to_be_visible()


def test_combobox_says_that_a_name_does_not_exist_before_look_alikes(open_page):
    page = open_page(javascript=True)

    page.get_by_role("combobox", name="Commune du siège").press_sequentially("Saint Etiene")

    expect(page.locator(".fi-area__note").first).to_have_text("Aucun territoire de ce nom. Voici des noms qui y ressemblent :")
    page.get_by_role("option", name="Saint-Étienne (42)").click()
    expect(page.locator(".fi-area__note").first).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 320])
def test_page_is_accessible_in_each_state(open_page, axe, width):
    page = open_page(javascript=True, width=width)
    assert axe(page, **BARE) == []

    several = page.get_by_role("combobox", name="Territoires d’action")
    several.press_sequentially("sart")
    page.get_by_role("option", name="Sarthe (72)").click()
    several.press_sequentially("saint")
    expect(page.get_by_role("option").first).to_be_visible()
    several.press("ArrowDown")
    assert axe(page, **BARE) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    several.press("Escape")
    page.get_by_role("combobox", name="Commune du siège").fill("saint denis")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("radio")).to_have_count(2)
    assert axe(page, **BARE) == []
