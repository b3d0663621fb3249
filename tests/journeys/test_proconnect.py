"""A professional signs in through ProConnect, lands on the page first wanted, and signs out there and here."""

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from accounts.models import User
from tests.accounts.proconnect_provider import OLD_WORDS, provider, running

__all__ = ["provider", "running"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), *OLD_WORDS]


@pytest.fixture
def there(provider, settings, live_server):
    cache.clear()
    settings.SITE_URL = live_server.url
    provider.add("nora@exemple.fr", email="nora@exemple.fr", given_name="Nora", usual_name="Diallo")
    return provider


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_professional_signs_in_lands_where_she_wanted_and_signs_out_there_and_here(new_page, there, javascript):
    page = new_page(javascript=javascript)

    page.goto("/compte/profil/")
    page.get_by_role("link", name="S’identifier avec ProConnect").click()
    page.get_by_placeholder("sub").fill("nora@exemple.fr")
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_role("heading", level=1, name="Profil")).to_be_visible()
    arrived = page.url
    expect(page.get_by_label("Prénom")).to_have_value("Nora")

    page.goto("/compte/deconnexion/")
    page.locator("#contenu").get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_text("Vous êtes aussi déconnecté de ProConnect.")).to_be_visible()
    page.goto("/compte/profil/")

    assert arrived.endswith("/compte/profil/")
    assert page.url.endswith("/compte/connexion/?next=/compte/profil/")
    assert len(there.signed_out) == 1
    assert User.objects.get().email == "nora@exemple.fr"


def test_who_turns_back_reads_why_and_may_still_ask_for_a_code(page, there):
    page.goto("/compte/connexion/")
    page.get_by_role("link", name="S’identifier avec ProConnect").click()
    page.get_by_role("button", name="Deny").click()

    expect(page.get_by_text("n’est plus valable").or_(page.get_by_text("a été interrompue"))).to_be_visible()
    expect(page.get_by_role("link", name="Recevoir un code par courriel")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_of_signing_in_and_out_have_no_axe_finding(new_page, there, axe, shot, width):
    page = new_page(width=width)
    page.goto("/compte/connexion/")
    found = axe(page)
    wide = page.evaluate("document.documentElement.scrollWidth") > width
    shot(page, "proconnect-sign-in")

    assert (found, wide) == ([], False)
