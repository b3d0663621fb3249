"""Who deposited takes the receipt away; someone else, elsewhere and without an account, checks it."""

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from calls.models import Receipt
from tests.calls.cast import tell_story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def story():
    cache.clear()
    story = tell_story()
    story.deposited()
    return story


def take_away(page: Page, receipt: Receipt, folder):
    page.goto(f"/accuses/{receipt.uuid}/")
    expect(page.get_by_text(receipt.code_in_groups)).to_be_visible()
    with page.expect_download() as waited:
        page.get_by_role("link", name="Télécharger l’accusé (PDF)").click()
    assert waited.value.suggested_filename == f"accuse-{receipt.number}.pdf"
    waited.value.save_as(folder / "accuse.pdf")
    return folder / "accuse.pdf"


def check_file(page: Page, file) -> None:
    page.get_by_label("Accusé de réception (PDF)").set_input_files(file)
    page.get_by_role("button", name="Vérifier ce fichier").click()


def check_number(page: Page, number: str, code: str) -> None:
    page.get_by_label("Numéro de l’accusé").fill(number)
    page.get_by_label("Code de vérification").fill(code)
    page.get_by_role("button", name="Vérifier ce numéro").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_receipt_is_taken_away_and_checked_by_someone_else(new_page, sign_in, axe, shot, story, tmp_path, javascript):
    receipt = Receipt.objects.get()
    holder, stranger = new_page(javascript=javascript), new_page(javascript=javascript)
    sign_in(holder, story.carrier)
    file = take_away(holder, receipt, tmp_path)
    edited = tmp_path / "modifie.pdf"
    edited.write_bytes(file.read_bytes().replace(b"Accus", b"Abus "))

    stranger.goto("/")
    stranger.locator("#pied").get_by_role("link", name="Vérifier un accusé").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Vérifier un accusé de réception")
    check_file(stranger, file)
    expect(stranger.get_by_role("heading", name="Cet accusé de réception est authentique")).to_be_visible()
    expect(stranger.get_by_text("Les Jardins de Claire")).to_be_visible()
    expect(stranger).to_have_title("Accusé authentique – Vérifier un accusé de réception – French Impact")

    check_file(stranger, edited)
    expect(stranger.get_by_role("heading", name="Ce fichier n’est pas celui que la plateforme a délivré")).to_be_visible()

    check_number(stranger, receipt.number, "2222-2222-2222")
    expect(stranger.get_by_role("heading", name="Cet accusé de réception n’est pas reconnu")).to_be_visible()
    check_number(stranger, receipt.number.lower(), receipt.code_in_groups.lower())
    expect(stranger.get_by_role("heading", name="Cet accusé de réception est authentique")).to_be_visible()


def test_pages_of_proof_are_usable_by_all(new_page, sign_in, axe, shot, story, tmp_path):
    receipt = Receipt.objects.get()
    page = new_page()
    sign_in(page, story.carrier)
    page.goto(f"/accuses/{receipt.uuid}/")
    shot(page, "receipt")
    found = {"receipt": axe(page)}
    file = take_away(page, receipt, tmp_path)
    (tmp_path / "photo.pdf").write_bytes(b"\xff\xd8\xff\xe0")
    (tmp_path / "modifie.pdf").write_bytes(file.read_bytes() + b" ")

    page.goto("/verifier/")
    shot(page, "verify")
    found["verify"] = axe(page)
    for name, act in {
        "authentic": lambda: check_file(page, file),
        "altered": lambda: check_file(page, tmp_path / "modifie.pdf"),
        "unknown": lambda: check_number(page, receipt.number, "222222222222"),
        "refused": lambda: check_number(page, "", "ABC"),
        "not-pdf": lambda: check_file(page, tmp_path / "photo.pdf"),
    }.items():
        act()
        page.wait_for_load_state()
        shot(page, f"verify-{name}")
        found[name] = axe(page)
    page.goto("/verifier/hors-ligne/")
    shot(page, "verify-offline")
    found["offline"] = axe(page)

    assert {name: findings for name, findings in found.items() if findings} == {}


@pytest.mark.parametrize("address", ["/verifier/", "/verifier/hors-ligne/"])
def test_pages_of_proof_fit_a_narrow_screen(new_page, story, address):
    page = new_page(width=320)

    page.goto(address)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
