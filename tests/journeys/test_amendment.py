"""Staff correct a published round by an amendment, put off its closing, and applicants read what that changes for them."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.enums import Group
from tests.calls.cast import Story, tell_story
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def story() -> Story:
    return tell_story()


def manager_page(new_page, sign_in, story, **options) -> Page:
    page = new_page(**options)
    sign_in(page, UserFactory(staff=True, group=Group.CALL_MANAGER))
    page.goto(reverse("admin:calls_round_change", args=[story.round.pk]))
    return page


def follow(page: Page, role: str, name: str) -> None:
    page.locator("#content").get_by_role(role, name=name, exact=True).click()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_manager_amends_and_sees_whom_it_touches(new_page, sign_in, story, axe, shot, javascript):
    draft = story.start()
    story.save(draft, need="Des terrains vides.")
    page = manager_page(new_page, sign_in, story, javascript=javascript)

    follow(page, "button", "Préparer un avenant")
    follow(page, "link", "À quel besoin répondez-vous ?")
    page.get_by_label("Obligatoire pour déposer").uncheck()
    page.get_by_label("Aide").fill("Citez une étude.")
    follow(page, "button", "Noter dans l’avenant")
    expect(page.locator("#content")).to_contain_text("1 dossier y a déjà répondu")
    page.get_by_role("link", name="Ajouter une question facultative").first.click()
    page.get_by_role("radio", name="Date", exact=True).check()
    follow(page, "button", "Continuer")
    page.get_by_label("Question", exact=True).fill("Depuis quand ?")
    follow(page, "button", "Noter dans l’avenant")
    page.get_by_label("Ce qui change, et pourquoi").fill("Plusieurs candidats nous l’ont demandé.")
    follow(page, "button", "Enregistrer l’explication")
    if javascript:
        assert axe(page) == []
        shot(page, "amendment-prepared")
    follow(page, "link", "Relire et publier")
    expect(page.locator("#content")).to_contain_text("1 dossier en préparation, 0 dossier déposé")
    if javascript:
        assert axe(page) == []
        shot(page, "amendment-publish")
    follow(page, "button", "Publier l’avenant")
    expect(page.locator(".messagelist")).to_contain_text("est publié")

    applicant = new_page(javascript=javascript)
    sign_in(applicant, story.carrier)
    applicant.goto(reverse("calls:application_detail", args=[draft.uuid]))
    box = applicant.locator("section", has_text="Avenant n°").first
    expect(box).to_contain_text("n’est plus une question obligatoire. Votre réponse reste valable.")
    if javascript:
        assert axe(applicant) == []
        shot(applicant, "amendment-dossier")
    box.get_by_role("link", name="Voir dans le dossier : Question facultative ajoutée").click()
    expect(applicant.get_by_label("Depuis quand ?")).to_be_visible()
    applicant.goto(reverse("calls:call_detail", args=[story.round.call.slug]))
    applicant.get_by_text("Avenant n°").click()
    if javascript:
        expect(applicant.get_by_text("Plusieurs candidats nous l’ont demandé.")).to_be_visible()
        shot(applicant, "amendment-call")


def test_manager_puts_off_the_closing_and_sees_whom_it_touches(new_page, sign_in, story):
    story.deposited()
    page = manager_page(new_page, sign_in, story)

    follow(page, "link", "Prolonger pour tous")

    expect(page.locator("#content")).to_contain_text("Elle touche 0 dossier en préparation et 1 dossier déposé")
