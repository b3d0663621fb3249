"""Someone asks whether they may apply, without an account, and begins a dossier with what they said."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.calls.cast import Story, tell_story
from tests.factories.accounts import PASSWORD
from tests.factories.calls import EligibilityRuleFactory, QuestionFactory, condition

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_limit_counted_yet():
    cache.clear()


@pytest.fixture
def story() -> Story:
    story = tell_story()
    story.carrier.set_password(PASSWORD)
    story.carrier.save()
    EmailAddress.objects.create(user=story.carrier, email=story.carrier.email, verified=True, primary=True)
    section = story.round.sections.get()
    QuestionFactory(section=section, key="societe", label="Êtes-vous une société ?", yes_no=True, position=40)
    QuestionFactory(
        section=section,
        key="esus",
        label="Avez-vous un agrément ESUS ?",
        yes_no=True,
        shown_if=condition(["societe", "equals", True]),
        position=41,
    )
    either = condition(["societe", "equals", False], ["esus", "equals", True], mode="any")
    EligibilityRuleFactory(
        round=story.round, condition=either, sentence="Votre organisation fait partie de l’économie sociale et solidaire."
    )
    return story


def choose(page: Page, key: str, label: str) -> None:
    page.locator(f'[data-question="q-{key}"]').get_by_label(label, exact=True).check(force=True)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_visitor_learns_whether_to_apply_and_goes_on(new_page, story, axe, shot, javascript):
    page = new_page(javascript=javascript)
    page.goto(reverse("calls:call_detail", args=[story.round.call.slug]))
    page.get_by_role("link", name="Puis-je candidater ?").click()
    esus = page.locator('[data-question="q-esus"]')
    if javascript:
        expect(esus).to_be_hidden()
        choose(page, "societe", "Oui")
        expect(esus).to_be_visible()
    else:
        expect(esus).to_contain_text("À remplir seulement si")
        choose(page, "societe", "Oui")
    choose(page, "esus", "Oui")
    page.get_by_role("button", name="Voir le résultat").click()

    expect(page.get_by_role("heading", name="Oui, d’après vos réponses")).to_be_visible()
    if javascript:
        assert axe(page) == []
        shot(page, "eligibility-check")
    page.get_by_role("link", name="Commencer un dossier avec ces réponses").click()
    page.get_by_label("Adresse électronique").fill(story.carrier.email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.locator("#contenu").get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Candidater")
    expect(page.locator("#contenu")).to_contain_text("2 réponses données à « Puis-je candidater ? »")
    page.get_by_label("Jardins partagés").check(force=True)
    page.get_by_role("button", name="Commencer le dossier").click()

    expect(page.get_by_text("sont dans le dossier")).to_be_visible()
    page.get_by_role("link", name="Le projet").first.click()
    expect(page.locator('[data-question="q-societe"]').get_by_label("Oui", exact=True)).to_be_checked()
