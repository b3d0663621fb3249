"""An instructor finds a dossier, reads it whole, follows it, records what she finds, compares two deposits and takes the list away."""

import pytest
from playwright.sync_api import expect

from accounts.enums import Group
from calls.actions.export import write_export
from calls.models import Application, Export
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reviewer():
    return UserFactory(staff=True, group=Group.REVIEWER, first_name="Inès", last_name="Roux")


@pytest.fixture
def application():
    story = tell_story()
    dossier = story.deposited()
    story.save(dossier, need="Un besoin mieux dit.")
    story.deposit(dossier)
    return dossier


@pytest.mark.parametrize("javascript", [True, False])
def test_reviewer_finds_reads_follows_examines_and_exports(new_page, sign_in, reviewer, application, javascript):
    page = new_page(javascript=javascript)
    sign_in(page, reviewer)

    page.goto("/admin/")
    page.locator("#content").get_by_role("link", name="Dossiers", exact=True).click()
    page.get_by_role("searchbox", name="Chercher").fill("jardins")
    page.get_by_role("button", name="Afficher").click()
    expect(page.get_by_text("1 dossier", exact=True)).to_be_visible()
    page.get_by_role("link", name=application.number).click()
    expect(page.get_by_text("Un besoin mieux dit.")).to_be_visible()
    expect(page.get_by_text("Les Jardins de Claire – Jardins partagés")).to_be_visible()

    field = page.get_by_label("Confier le dossier à")
    field.press_sequentially("rou")
    if javascript:
        expect(page.get_by_role("option", name="Inès Roux")).to_be_visible()
        field.press("ArrowDown")
        field.press("Enter")
        expect(field).to_have_value("Inès Roux")
    page.get_by_role("button", name="Attribuer", exact=True).click()
    expect(page.get_by_text("Le dossier est suivi par Inès Roux.")).to_be_visible()

    page.get_by_role("link", name="Faire le constat : Recevabilité").click()
    page.get_by_label("Non").check()
    page.get_by_role("button", name="Enregistrer le constat").click()
    expect(page.get_by_role("alert")).to_contain_text("un constat défavorable porte son motif")
    page.get_by_label("Oui").check()
    page.get_by_role("button", name="Enregistrer le constat").click()
    expect(page.get_by_text("Votre constat est enregistré.")).to_be_visible()

    page.get_by_role("link", name="Voir les différences entre les dépôts").click()
    expect(page.locator("ins").filter(has_text="mieux")).to_be_visible()

    page.goto("/admin/calls/application/?session=PIO26")
    page.get_by_label("Exporter cette liste").select_option("csv")
    page.get_by_role("button", name="Exporter").click()
    write_export(Export.objects.get())
    if not javascript:
        page.get_by_role("link", name="Actualiser").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger").click()
    assert application.number in download.value.path().read_text(encoding="utf-8-sig")
    assert Application.objects.get().follower == reviewer


@pytest.mark.parametrize("width", [1280, 320])
def test_staff_pages_are_accessible(new_page, sign_in, axe, shot, reviewer, application, width):
    page = new_page(width=width)
    sign_in(page, reviewer)
    uuid = application.uuid
    addresses = {
        "list": "/admin/calls/application/",
        "follow-up": "/admin/calls/application/a-suivre/",
        "figures": "/admin/calls/application/sessions/",
        "round": f"/admin/calls/application/sessions/{application.round_id}/",
        "dossier": f"/admin/calls/application/{uuid}/",
        "finding": f"/admin/calls/application/{uuid}/constat/eligibilite/",
        "compare": f"/admin/calls/application/{uuid}/differences/",
        "receipt": f"/admin/calls/application/{uuid}/accuses/1/",
        "exports": "/admin/calls/export/",
    }

    found = {}
    for name, address in addresses.items():
        page.goto(address)
        found[name] = axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1"), name
        shot(page, f"staff-{name}")

    assert found == {name: [] for name in addresses}
