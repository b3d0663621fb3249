"""Someone gives files: several at once, over a network that comes and goes, some that are not what they say."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from calls.enums import AttachmentState
from calls.models import Attachment
from calls.models.attachment import CHUNK
from projects.models import Project
from tests.calls.cast import Story, join
from tests.calls.files import KEY, answer_of, give, story_with_files
from tests.factories.accounts import UserFactory
from tests.factories.files import pdf, pdf_of, photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = pdf_of(2 * CHUNK + 1_000)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def story() -> Story:
    return story_with_files()


@pytest.fixture
def opened(new_page, sign_in, story):
    """A dossier, and Claire in front of its section."""
    return open_section(new_page(), sign_in, story)


def open_section(page: Page, sign_in, story, application=None, *, user=None):
    application = application or story.start()
    sign_in(page, user or story.carrier)
    page.goto(reverse("calls:application_section", args=[application.uuid, "projet"]))
    return application, page


def file(name: str, data: bytes, kind: str = "application/pdf") -> dict[str, object]:
    return {"name": name, "mimeType": kind, "buffer": data}


def choose(page: Page, *files: dict[str, object]) -> None:
    page.locator(f"#q-{KEY}").set_input_files(list(files))


def rows(page: Page):
    return page.locator("li.site-file")


def row(page: Page, name: str):
    return rows(page).filter(has_text=name)


def said(page: Page):
    return page.locator("[data-uploads-said]")


def test_several_files_are_sent_at_once_and_shown_as_they_stand(opened, axe, shot):
    application, page = opened

    choose(page, file("Statuts signés.pdf", LONG), file("Équipe.jpg", photo(), "image/jpeg"))

    expect(row(page, "Statuts signés.pdf").get_by_role("link")).to_be_visible()
    expect(row(page, "Équipe.jpg")).to_contain_text("sans ses métadonnées")
    expect(said(page)).to_have_text("Équipe.jpg est enregistré.")
    assert [one["name"] for one in answer_of(application).value] == ["Statuts signés.pdf", "Équipe.jpg"]
    shot(page, "files-given")
    assert axe(page) == []
    page.reload()
    expect(rows(page)).to_have_count(2)
    with page.expect_download() as download:
        row(page, "Statuts signés.pdf").get_by_role("link").click()
    assert download.value.suggested_filename == "Statuts signés.pdf"


def test_sending_goes_on_where_the_network_went_away(opened, shot):
    application, page = opened
    pieces: list[str] = []
    page.on("request", lambda request: pieces.append(request.url) if request.method == "PUT" else None)
    page.route(
        "**/morceau/**", lambda route: route.abort() if f"offset={CHUNK}" in route.request.url and len(pieces) < 3 else route.continue_()
    )

    choose(page, file("statuts.pdf", LONG))
    expect(rows(page)).to_contain_text("Envoi interrompu à")
    expect(rows(page)).to_contain_text("pas de réseau")
    shot(page, "files-interrupted")
    page.evaluate("window.dispatchEvent(new Event('online'))")

    expect(rows(page).get_by_role("link")).to_be_visible()
    offsets = [re.search(r"offset=(\d+)", url)[1] for url in pieces]
    assert offsets[:3] == ["0", str(CHUNK), str(CHUNK)]
    assert offsets.count("0") == 1
    assert answer_of(application).typed


def test_whole_machine_goes_offline_and_comes_back(opened):
    application, page = opened
    page.route("**/morceau/**", lambda route: (page.context.set_offline(True), route.abort()))

    choose(page, file("statuts.pdf", LONG))
    expect(rows(page)).to_contain_text("pas de réseau")
    page.unroute("**/morceau/**")
    page.context.set_offline(False)

    expect(rows(page).get_by_role("link")).to_be_visible()
    assert len(answer_of(application).typed) == 1


def test_reloaded_page_shows_what_was_interrupted_and_takes_it_up_again(opened, tmp_path):
    _, page = opened
    path = tmp_path / "statuts.pdf"
    path.write_bytes(LONG)
    page.route("**/morceau/**", lambda route: route.abort() if f"offset={CHUNK}" in route.request.url else route.continue_())
    page.locator(f"#q-{KEY}").set_input_files(path)
    expect(rows(page)).to_contain_text("Envoi interrompu à")
    page.unroute("**/morceau/**")
    page.on("dialog", lambda dialog: dialog.accept())

    page.reload()
    expect(rows(page)).to_contain_text("envoi interrompu à 49")
    pieces: list[str] = []
    page.on("request", lambda request: pieces.append(request.url) if request.method == "PUT" else None)
    page.locator(f"#q-{KEY}").set_input_files(path)

    expect(rows(page).get_by_role("link")).to_be_visible()
    assert [re.search(r"offset=(\d+)", url)[1] for url in pieces] == [str(CHUNK), str(2 * CHUNK)]
    assert Attachment.objects.count() == 1
    expect(rows(page)).to_have_count(1)


def test_program_under_another_name_is_refused_in_words(opened, axe, shot):
    application, page = opened

    choose(page, file("facture.pdf", b"MZ\x90\x00" + bytes(500)), file("programme.exe", b"MZ"), file("vide.pdf", b""))

    expect(row(page, "facture.pdf")).to_contain_text("n’est pas celui d’un fichier .pdf")
    expect(row(page, "programme.exe")).to_contain_text("Ce format n’est pas accepté")
    expect(row(page, "vide.pdf")).to_contain_text("Ce fichier est vide")
    shot(page, "files-refused")
    assert axe(page) == []
    assert not application.answers.exists()
    row(page, "vide.pdf").get_by_role("button").click()
    expect(rows(page)).to_have_count(2)


def test_file_is_removed_and_replaced(opened):
    application, page = opened
    choose(page, file("brouillon.pdf", pdf()))
    expect(row(page, "brouillon.pdf").get_by_role("link")).to_be_visible()

    row(page, "brouillon.pdf").get_by_role("button", name="Retirer brouillon.pdf").click()
    expect(rows(page)).to_have_count(0)
    choose(page, file("définitif.pdf", pdf(b"2")))

    expect(row(page, "définitif.pdf").get_by_role("link")).to_be_visible()
    assert [one["name"] for one in answer_of(application).value] == ["définitif.pdf"]


def test_text_typed_meanwhile_is_saved_and_the_page_leaves_once_all_is_sent(opened):
    application, page = opened
    page.get_by_label("À quel besoin répondez-vous ?").fill("Un besoin.")
    choose(page, file("statuts.pdf", LONG))

    page.get_by_role("button", name="Enregistrer et vérifier").click()

    page.wait_for_url("**/deposer/")
    assert len(answer_of(application).typed) == 1
    assert application.answers.get(question_key="need").typed == "Un besoin."


def test_colleague_sees_the_file_arrive(opened, new_page, sign_in, story):
    application, page = opened
    colleague = UserFactory()
    join(colleague, story.organisation, verified=True)
    give(story, application, "mien.pdf")
    _, other = open_section(new_page(), sign_in, story, application, user=colleague)

    choose(other, file("sien.pdf", pdf(b"2")))
    expect(row(other, "sien.pdf").get_by_role("link")).to_be_visible()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(rows(page)).to_have_count(2)
    assert len(answer_of(application).typed) == 2


def test_state_changes_in_the_page_when_the_antivirus_has_answered(opened, settings, story):
    application, page = opened
    settings.CLAMD_URL = "unix:///nowhere"
    choose(page, file("statuts.pdf", pdf()))
    expect(rows(page)).to_contain_text("recherche de virus en cours")

    Attachment.objects.update(state=AttachmentState.INFECTED, problem="Un virus y a été trouvé (Eicar).")
    application.answers.update(value=None)

    expect(rows(page)).to_contain_text("Un virus y a été trouvé (Eicar).")
    expect(rows(page).get_by_role("link")).to_have_count(0)


def test_files_are_given_without_javascript(new_page, sign_in, story, axe, shot):
    application, page = open_section(new_page(javascript=False), sign_in, story)

    page.get_by_label("Vos statuts").set_input_files([file("statuts.pdf", pdf()), file("faux.pdf", b"MZ")])
    page.get_by_role("button", name="Enregistrer", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("« faux.pdf » : Le contenu de ce fichier n’est pas celui")
    expect(rows(page)).to_have_count(1)
    shot(page, "files-without-javascript")
    page.get_by_role("button", name="Retirer statuts.pdf").click()
    expect(rows(page)).to_have_count(0)
    assert answer_of(application).typed == []


@pytest.fixture
def empty_dossier(story):
    """A dossier without files, of an organisation that gave some to another."""
    earlier = story.start()
    give(story, earlier, "statuts.pdf")
    give(story, earlier, "Équipe.jpg", photo())
    story.project = Project.objects.create(
        organisation=story.organisation, name="Autre projet", summary="Le suivant.", created_by=story.carrier
    )
    return story.start()


def test_files_given_to_an_earlier_dossier_are_taken_up(new_page, sign_in, story, empty_dossier, axe, shot):
    _, page = open_section(new_page(), sign_in, story, empty_dossier)
    expect(page.locator(".site-offer")).to_contain_text("statuts.pdf (")
    shot(page, "files-offered")
    assert axe(page) == []

    page.get_by_role("button", name="Reprendre ces fichiers").click()

    expect(rows(page)).to_have_count(2)
    expect(said(page)).to_have_text("statuts.pdf est enregistré. Équipe.jpg est enregistré.")
    expect(page.locator(".site-offer")).to_have_count(0)
    assert [one["name"] for one in answer_of(empty_dossier).value] == ["statuts.pdf", "Équipe.jpg"]
    row(page, "Équipe.jpg").get_by_role("button").click()
    expect(rows(page)).to_have_count(1)


def test_files_are_taken_up_without_javascript(new_page, sign_in, story, empty_dossier):
    _, page = open_section(new_page(javascript=False), sign_in, story, empty_dossier)
    page.get_by_label("À quel besoin répondez-vous").fill("Un besoin.")

    page.get_by_role("button", name="Reprendre ces fichiers").click()

    expect(rows(page)).to_have_count(2)
    expect(page.get_by_label("À quel besoin répondez-vous")).to_have_value("Un besoin.")
