"""Someone writes in a section while everything happens: other tabs, colleagues, lost networks, expired sessions, shared computers."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from calls.actions.application import delete_draft, withdraw_application
from calls.models import Answer, Application
from tests.calls.cast import Story, join, tell_story
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.calls import QuestionFactory
from tests.factories.territories import load_few_areas

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEED, NOTE = "À quel besoin répondez-vous ?", "Autre chose ?"
SAVED = re.compile(r"Enregistré à \d\d.h.\d\d")


@pytest.fixture(autouse=True)
def _no_limit_counted_yet():
    cache.clear()


@pytest.fixture
def story() -> Story:
    return tell_story(verified=True)


def path_of(application: Application) -> str:
    return reverse("calls:application_section", args=[application.uuid, "projet"])


def line(page: Page):
    return page.locator("[data-saved-line]")


def question(page: Page, key: str):
    return page.locator(f'[data-question="q-{key}"]')


def stored(application: Application) -> dict[str, object]:
    return dict(Answer.objects.filter(application=application).values_list("question_key", "typed"))


def copies(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('copie:'))")


@pytest.fixture
def opened(new_page, sign_in, story):
    """A dossier, and Claire in front of its section."""
    application = story.start()
    page = new_page()
    sign_in(page, story.carrier)
    page.goto(path_of(application))
    return application, page


def test_a_field_is_saved_as_it_is_left(opened):
    application, page = opened

    page.get_by_label(NEED).fill("Garder les enfants le soir.")
    expect(line(page)).to_have_text("Pas encore enregistré")
    page.get_by_label(NOTE).focus()

    expect(line(page)).to_have_text(SAVED)
    expect(question(page, "need").locator("[data-field-saved]")).to_have_text(SAVED)
    assert stored(application) == {"need": "Garder les enfants le soir."}
    assert copies(page) == []
    page.reload()
    expect(page.get_by_label(NEED)).to_have_value("Garder les enfants le soir.")


def test_a_field_is_saved_after_two_seconds_without_typing(opened):
    application, page = opened

    page.get_by_label(NEED).press_sequentially("Un besoin.")

    expect(line(page)).to_have_text(SAVED)
    assert stored(application) == {"need": "Un besoin."}


def test_every_kind_of_field_is_saved_by_itself(new_page, sign_in, story):
    load_few_areas()
    section = story.round.sections.get()
    QuestionFactory(section=section, key="statut", label="Où en est le projet ?", single_choice=True, choices=["En essai", "En place"])
    QuestionFactory(section=section, key="publics", label="Pour qui ?", multiple_choice=True, choices=["Enfants", "Parents"])
    QuestionFactory(section=section, key="commune", label="Dans quelle commune ?", commune=True)
    QuestionFactory(section=section, key="lieux", label="Dans quels départements ?", departement=True, several=True)
    application = story.start()
    page = new_page()
    sign_in(page, story.carrier)
    page.goto(path_of(application))

    page.get_by_role("radio", name="En place").check(force=True)
    page.get_by_role("checkbox", name="Enfants").check(force=True)
    page.get_by_role("checkbox", name="Parents").check(force=True)
    page.get_by_label("Dans quelle commune ?").fill("Paris")
    page.get_by_role("option", name=re.compile("Paris")).first.click()
    page.get_by_label("Dans quels départements ?").fill("Sarthe")
    page.get_by_role("option", name=re.compile("Sarthe")).first.click()
    page.get_by_label(NOTE).focus()

    expect(question(page, "lieux").locator("[data-field-saved]")).to_have_text(SAVED)
    expect(line(page)).to_have_text(SAVED)
    page.get_by_role("checkbox", name="Enfants").uncheck(force=True)
    page.get_by_role("checkbox", name="Parents").uncheck(force=True)
    expect(line(page)).to_have_text(SAVED)
    assert stored(application) == {"statut": "choix-2", "publics": [], "commune": ["commune:75056"], "lieux": ["departement:72"]}


def test_what_is_wrong_is_said_when_the_field_is_left(new_page, sign_in, story, axe, shot):
    QuestionFactory(section=story.round.sections.get(), key="debut", label="Quand commencez-vous ?", date=True)
    application = story.start()
    page = new_page()
    sign_in(page, story.carrier)
    page.goto(path_of(application))

    page.get_by_label("Quand commencez-vous ?").press_sequentially("31/02/2027")
    expect(line(page)).to_have_text(SAVED)
    expect(question(page, "debut").locator(".fr-error-text")).to_have_count(0)
    page.get_by_label(NOTE).focus()

    expect(question(page, "debut").locator(".fr-error-text")).to_be_visible()
    assert stored(application) == {"debut": "31/02/2027"}
    assert axe(page) == []
    shot(page, "autosave-wrong")
    page.get_by_label("Quand commencez-vous ?").fill("1/3/2027")
    page.get_by_label(NOTE).focus()
    expect(question(page, "debut").locator(".fr-error-text")).to_have_count(0)


def test_two_tabs_meet_and_the_keyboard_settles_it(opened, axe, shot):
    application, here = opened
    there = here.context.new_page()
    there.goto(here.url)
    there.route("**/changements/**", lambda route: route.abort())  # this tab has not heard yet
    here.get_by_label(NEED).fill("Premier onglet.")
    here.get_by_label(NOTE).focus()
    expect(line(here)).to_have_text(SAVED)

    there.get_by_label(NEED).fill("Second onglet.")
    there.get_by_label(NOTE).focus()

    expect(there.locator("blockquote")).to_have_text("Premier onglet.")
    expect(there.get_by_label(NEED)).to_have_value("Second onglet.")
    expect(line(there)).to_have_text("Une réponse attend votre choix : elle a changé entre-temps.")
    expect(there.get_by_role("status").filter(has_text="les deux textes sont sous le champ")).to_have_count(1)
    assert stored(application) == {"need": "Premier onglet."}
    assert axe(there) == []
    shot(there, "autosave-conflict")
    there.get_by_role("button", name="Garder celui de cette page").press("Enter")
    expect(line(there)).to_have_text(SAVED)
    expect(there.get_by_label(NEED)).to_be_focused()
    assert stored(application) == {"need": "Second onglet."}
    expect(here.get_by_label(NEED)).to_have_value("Second onglet.")
    expect(question(here, "need").locator("[data-field-saved]")).to_have_text(re.compile("Modifié par vous, dans un autre onglet"))


def test_the_other_text_may_be_taken(opened):
    application, here = opened
    here.get_by_label(NEED).fill("Le mien.")
    there = here.context.new_page()
    there.goto(here.url)
    there.get_by_label(NEED).fill("Le sien.")
    there.get_by_label(NOTE).focus()
    expect(line(there)).to_have_text(SAVED)
    here.get_by_label(NOTE).focus()
    expect(here.locator("blockquote")).to_have_text("Le sien.")

    here.get_by_role("button", name="Prendre l’autre").press("Enter")

    expect(here.get_by_label(NEED)).to_have_value("Le sien.")
    expect(here.get_by_label(NEED)).to_be_focused()
    expect(here.locator("blockquote")).to_have_count(0)
    assert (stored(application), copies(here)) == ({"need": "Le sien."}, [])


def test_a_colleague_s_text_appears_within_seconds(opened, new_page, sign_in, story):
    application, here = opened
    ali = UserFactory(first_name="Ali", last_name="Ba")
    join(ali, story.organisation, verified=True)
    there = new_page()
    sign_in(there, ali)
    there.goto(path_of(application))
    here.get_by_label(NOTE).fill("Je suis en train d’écrire")

    there.get_by_label(NEED).fill("Le texte d’Ali.")
    there.get_by_label(NOTE).focus()

    expect(here.get_by_label(NEED)).to_have_value("Le texte d’Ali.")
    expect(question(here, "need").locator("[data-field-saved]")).to_have_text(re.compile("Modifié par Ali Ba à"))
    expect(here.get_by_label(NOTE)).to_have_value("Je suis en train d’écrire")
    expect(here.get_by_label(NOTE)).to_be_focused()
    expect(question(here, "need").locator(".site-word-count")).to_have_text("3 mots sur 300")


def test_a_lost_network_keeps_the_text_and_says_so(opened, axe, shot):
    application, page = opened
    page.context.set_offline(True)

    page.get_by_label(NEED).fill("Au milieu d’une phr")
    page.get_by_label(NOTE).focus()

    expect(line(page)).to_have_text(
        re.compile("Non enregistré : pas de réseau, nouvel essai dans 5 s. Votre texte est gardé dans ce navigateur.")
    )
    assert (stored(application), len(copies(page))) == ({}, 1)
    assert axe(page) == []
    shot(page, "autosave-offline")
    page.locator("#contenu").get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_label(NEED)).to_have_value("Au milieu d’une phr")
    page.get_by_label(NEED).fill("Au milieu d’une phrase.")
    page.context.set_offline(False)
    expect(line(page)).to_have_text(SAVED)
    assert (stored(application), copies(page)) == ({"need": "Au milieu d’une phrase."}, [])


def test_a_lost_answer_is_no_conflict_with_oneself(opened):
    """The server kept the text, its answer never came, and the person went on typing."""
    application, page = opened
    lost: list[int] = []

    def lose(route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)
            route.abort()

    page.route("**/saisie/", lose)
    page.get_by_label(NEED).fill("Un texte")
    page.get_by_label(NOTE).focus()
    expect(line(page)).to_have_text(re.compile("pas de réseau"))
    page.get_by_label(NEED).fill("Un texte plus long.")
    page.get_by_role("button", name="Réessayer maintenant").click()

    expect(line(page)).to_have_text(SAVED)
    expect(page.locator("blockquote")).to_have_count(0)
    assert (lost, stored(application)) == ([200], {"need": "Un texte plus long."})


def test_a_closed_window_leaves_a_text_that_is_offered(opened, axe, shot):
    application, page = opened
    page.context.set_offline(True)
    page.get_by_label(NEED).fill("Écrit dans le train.")
    expect(line(page)).to_have_text(re.compile("Non enregistré"))
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.context.set_offline(False)
    again.goto(path_of(application))

    found = question(again, "need").get_by_role("group", name=re.compile("^Texte retrouvé dans ce navigateur, du .* à"))
    expect(found).to_contain_text("Écrit dans le train.")
    expect(again.get_by_label(NEED)).to_have_value("")
    assert axe(again) == []
    shot(again, "autosave-found")
    found.get_by_role("button", name="Reprendre ce texte").press("Enter")
    expect(line(again)).to_have_text(SAVED)
    expect(again.get_by_label(NEED)).to_have_value("Écrit dans le train.")
    assert (stored(application), copies(again)) == ({"need": "Écrit dans le train."}, [])


def test_a_found_text_may_be_left(opened):
    _, page = opened
    page.context.set_offline(True)
    page.get_by_label(NEED).fill("Écrit dans le train.")
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.context.set_offline(False)
    again.goto(reverse("calls:application_section", args=[Application.objects.get().uuid, "projet"]))

    again.get_by_role("button", name="Ne pas le reprendre").click()

    expect(again.locator("[data-found]")).to_have_count(0)
    assert copies(again) == []


def give_password(user) -> None:
    """So that the account signs in through the pages."""
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def sign_in_by_form(page: Page, email: str) -> None:
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.locator("#contenu").get_by_role("button", name="Se connecter", exact=True).click()


def test_an_expired_session_is_opened_again_in_another_tab_and_the_page_goes_on(opened, story, axe, shot):
    application, page = opened
    give_password(story.carrier)
    Session.objects.all().delete()

    page.get_by_label(NEED).fill("Écrit trop longtemps.")
    page.get_by_label(NOTE).focus()
    expect(line(page)).to_have_text("Non enregistré. Votre session a expiré. Votre texte est gardé dans ce navigateur.")
    assert axe(page) == []
    shot(page, "autosave-session")
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Se connecter de nouveau").click()
    sign_in_by_form(opening.value, story.carrier.email)
    expect(opening.value.get_by_role("heading", level=1)).to_have_text("Le projet")
    page.bring_to_front()

    expect(line(page)).to_have_text(SAVED)
    assert (stored(application), copies(page)) == ({"need": "Écrit trop longtemps."}, [])
    page.locator("#contenu").get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Votre saisie est enregistrée.")).to_be_visible()


def test_another_account_never_sees_nor_sends_the_text(opened, story):
    application, page = opened
    ali = UserFactory()
    give_password(ali)
    join(ali, story.organisation, verified=True)
    Session.objects.all().delete()
    page.get_by_label(NEED).fill("Le secret de Claire.")
    page.get_by_label(NOTE).focus()
    expect(line(page)).to_have_text(re.compile("Votre session a expiré"))
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Se connecter de nouveau").click()
    there = opening.value
    sign_in_by_form(there, ali.email)
    expect(there.get_by_role("heading", level=1)).to_have_text("Le projet")
    page.bring_to_front()

    expect(line(page)).to_have_text(re.compile("connecté avec un autre compte"))
    expect(there.get_by_label(NEED)).to_have_value("")
    expect(there.locator("[data-found]")).to_have_count(0)
    assert (stored(application), len(copies(page))) == ({}, 1)


def test_signing_out_erases_the_copy(opened):
    application, page = opened
    page.context.set_offline(True)
    page.get_by_label(NEED).fill("Un poste partagé.")
    expect(line(page)).to_have_text(re.compile("Non enregistré"))
    assert len(copies(page)) == 1
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/saisie/", lambda route: route.abort())
    page.context.set_offline(False)

    page.get_by_role("banner").get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(re.compile(r"/$"))

    assert (stored(application), copies(page)) == ({}, [])


@pytest.mark.parametrize(
    ("change", "said"),
    [("withdraw", "Ce dossier a été retiré. Reprenez-le pour le modifier."), ("delete", "Ce dossier n’existe plus")],
)
def test_a_dossier_taken_away_says_so_and_keeps_the_text(new_page, sign_in, story, change, said):
    application = story.deposited() if change == "withdraw" else story.start()
    page = new_page()
    sign_in(page, story.carrier)
    page.goto(path_of(application))
    if change == "withdraw":
        withdraw_application(application, by=story.carrier)
    else:
        delete_draft(Application.objects.get(), by=story.carrier)

    page.get_by_label(NOTE).fill("Trop tard.")
    page.get_by_label(NEED).focus()

    expect(line(page)).to_contain_text(said)
    expect(line(page)).to_contain_text("Votre texte est gardé dans ce navigateur.")
    expect(page.get_by_label(NOTE)).to_have_value("Trop tard.")
    assert len(copies(page)) == 1


def test_the_guard_asks_only_while_something_is_unsaved(opened):
    _, page = opened
    asked: list[str] = []

    def leave(dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)

    page.get_by_label(NEED).fill("Un besoin.")
    page.get_by_label(NOTE).focus()
    expect(line(page)).to_have_text(SAVED)
    page.goto(reverse("calls:application_list"))
    quiet = list(asked)
    page.go_back()
    page.context.set_offline(True)
    page.get_by_label(NEED).fill("Un autre besoin.")
    expect(line(page)).to_have_text(re.compile("Non enregistré"))
    page.context.set_offline(False)
    page.route("**/saisie/", lambda route: route.abort())
    page.goto(reverse("calls:application_list"))

    assert (quiet, asked) == ([], ["beforeunload"])


@pytest.mark.parametrize("width", [1280, 320])
def test_the_saved_line_is_in_sight_and_covers_no_field(new_page, sign_in, story, axe, shot, width):
    section = story.round.sections.get()
    for rank in range(6):
        QuestionFactory(section=section, key=f"texte{rank}", label=f"Texte {rank} ?", long_text=True)
    application = story.start()
    page = new_page(width=width)
    sign_in(page, story.carrier)
    page.goto(path_of(application))

    for rank in (5, 0, 3):
        field = page.get_by_label(f"Texte {rank} ?")
        field.focus()
        field.press_sequentially("Des mots")
        expect(line(page)).to_be_in_viewport()
        over, box = page.locator("[data-saved]").bounding_box(), field.bounding_box()
        assert over["y"] + over["height"] <= box["y"] or box["y"] + box["height"] <= over["y"]
    page.get_by_label("Texte 0 ?").focus()
    expect(line(page)).to_have_text(SAVED)

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=f"/tmp/vtext-saved-{width}.png")
    shot(page, f"autosave-saved-{width}")
