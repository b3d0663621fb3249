"""A form that follows the answers, with and without JavaScript: what is asked shows and hides, its text comes back, the deposit lacks it."""

import json

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.enums import Group
from calls.models import Answer
from tests.calls.cast import Story, tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import EligibilityRuleFactory, QuestionFactory, RoundFactory, SectionFactory, condition
from tests.factories.territories import load_few_areas

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

YES = condition(["obstacle", "equals", True])


@pytest.fixture(autouse=True)
def _no_limit_counted_yet():
    cache.clear()


@pytest.fixture
def story() -> Story:
    story = tell_story(verified=True)
    section = story.round.sections.get()
    QuestionFactory(section=section, key="obstacle", label="Un obstacle ?", yes_no=True, position=30_080)
    QuestionFactory(section=section, key="texte", label="Quel texte ?", shown_if=YES, position=30_081)
    QuestionFactory(section=section, key="cout", label="Quel coût ?", amount=True, required=False, position=30_082)
    grave = condition(["cout", "greater", "12500.49"])
    QuestionFactory(section=section, key="grave", label="Pourquoi si cher ?", required=False, shown_if=grave, position=30_083)
    QuestionFactory(section=section, key="motif", label="Un motif ?", required=False, required_if=YES, position=30_084)
    more = SectionFactory(round=story.round, key="suite", title="La suite", shown_if=YES, position=30_090)
    QuestionFactory(section=more, key="more", label="Et ensuite ?", position=30_091)
    EligibilityRuleFactory(question=section.questions.get(key="obstacle"), condition=YES, sentence="Rencontrer un obstacle.")
    return story


def path_of(application, key="projet") -> str:
    return reverse("calls:application_section", args=[application.uuid, key])


def stored(application) -> dict[str, object]:
    return dict(Answer.objects.filter(application=application).values_list("question_key", "typed"))


def choose(page: Page, label: str) -> None:
    page.locator('[data-question="q-obstacle"]').get_by_label(label, exact=True).check(force=True)


def test_questions_show_and_hide_as_one_answers(new_page, sign_in, story, axe, shot):
    application = story.start()
    page = new_page()
    sign_in(page, story.carrier)
    page.goto(path_of(application))
    asked, motive = page.get_by_label("Quel texte ?"), page.locator('[data-question="q-motif"] .site-optional')

    expect(asked).to_be_hidden()
    expect(motive).to_be_visible()
    choose(page, "Oui")
    expect(asked).to_be_visible()
    expect(motive).to_be_hidden()
    expect(page.get_by_text("À remplir seulement si")).to_have_count(2)
    expect(page.get_by_text("À remplir seulement si").first).to_be_hidden()
    asked.fill("L’article 12.")
    page.locator("#q-cout").fill("12 500,50 €")
    expect(page.get_by_label("Pourquoi si cher ?")).to_be_visible()
    shot(page, "conditions-shown")
    assert axe(page) == []
    page.locator("#q-cout").fill("12 500,49 €")
    expect(page.get_by_label("Pourquoi si cher ?")).to_be_hidden()
    choose(page, "Non")
    expect(asked).to_be_hidden()
    expect(page.locator("[data-saved-line]")).to_contain_text("Enregistré à")

    assert stored(application) == {"obstacle": "non", "texte": "L’article 12.", "cout": "12 500,49 €"}
    page.reload()
    expect(page.get_by_label("Quel texte ?")).to_be_hidden()
    choose(page, "Oui")
    expect(page.get_by_label("Quel texte ?")).to_have_value("L’article 12.")
    shot(page, "conditions-back")


def test_the_deposit_lacks_what_is_hidden(new_page, sign_in, story, shot):
    application = story.start()
    story.save(application, need="Un besoin.", texte="L’article 12.", obstacle="non", more="Plus tard.")
    page = new_page()
    sign_in(page, story.carrier)

    page.goto(path_of(application))
    expect(page.get_by_role("link", name="La suite")).to_have_count(0)
    page.get_by_role("button", name="Enregistrer et vérifier").click()
    expect(page.get_by_text("Rencontrer un obstacle.")).to_be_visible()
    expect(page.get_by_text("Non remplie", exact=True)).to_be_visible()
    shot(page, "conditions-deposit")
    deposit = story.deposit(application)

    content = json.loads(deposit.content)["content"]
    assert [answer["key"] for section in content["sections"] for answer in section["answers"]] == ["need", "obstacle"]
    assert stored(application)["texte"] == "L’article 12."


def test_without_javascript_every_question_is_there_and_says_when(new_page, sign_in, story, shot):
    application = story.start()
    page = new_page(javascript=False)
    sign_in(page, story.carrier)
    page.goto(path_of(application))

    expect(page.get_by_label("Quel texte ?")).to_be_visible()
    expect(page.get_by_text("À remplir seulement si la réponse à « Un obstacle ? » est « Oui ».")).to_be_visible()
    expect(page.get_by_text("Obligatoire si la réponse à « Un obstacle ? » est « Oui ».")).to_be_visible()
    shot(page, "conditions-without-script")
    choose(page, "Oui")
    page.get_by_label("Quel texte ?").fill("L’article 12.")
    page.get_by_label("À quel besoin répondez-vous ?").fill("Un besoin.")
    page.get_by_role("button", name="Enregistrer et continuer").or_(page.get_by_role("button", name="Enregistrer et vérifier")).click()

    expect(page.get_by_role("heading", name="La suite", level=1)).to_be_visible()
    assert stored(application) == {"need": "Un besoin.", "obstacle": "oui", "texte": "L’article 12."}


def test_where_a_territory_lies_is_known_once_it_is_saved(new_page, sign_in):
    areas = load_few_areas()
    story = tell_story(verified=True)
    section = story.round.sections.get()
    QuestionFactory(section=section, key="lieu", label="Où ?", commune=True, position=30_080)
    QuestionFactory(
        section=section, key="paris", label="Et à Paris ?", shown_if=condition(["lieu", "in_area", areas["region:11"].key]), position=30_081
    )
    page = new_page()
    sign_in(page, story.carrier)
    page.goto(path_of(story.start()))

    expect(page.get_by_label("Et à Paris ?")).to_be_hidden()
    page.get_by_role("combobox", name="Où ?").fill("Paris")
    page.get_by_role("option").first.click()

    expect(page.get_by_label("Et à Paris ?")).to_be_visible()


def test_a_manager_writes_a_condition_without_javascript(new_page, sign_in, axe, shot):
    section = SectionFactory(round=RoundFactory(), title="Le projet")
    QuestionFactory(section=section, key="statut", label="Quel statut ?", single_choice=True, choices=["Association", "SCIC"])
    detail = QuestionFactory(section=section, key="detail", label="Pourquoi une SCIC ?")
    page = new_page(javascript=False)
    sign_in(page, UserFactory(staff=True, group=Group.CALL_MANAGER))

    page.goto(reverse("admin:calls_question_edit", args=[detail.pk]))
    page.get_by_role("link", name="Ajouter la condition « Posée seulement si »").click()
    page.get_by_label("Question, ligne 1").select_option("Quel statut ?")
    page.get_by_label("Valeur, ligne 1").fill("SCOP")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("Écrivez l’un des choix de la question")
    shot(page, "condition-edit-error")
    page.get_by_label("Valeur, ligne 1").fill("scic")
    page.get_by_role("button", name="Enregistrer").click()

    expect(page.get_by_text("Posée seulement si la réponse à « Quel statut ? » est « SCIC ».")).to_be_visible()
    shot(page, "condition-question")
    page.goto(reverse("admin:calls_rule_add", args=[section.round_id]))
    page.get_by_label("La règle, telle que les candidats la liront").fill("Être une SCIC.")
    page.get_by_label("Question, ligne 1").select_option("Quel statut ?")
    page.get_by_label("Valeur, ligne 1").fill("SCIC")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", name="Être une SCIC.")).to_be_visible()
    shot(page, "condition-rules")
    page.goto(reverse("admin:calls_form_outline", args=[section.round_id]))
    shot(page, "condition-outline")


def test_pages_of_conditions_are_accessible(new_page, sign_in, axe):
    section = SectionFactory(round=RoundFactory(), title="Le projet")
    first = QuestionFactory(section=section, key="statut", label="Quel statut ?", single_choice=True)
    rule = EligibilityRuleFactory(question=first)
    page = new_page()
    sign_in(page, UserFactory(staff=True, group=Group.CALL_MANAGER))

    for url in (reverse("admin:calls_rule_edit", args=[rule.pk]), reverse("admin:calls_rule_list", args=[section.round_id])):
        page.goto(url)
        assert axe(page) == []
