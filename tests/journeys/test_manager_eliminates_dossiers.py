"""A call manager lists what was kept long enough and notes the visa of the archives; an administrator carries it out."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from accounts.enums import Group
from calls.actions.elimination import run_elimination
from calls.models import Application, EliminationList, Receipt
from kit import clock
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CLOSING = datetime(2012, 2, 26, 11, tzinfo=UTC)


@pytest.fixture
def receipt():
    cache.clear()
    with clock.standing_at(CLOSING):
        tell_story(closes_at=CLOSING).deposited()
    return Receipt.objects.get()


def test_dossier_goes_from_the_list_to_the_archives_to_nothing(new_page, sign_in, receipt, axe, shot):
    manager = UserFactory(staff=True, group=Group.CALL_MANAGER, first_name="Maud", last_name="Appel")
    administrator = UserFactory(staff=True, group=Group.ADMINISTRATOR, first_name="Ada", last_name="Ministre")
    page = new_page()
    sign_in(page, manager)
    page.goto("/admin/")
    page.locator("#content").get_by_role("link", name="Bordereaux d’élimination", exact=True).click()
    page.get_by_role("button", name="Relever les dossiers échus").click()
    expect(page.get_by_role("cell", name="Durée de conservation échue")).to_be_visible()
    assert axe(page) == []
    shot(page, "elimination-detail")
    page.goto("/admin/calls/eliminationlist/")
    assert axe(page) == []
    shot(page, "elimination-list")
    page.get_by_role("link", name=f"{clock.now().year}-01", exact=True).click()

    page.get_by_role("link", name="Soumettre au visa").click()
    page.get_by_label("Service d’archives destinataire").fill("Mission des archives")
    page.get_by_role("button", name="Noter l’envoi").click()
    page.get_by_role("link", name="Enregistrer le visa").click()
    page.get_by_label("Référence du visa").fill("VISA-7")
    page.get_by_label("Date du visa").fill("2026-03-14")
    page.get_by_label("Donné par").fill("Anne Archive")
    page.get_by_role("button", name="Enregistrer le visa").click()
    expect(page.get_by_text("Le visa est enregistré.")).to_be_visible()
    expect(page.get_by_role("link", name="Éliminer les dossiers")).to_have_count(0)

    elimination = EliminationList.objects.get()
    page = new_page()
    sign_in(page, administrator)
    page.goto(f"/admin/calls/eliminationlist/{elimination.pk}/")
    page.get_by_role("link", name="Éliminer les dossiers").click()
    page.get_by_label("Numéro du bordereau").fill("oui")
    page.get_by_role("button", name="Éliminer définitivement").click()
    expect(page.get_by_role("alert")).to_contain_text("tapez le numéro du bordereau")
    page.get_by_label("Numéro du bordereau").fill(elimination.number)
    assert axe(page) == []
    shot(page, "elimination-carry-out")
    page.get_by_role("button", name="Éliminer définitivement").click()
    expect(page.get_by_text("L’élimination est ordonnée")).to_be_visible()
    run_elimination(elimination)
    page.reload()
    expect(page.get_by_role("cell", name="Éliminé le")).to_be_visible()
    assert not Application.objects.exists()

    anyone = new_page()
    anyone.goto("/verifier/")
    anyone.get_by_label("Numéro de l’accusé").fill(receipt.number)
    anyone.get_by_label("Code de vérification").fill(receipt.code)
    anyone.get_by_role("button", name="Vérifier ce numéro").click()
    expect(anyone.get_by_text("a été éliminé")).to_be_visible()
    expect(anyone.get_by_text("référence VISA-7")).to_be_visible()
    assert axe(anyone) == []
    shot(anyone, "elimination-verdict")
