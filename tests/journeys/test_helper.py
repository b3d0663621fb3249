"""Someone outside the organisation helps with one dossier; whoever writes there sees who else does, what each wrote, and what was said before."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from calls.actions.application import start_application
from calls.models import AnswerVersion, Application
from kit import clock
from notifications.actions import deliver_due
from notifications.models import Message
from projects.models import Project
from territories.models import Area
from tests.calls.cast import Story, tell_story
from tests.factories.accounts import PASSWORD
from tests.factories.calls import GuestFactory, QuestionFactory
from tests.factories.territories import load_few_areas

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GINA = "gina@exemple.fr"
NEED, NOTE = "À quel besoin répondez-vous ?", "Autre chose ?"


@pytest.fixture(autouse=True)
def _nothing_counted_yet(settings, live_server):
    cache.clear()
    settings.SITE_URL = live_server.url


@pytest.fixture
def story() -> Story:
    return tell_story(verified=True)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.locator("#contenu").get_by_role("button", name=name).first.click()


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    page.locator("#contenu").get_by_role("link", name=name).first.click()


def letter() -> str:
    deliver_due(Message.objects.due_or_new())
    return str([one for one in mail.outbox if one.to == [GINA]][-1].body)


def section_of(application: Application) -> str:
    return reverse("calls:application_section", args=[application.uuid, "projet"])


def answered(application: Application) -> dict[str, tuple[object, str]]:
    return {answer.question_key: (answer.typed, str(answer.by)) for answer in application.answers.select_related("by")}


def invite(page: Page, application: Application, access: str) -> None:
    page.goto(reverse("calls:application_detail", args=[application.uuid]))
    follow(page, re.compile("Inviter quelqu’un"))
    page.get_by_label("Adresse électronique").fill(GINA)
    page.get_by_role("radio", name=access, exact=True).check(force=True)
    press(page, "Envoyer l’invitation")
    expect(page.get_by_text(f"L’invitation est envoyée à {GINA}")).to_be_visible()


def sign_up_from_the_letter(page: Page) -> None:
    page.goto(re.search(r"/dossiers/invitations/[\w-]+/", letter())[0])
    follow(page, "Créer un compte")
    page.get_by_label("Prénom").fill("Gina")
    page.get_by_label("Nom", exact=True).fill("Rossi")
    page.get_by_label("Adresse électronique").fill(GINA)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    press(page, "Créer mon compte")
    page.get_by_label("Code").fill(re.findall(r"^[A-Z]{4}-[A-Z]{4}$", letter(), re.MULTILINE)[0])
    press(page, "Valider")
    press(page, "Accepter l’invitation")
    expect(page.get_by_text("Le dossier vous est ouvert.")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_helper_invited_by_mail_writes_and_the_member_sees_who_wrote(new_page, sign_in, story, javascript):
    application = story.start()
    story.save(application, need="Le soir, personne ne garde les enfants.")
    hers, ginas = new_page(javascript=javascript), new_page(javascript=javascript)
    sign_in(hers, story.carrier)
    invite(hers, application, "Lire et modifier les réponses")

    sign_up_from_the_letter(ginas)
    ginas.goto(section_of(application))
    ginas.get_by_label(NEED).fill("Le soir et la nuit, personne ne garde les enfants.")
    press(ginas, re.compile("^Enregistrer$"))
    expect(ginas.get_by_text("Votre saisie est enregistrée.")).to_be_visible()

    hers.goto(reverse("calls:application_history", args=[application.uuid]))
    expect(hers.locator(".site-timeline li").first).to_contain_text("Gina Rossi, dans « Le projet »")
    follow(hers, NEED)
    expect(hers.locator("ins", has_text="et la nuit")).to_be_visible()
    press(hers, re.compile("Reprendre ce texte"))
    expect(hers.get_by_label(NEED)).to_have_value("Le soir, personne ne garde les enfants.")

    hers.goto(reverse("calls:guest_list", args=[application.uuid]))
    press(hers, "Retirer l’accès : Gina Rossi")
    expect(hers.get_by_text("Personne n’est invité pour le moment")).to_be_visible()
    assert ginas.goto(section_of(application)).status == 404
    assert answered(application) == {"need": ("Le soir, personne ne garde les enfants.", "Claire Porteuse")}
    assert list(AnswerVersion.objects.order_by("version").values_list("typed", "by__first_name")) == [
        ("Le soir, personne ne garde les enfants.", "Claire"),
        ("Le soir et la nuit, personne ne garde les enfants.", "Gina"),
    ]


def test_two_people_see_each_other_in_a_section(new_page, sign_in, story):
    application = story.start()
    gina = GuestFactory(application=application, accepted=True, user__first_name="Gina", user__last_name="Rossi").user
    hers, ginas = new_page(), new_page()
    sign_in(hers, story.carrier)
    sign_in(ginas, gina)
    ginas.goto(section_of(application))
    hers.goto(section_of(application))

    expect(hers.locator("[data-saved-others]")).to_have_text("Gina Rossi est dans cette section.", timeout=15_000)
    expect(ginas.locator("[data-saved-others]")).to_have_text("Claire Porteuse est dans cette section.", timeout=15_000)


@pytest.fixture
def second(story) -> Application:
    """A new dossier, after one that says everything that it asks."""
    load_few_areas()
    section = story.round.sections.get()
    QuestionFactory(section=section, key="statut", label="Où en est le projet ?", single_choice=True, choices=["En essai", "En place"])
    QuestionFactory(section=section, key="siege", label="Dans quelle commune ?", commune=True, known_as="commune")
    story.save(story.start(), need="Le soir, personne ne garde les enfants.", statut="choix-2")
    story.organisation.commune = Area.objects.get(kind="commune", name="Le Mans")
    story.organisation.save()
    project = Project.objects.create(organisation=story.organisation, name="Autre projet", summary="…", created_by=story.carrier)
    return start_application(story.round, story.organisation, project, by=story.carrier, arrived_at=clock.now())[0]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_what_was_said_once_is_offered_and_taken_up_by_hand(new_page, sign_in, story, second, javascript):
    page = new_page(javascript=javascript)
    sign_in(page, story.carrier)
    page.goto(section_of(second))
    expect(page.get_by_label(NEED)).to_have_value("")

    for label in (NEED, "Où en est le projet ?", "Dans quelle commune ?"):
        press(page, re.compile(f"Reprendre cette réponse à « {re.escape(label)} »"))

    expect(page.get_by_label(NEED)).to_have_value("Le soir, personne ne garde les enfants.")
    expect(page.get_by_role("radio", name="En place")).to_be_checked()
    expect(page.get_by_role("button", name=re.compile("Reprendre cette réponse"))).to_have_count(0)
    if javascript:
        expect(page.locator("[data-saved-line]")).to_have_text(re.compile("Enregistré à"))
    said = {key: typed for key, (typed, _) in answered(second).items()}
    assert said == {"need": "Le soir, personne ne garde les enfants.", "statut": "choix-2", "siege": ["commune:72181"]}


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_have_no_axe_finding(new_page, sign_in, axe, shot, story, second, width):
    page = new_page(width=width)
    sign_in(page, story.carrier)
    first = Application.objects.exclude(pk=second.pk).get()
    gina = GuestFactory(application=first, accepted=True, user__first_name="Gina", user__last_name="Rossi").user
    GuestFactory(application=first, email="paul@exemple.fr", token="lien", reads=True)
    story.save(first, by=gina, need="Le soir et la nuit, personne ne garde les enfants.", siege="commune:72181")
    story.save(first, need="Tout autre chose : un lieu ouvert.")
    story.deposit(first)
    story.save(first, need="Tout autre chose : un lieu ouvert le soir et la nuit, sans inscription.")
    looked = {
        "history": reverse("calls:application_history", args=[first.uuid]),
        "history-answer": reverse("calls:answer_history", args=[first.uuid, "need"]),
        "compare": reverse("calls:application_compare", args=[first.uuid]),
        "guests": reverse("calls:guest_list", args=[first.uuid]),
        "guest-accept": reverse("calls:guest_accept", args=["lien"]),
        "offers": section_of(second),
        "detail": reverse("calls:application_detail", args=[first.uuid]),
    }

    found = {}
    for name, path in looked.items():
        page.goto(path)
        found[name] = (axe(page), page.evaluate("document.documentElement.scrollWidth") > width)
        shot(page, f"helper-{name}")

    assert found == dict.fromkeys(looked, ([], False))


def test_the_dossier_says_in_which_sections_text_waits_in_this_browser(new_page, sign_in, story):
    QuestionFactory(section__round=story.round, section__key="autre", section__title="Une autre section")
    application = story.start()
    page = new_page()
    sign_in(page, story.carrier)
    page.context.route("**/saisie/", lambda route: route.abort())
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(section_of(application))
    page.get_by_label(NEED).fill("Ce que personne n’a reçu.")
    expect(page.locator("[data-saved-line]")).to_have_text(re.compile("Non enregistré"))

    page.goto(reverse("calls:application_detail", args=[application.uuid]))

    rows = page.locator(".site-sections__row")
    expect(rows.filter(has_text="Le projet").locator("[data-copies-left]")).to_be_visible()
    expect(rows.filter(has_text="Une autre section").locator("[data-copies-left]")).to_be_hidden()
