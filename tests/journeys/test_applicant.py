"""A person nobody knows yet applies to an open call, from the sign-up to the withdrawal, with and without JavaScript."""

import json
import re
from dataclasses import replace

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from calls.actions.application import withdraw_application
from calls.enums import ApplicationState, Capacity
from calls.models import Answer, Application, Deposit, Receipt, Round
from community.models import Organisation
from notifications.actions import deliver_due
from notifications.models import Message
from tests.calls.cast import tell_story
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.calls import DeclarationFactory, QuestionFactory, RoundFactory, SectionFactory
from tests.factories.community import MembershipFactory
from tests.factories.projects import ProjectFactory
from tests.factories.territories import load_few_areas

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EMAIL = "nadia@exemple.fr"
NEED = "Les mères seules n’ont pas de garde le soir.\nNous ouvrons de 18 h à 23 h."


@pytest.fixture(autouse=True)
def _no_limit_counted_yet():
    cache.clear()


@pytest.fixture(autouse=True)
def _links_in_messages_lead_here(settings, live_server):
    settings.SITE_URL = live_server.url


@pytest.fixture
def small_round() -> Round:
    """An open round with one section holding a question of each common kind; all but the last are required."""
    load_few_areas()
    round_ = RoundFactory(open=True, code="SOI27", call__title="Solidarités du soir", call__slug="soir")
    section = SectionFactory(round=round_, key="projet", title="Le projet")
    QuestionFactory(section=section, key="besoin", label="À quel besoin répondez-vous ?", long_text=True)
    QuestionFactory(section=section, key="montant", label="Quel montant demandez-vous ?", amount=True)
    QuestionFactory(section=section, key="debut", label="Quand commencez-vous ?", date=True)
    QuestionFactory(section=section, key="salaries", label="Avez-vous des salariés ?", yes_no=True)
    QuestionFactory(section=section, key="statut", label="Où en est le projet ?", single_choice=True, choices=["En essai", "En place"])
    QuestionFactory(section=section, key="publics", label="Pour qui ?", multiple_choice=True, choices=["Enfants", "Parents"])
    QuestionFactory(section=section, key="commune", label="Dans quelle commune ?", commune=True)
    QuestionFactory(section=section, key="note", label="Autre chose ?", required=False)
    DeclarationFactory(round=round_)
    return round_


def press(page: Page, name: str) -> None:
    page.locator("#contenu").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.locator("#contenu").get_by_role("link", name=name).first.click()


def choose(page: Page, kind: str, name: str) -> None:
    page.locator("#contenu").get_by_role(kind, name=name, exact=True).check(force=True)  # the design system hides the box behind its label


def title(page: Page):
    return page.get_by_role("heading", level=1)


def badges(page: Page):
    return page.locator(".site-badges .fr-badge")


def received_code() -> str:
    """The code in the last mail that left for the new person, once the outbox was delivered."""
    deliver_due(Message.objects.due_or_new())
    letters = [letter for letter in mail.outbox if letter.to == [EMAIL]]
    return re.findall(r"^[A-Z]{4}-[A-Z]{4}$", letters[-1].body, re.MULTILINE)[0]


def sign_up(page: Page) -> None:
    follow(page, "Créer un compte")
    page.get_by_label("Prénom").fill("Nadia")
    page.get_by_label("Nom", exact=True).fill("Benali")
    page.get_by_label("Adresse électronique").fill(EMAIL)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    press(page, "Créer mon compte")
    expect(title(page)).to_have_text("Vérifier votre adresse électronique")
    page.get_by_label("Code").fill(received_code())
    press(page, "Valider")


def enter_organisation(page: Page) -> None:
    follow(page, "Enregistrer mon organisation")
    page.get_by_role("radio", name="Immatriculation en cours").check(force=True)
    press(page, "Continuer")
    page.get_by_label("Nom", exact=True).fill("La Veilleuse")
    page.get_by_label("Code postal").fill("72000")
    page.get_by_label("Commune du siège").fill("Le Mans")
    choose(page, "radio", "Association")
    page.get_by_role("radio", name="Forme juridique").check(force=True)
    press(page, "Enregistrer l’organisation")


def describe_project(page: Page) -> None:
    page.get_by_label("Nom du projet").fill("Garde du soir")
    page.get_by_label("Le projet en quelques mots").fill("Une crèche ouverte le soir.")
    press(page, "Commencer le dossier")


def fill_some(page: Page) -> None:
    """What a hurried person leaves: a day that does not exist, a commune that could be two, boxes left empty."""
    page.get_by_label("À quel besoin répondez-vous ?").fill(NEED)
    page.get_by_label("Quand commencez-vous ?").fill("31/02/2027")
    page.get_by_label("Dans quelle commune ?").fill("Saint-Denis")
    page.get_by_label("Autre chose ?").click()  # closes the list of communes
    press(page, "Enregistrer et vérifier")


def complete(page: Page) -> None:
    choose(page, "radio", "Oui")
    choose(page, "radio", "En place")
    choose(page, "checkbox", "Enfants")
    choose(page, "checkbox", "Parents")
    page.get_by_role("radio", name="Saint-Denis (93)").check(force=True)
    page.get_by_label("Quel montant demandez-vous ?").fill("12 500,50")
    expect(page.get_by_label("Quand commencez-vous ?")).to_have_value("31/02/2027")
    page.get_by_label("Quand commencez-vous ?").fill("1/3/2027")
    press(page, "Enregistrer et vérifier")


def deposit(page: Page, button: str) -> None:
    expect(page.get_by_label("Nom et prénom")).to_have_value("Nadia Benali")
    page.get_by_label("Fonction dans l’organisation").fill("Présidente")
    choose(page, "radio", Capacity.LEGAL_REPRESENTATIVE.label)
    page.get_by_role("checkbox", name="Je certifie sur l’honneur").check(force=True)
    press(page, button)
    expect(page).to_have_url(re.compile("/accuses/"))  # the page of the deposit leaves once it is made


def said_in(one: Deposit, key: str) -> str:
    """An answer as the deposit holds it, its spaces made plain."""
    (said,) = [
        answer["said"] for part in json.loads(one.content)["content"]["sections"] for answer in part["answers"] if answer["key"] == key
    ]
    return re.sub("[\u202f\u00a0]", " ", said)


def see_what_is_missing(page: Page) -> None:
    """The verification page names each answer that is missing or cannot be read, and each link leads to its field."""
    expect(title(page)).to_have_text("Vérifier et déposer")
    expect(page.get_by_role("heading", name="Il manque 6 réponses pour déposer")).to_be_visible()
    links = page.locator("#contenu .fr-alert--warning li a")
    expect(links).to_have_text(
        [
            "Quel montant demandez-vous ?",
            "Quand commencez-vous ?",
            "Avez-vous des salariés ?",
            "Où en est le projet ?",
            "Pour qui ?",
            "Dans quelle commune ?",
        ]
    )
    expect(page.get_by_role("button", name="Déposer le dossier")).to_have_count(0)
    for place in [link.get_attribute("href") for link in links.all()]:
        page.goto(place)
        expect(page.locator(":target")).to_be_in_viewport()


def read_receipt(page: Page) -> None:
    receipt = Receipt.objects.get()
    expect(title(page)).to_have_text(f"Accusé de réception n° {receipt.number}")
    expect(page.get_by_text("Votre dossier est déposé", exact=True)).to_be_visible()
    facts = page.locator(".site-facts").first
    for said in ("Garde du soir", "La Veilleuse", "Nadia Benali, Présidente", "Bureau de l’innovation sociale"):
        expect(facts.get_by_text(said)).to_be_visible()
    expect(facts).to_contain_text(receipt.deposit.content_sha256)
    expect(page.get_by_text(receipt.code_in_groups)).to_be_visible()


def read_message(page: Page) -> None:
    """The receipt came by mail, and waits in the inbox, from which one is led back to it."""
    receipt = Receipt.objects.get()
    deliver_due(Message.objects.due_or_new())
    assert [letter.to for letter in mail.outbox if receipt.number in letter.subject] == [[EMAIL]]
    page.get_by_role("banner").get_by_role("link", name="Messages").click()
    follow(page, f"Accusé de réception n° {receipt.number}")
    expect(page.locator("#contenu")).to_contain_text(f"ACCUSÉ DE RÉCEPTION n° {receipt.number}")
    follow(page, "Voir la page concernée")
    expect(title(page)).to_have_text(f"Accusé de réception n° {receipt.number}")
    follow(page, "Revenir au dossier")
    expect(badges(page)).to_have_text(["Déposé"])


def change_an_answer(page: Page) -> None:
    follow(page, "Le projet")
    page.get_by_label("Quel montant demandez-vous ?").fill("15 000")
    press(page, "Enregistrer")
    expect(page.get_by_text("Modifié depuis le dépôt.")).to_be_visible()
    page.goto(reverse("calls:application_list"))
    expect(badges(page)).to_have_text(["Déposé", "Modifié depuis le dépôt"])
    follow(page, "Garde du soir")
    follow(page, "Déposer les modifications")


def withdraw(page: Page) -> None:
    follow(page, "Retirer ce dossier")
    press(page, "Retirer le dossier")
    expect(page.get_by_text("Le dossier est retiré. Il ne sera pas examiné.")).to_be_visible()
    expect(badges(page)).to_have_text(["Retiré"])


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_newcomer_signs_up_and_starts_a_dossier_without_losing_the_way(new_page, small_round, javascript):
    page = new_page(javascript=javascript)
    page.goto(reverse("calls:call_detail", args=["soir"]))

    follow(page, "Commencer un dossier")
    sign_up(page)
    expect(title(page)).to_have_text("Candidater")
    enter_organisation(page)
    expect(title(page)).to_have_text("Candidater")
    describe_project(page)

    expect(title(page)).to_have_text("Garde du soir")
    expect(badges(page)).to_have_text(["Brouillon, non déposé"])
    application = Application.objects.get()
    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.siret, organisation.memberships.get().user.email) == ("La Veilleuse", "", EMAIL)
    assert (application.organisation, application.round) == (organisation, small_round)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_newcomer_completes_deposits_changes_deposits_again_and_withdraws(new_page, small_round, javascript):
    page = new_page(javascript=javascript)
    page.goto(reverse("calls:application_start", args=["soir", small_round.code]))
    sign_up(page)
    enter_organisation(page)
    describe_project(page)

    follow(page, "Le projet")
    fill_some(page)
    see_what_is_missing(page)
    complete(page)
    expect(page.get_by_text("Toutes les réponses obligatoires sont là.")).to_be_visible()
    deposit(page, "Déposer le dossier")
    read_receipt(page)
    read_message(page)
    change_an_answer(page)
    deposit(page, "Déposer les modifications")
    expect(page.get_by_text("Votre dossier est déposé", exact=True)).to_be_visible()
    follow(page, "Revenir au dossier")
    expect(badges(page)).to_have_text(["Déposé"])
    follow(page, f"Accusé n° {Receipt.objects.earliest('pk').number}")
    expect(page.get_by_text("Un dépôt plus récent a remplacé celui-ci")).to_be_visible()
    follow(page, "Revenir au dossier")
    withdraw(page)

    assert Application.objects.get().state == ApplicationState.WITHDRAWN
    first, second = Deposit.objects.order_by("sequence")
    assert (said_in(first, "montant"), said_in(second, "montant")) == ("12 500,50 €", "15 000 €")
    assert (said_in(second, "besoin"), said_in(second, "debut"), said_in(second, "salaries")) == (NEED, "1er mars 2027", "Oui")
    assert (said_in(second, "statut"), said_in(second, "publics")) == ("En place", "Enfants\nParents")
    assert said_in(second, "commune") == "Saint-Denis (93)"


def two_tabs(new_page, sign_in, *, javascript=True):
    """One dossier whose section Claire has open twice, and its address."""
    story = tell_story()
    application = story.start()
    story.save(application, need="Le texte de départ.")
    here = new_page(javascript=javascript)
    sign_in(here, story.carrier)
    there = here.context.new_page()
    there.route("**/changements/**", lambda route: route.abort())  # this tab has not heard of the other's changes yet
    path = reverse("calls:application_section", args=[application.uuid, "projet"])
    for tab in (here, there):
        tab.goto(path)
    return application, here, there


def stored(application: Application) -> dict[str, str]:
    return dict(Answer.objects.filter(application=application).values_list("question_key", "typed"))


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_two_tabs_on_one_section_show_both_texts_and_lose_none(new_page, sign_in, javascript):
    application, here, there = two_tabs(new_page, sign_in, javascript=javascript)
    need, note = "À quel besoin répondez-vous ?", "Autre chose ?"

    here.get_by_label(need).fill("Le texte du premier onglet.")
    press(here, "Enregistrer")
    expect(here.get_by_text("Votre saisie est enregistrée.")).to_be_visible()
    there.get_by_label(need).fill("Le texte du second onglet.")
    there.get_by_label(note).fill("Une note du second onglet.")
    press(there, "Enregistrer")

    expect(there.get_by_role("heading", name="Une réponse est à revoir")).to_be_visible()
    expect(there.get_by_label(need)).to_have_value("Le texte du second onglet.")
    expect(there.locator("blockquote")).to_have_text("Le texte du premier onglet.")
    expect(there.get_by_label(note)).to_have_value("Une note du second onglet.")
    expect(there.get_by_role("alert")).to_contain_text("Vos autres réponses sur cette page sont enregistrées.")
    assert stored(application) == {"need": "Le texte du premier onglet.", "note": "Une note du second onglet."}

    there.get_by_label(need).fill("Le texte des deux onglets.")
    press(there, "Enregistrer")
    expect(there.get_by_text("Votre saisie est enregistrée.")).to_be_visible()
    here.goto(here.url)
    expect(here.get_by_label(need)).to_have_value("Le texte des deux onglets.")
    assert stored(application) == {"need": "Le texte des deux onglets.", "note": "Une note du second onglet."}


def test_leaving_a_conflict_without_settling_it_asks_first(new_page, sign_in):
    _, here, there = two_tabs(new_page, sign_in)
    asked = []

    def stay(dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    here.get_by_label("À quel besoin répondez-vous ?").fill("Le texte du premier onglet.")
    press(here, "Enregistrer")
    expect(here.get_by_text("Votre saisie est enregistrée.")).to_be_visible()
    there.get_by_label("À quel besoin répondez-vous ?").fill("Le texte du second onglet.")
    press(there, "Enregistrer")
    expect(there.locator("blockquote")).to_be_visible()
    there.on("dialog", stay)
    there.get_by_role("navigation", name="Sections du dossier").get_by_role("link", name="Vérifier et déposer").click()

    expect(there.get_by_label("À quel besoin répondez-vous ?")).to_have_value("Le texte du second onglet.")
    assert asked == ["beforeunload"]


@pytest.fixture
def every_page(small_round):
    """Who applies, and the addresses of her pages by name, in each situation that changes what they show."""
    story = tell_story(call__title="Territoires zéro exclusion", call__slug="territoires")
    draft, changed = story.start(), replace(story, project=ProjectFactory(organisation=story.organisation)).deposited()
    story.save(changed, need="Un autre besoin.")
    withdrawn = replace(story, project=ProjectFactory(organisation=story.organisation)).deposited()
    withdraw_application(withdrawn, by=story.carrier)
    pioneer = replace(story, round=small_round)
    empty = pioneer.start()
    begun = replace(pioneer, project=ProjectFactory(organisation=story.organisation)).start()
    pioneer.save(begun, besoin=NEED, debut="31/02/2027", commune="Saint-Denis", publics="choix-1")
    ready = replace(story, project=ProjectFactory(organisation=story.organisation)).start()
    story.save(ready, need="Un besoin.")
    pages = {
        "list": reverse("calls:application_list"),
        "start": reverse("calls:application_start", args=["soir", "SOI27"]),
        "detail-changed": reverse("calls:application_detail", args=[changed.uuid]),
        "detail-withdrawn": reverse("calls:application_detail", args=[withdrawn.uuid]),
        "section-empty": reverse("calls:application_section", args=[empty.uuid, "projet"]),
        "section-begun": reverse("calls:application_section", args=[begun.uuid, "projet"]),
        "section-read-only": reverse("calls:application_section", args=[withdrawn.uuid, "projet"]),
        "deposit-missing": reverse("calls:application_deposit", args=[begun.uuid]),
        "deposit-ready": reverse("calls:application_deposit", args=[ready.uuid]),
        "deposit-nothing": reverse("calls:application_deposit", args=[withdrawn.uuid]),
        "receipt-changed": reverse("calls:receipt_detail", args=[changed.current_deposit.receipt.uuid]),
        "receipt-withdrawn": reverse("calls:receipt_detail", args=[withdrawn.current_deposit.receipt.uuid]),
        "withdraw": reverse("calls:application_withdraw", args=[changed.uuid]),
        "delete": reverse("calls:application_delete", args=[draft.uuid]),
    }
    return story.carrier, pages


@pytest.mark.parametrize("width", [1280, 320])
def test_applicant_pages_have_no_axe_finding(new_page, sign_in, axe, shot, every_page, width):
    carrier, pages = every_page
    page = new_page(width=width)
    sign_in(page, carrier)
    found = {}

    for name, path in pages.items():
        answer = page.goto(path)
        found[name] = (answer.status, page.url.endswith(path), axe(page), page.evaluate("document.documentElement.scrollWidth") > width)
        shot(page, f"applicant-{name}")
    page.goto(pages["deposit-ready"])
    press(page, "Déposer le dossier")
    expect(page.get_by_role("alert")).to_have_count(1)
    found["deposit-refused"] = (200, True, axe(page), False)

    assert found == dict.fromkeys([*pages, "deposit-refused"], (200, True, [], False))


@pytest.mark.parametrize("width", [1280, 320])
def test_start_pages_and_conflict_have_no_axe_finding(new_page, sign_in, axe, shot, small_round, width):
    _, here, there = two_tabs(new_page, sign_in)
    path = reverse("calls:application_start", args=["soir", "SOI27"])
    newcomer, several = new_page(width=width), new_page(width=width)
    sign_in(newcomer, UserFactory())
    newcomer.goto(path)
    member = UserFactory()
    MembershipFactory.create_batch(2, user=member)
    sign_in(several, member)
    several.goto(path)
    here.get_by_label("Autre chose ?").fill("Premier onglet.")
    press(here, "Enregistrer")
    there.set_viewport_size({"width": width, "height": 900})
    there.get_by_label("Autre chose ?").fill("Second onglet.")
    press(there, "Enregistrer")
    expect(there.locator("blockquote")).to_have_text("Premier onglet.")
    tabs = {"start-newcomer": newcomer, "start-several": several, "section-conflict": there}
    found = {}

    for name, page in tabs.items():
        found[name] = (axe(page), page.evaluate("document.documentElement.scrollWidth") > width)
        shot(page, f"applicant-{name}")

    assert found == dict.fromkeys(tabs, ([], False))
