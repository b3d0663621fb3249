"""A call manager makes a second call from nothing and publishes it, in the order the pages suggest."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.enums import Group
from calls.enums import RoundState
from calls.models import Round
from tests.factories.accounts import UserFactory
from tests.factories.calls import QuestionFactory, RoundFactory, SectionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def manager_page(new_page, sign_in):
    """A page of a visitor signed in as a call manager."""

    def opened(**options) -> Page:
        page = new_page(**options)
        sign_in(page, UserFactory(staff=True, group=Group.CALL_MANAGER))
        return page

    return opened


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"#id_{name}").fill(value)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.locator("#content").get_by_role("link", name=name).first.click()


def write_call(page: Page) -> None:
    page.goto(reverse("admin:index"))
    page.locator("#content").get_by_role("link", name="Appels", exact=True).click()
    follow(page, "Créer un appel")
    fill(page, title="Territoires zéro exclusion", summary="Pour les territoires qui agissent contre l’exclusion.")
    press(page, "Créer l’appel")
    fill(page, rules="- Les associations\n- Les coopératives", service_name="Bureau des territoires", service_phone="01 23 45 67 89")
    fill(page, service_address="20 avenue de Ségur, 75007 Paris", service_email="territoires@exemple.gouv.fr")
    press(page, "Enregistrer")


def add_round(page: Page) -> None:
    follow(page, "Ajouter une session")
    fill(page, name="Session 2030", code="tze30")
    fill(page, opens_at_0="2030-01-15", opens_at_1="09:00", closes_at_0="2030-02-26", closes_at_1="12:00")
    page.get_by_label("Un formulaire vide").check()
    press(page, "Créer la session")


def mend_what_the_check_lists(page: Page) -> None:
    follow(page, "Vérification et publication")
    expect(page.locator(".ac-list--stop li")).to_have_count(2)
    follow(page, "Corriger : Le nombre de lauréats")
    fill(page, places_min="5", places_max="8")
    press(page, "Enregistrer")


def add_question(page: Page, kind: str, **values: str) -> None:
    follow(page, "Ajouter une question")
    page.get_by_label(kind, exact=True).check()
    press(page, "Continuer")
    fill(page, **values)
    press(page, "Enregistrer")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_manager_makes_a_call_from_nothing_and_publishes_it(manager_page, javascript):
    page = manager_page(javascript=javascript)

    write_call(page)
    add_round(page)
    mend_what_the_check_lists(page)
    page.get_by_role("navigation", name="Session").get_by_role("link", name="Formulaire").click()
    follow(page, "Ajouter une section")
    fill(page, title="Votre territoire")
    press(page, "Enregistrer")
    add_question(page, "Texte long", label="Quel est le besoin ?", max_words="200")
    add_question(page, "Un choix dans une liste", label="Quel statut avez-vous ?", choices="Association\nCoopérative")
    page.get_by_role("button", name="Monter « Quel statut avez-vous ? »").click()
    expect(page.locator(".ac-question").first).to_contain_text("Quel statut avez-vous ?")
    page.get_by_role("navigation", name="Session").get_by_role("link", name="Vérification").click()
    follow(page, "Publier la session")
    press(page, "Publier la session")

    expect(page.locator(".ac-note")).to_contain_text("Cette session est publiée")
    follow(page, "/appels/territoires-zero-exclusion/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Territoires zéro exclusion")
    expect(page.locator(".fr-badge").first).to_have_text("À venir")
    round_ = Round.objects.get(code="TZE30")
    assert round_.state == RoundState.PUBLISHED
    assert list(round_.questions.order_by("position").values_list("key", flat=True)) == ["quel-statut-avez-vous", "quel-est-le-besoin"]


def test_questions_are_reordered_by_keyboard_and_by_drag(manager_page):
    round_ = RoundFactory()
    first, second = SectionFactory(round=round_, position=0, title="Une"), SectionFactory(round=round_, position=1, title="Deux")
    for position, label in enumerate(("Alpha", "Bravo", "Charlie")):
        QuestionFactory(section=first, label=label, key=label.lower(), position=position)
    page = manager_page()
    page.goto(reverse("admin:calls_form_outline", args=[round_.pk]))
    announced = page.locator("#annonce")

    page.get_by_role("button", name="Descendre « Alpha »").focus()
    page.keyboard.press("Enter")
    expect(announced).to_contain_text("Descendre « Alpha » : fait.")
    expect(page.get_by_role("button", name="Descendre « Alpha »")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".ac-question").nth(2)).to_contain_text("Alpha")
    page.locator(".ac-question", has_text="Bravo").locator(".ac-handle").drag_to(page.locator(f"[data-section='{second.pk}']"))
    expect(announced).to_have_text("« Bravo » est déplacée.")

    assert list(first.questions.order_by("position").values_list("key", flat=True)) == ["charlie", "alpha"]
    assert list(second.questions.values_list("key", flat=True)) == ["bravo"]


@pytest.mark.parametrize("width", [1280, 320])
def test_authoring_and_public_pages_have_no_axe_finding(manager_page, axe, width):
    draft = RoundFactory(complete=True)
    question = QuestionFactory(section=draft.sections.get(), single_choice=True)
    opened = RoundFactory(open=True, complete=True)
    pages = [
        reverse("admin:calls_call_changelist"),
        reverse("admin:calls_call_add"),
        reverse("admin:calls_call_change", args=[draft.call_id]),
        reverse("admin:calls_call_edit", args=[draft.call_id]),
        reverse("admin:calls_document_list", args=[draft.call_id]),
        reverse("admin:calls_round_change", args=[draft.pk]),
        reverse("admin:calls_round_change", args=[opened.pk]),
        reverse("admin:calls_round_edit", args=[draft.pk]),
        reverse("admin:calls_round_edit", args=[opened.pk]),
        reverse("admin:calls_declaration_list", args=[draft.pk]),
        reverse("admin:calls_form_outline", args=[draft.pk]),
        reverse("admin:calls_question_edit", args=[question.pk]),
        reverse("admin:calls_round_check", args=[draft.pk]),
        reverse("admin:calls_round_publish", args=[draft.pk]),
        reverse("admin:calls_form_preview", args=[draft.pk]),
        reverse("admin:calls_enquiry_changelist"),
        reverse("calls:call_list"),
        reverse("calls:call_detail", args=[opened.call.slug]),
        reverse("calls:enquiry_create", args=[opened.call.slug]),
    ]
    page = manager_page(width=width)
    found = {}

    for url in pages:
        page.goto(url)
        found[url] = (axe(page), page.evaluate("document.documentElement.scrollWidth") > width)

    assert found == dict.fromkeys(pages, ([], False))
