"""The pages of sign-in and of one's account in a browser: accessible, within the strict CSP, and security keys for real."""

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
COUNT_REFUSALS = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => window.refused.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
OPEN_PAGES = ("account_login", "account_signup", "account_request_login_code", "account_reset_password", "account_reset_password_done")
OWN_PAGES = (
    "accounts:profile",
    "accounts:account_delete",
    "account_email",
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "usersessions_list",
    "account_logout",
)


@pytest.fixture
def page(page):
    page.add_init_script(COUNT_REFUSALS)
    return page


def sign_in(page: Page, email: str) -> None:
    page.goto(reverse("account_login"))
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()


def confirm_password(page: Page) -> None:
    page.goto(reverse("account_reauthenticate"))
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirmer").click()


def assert_good(page: Page) -> None:
    """No serious or moderate finding of axe, nothing refused by the CSP, nothing wider than a small screen."""
    findings = Axe().run(page).response["violations"]
    said = [(page.url, finding["id"], finding["nodes"][0]["html"]) for finding in findings if finding["impact"] != "minor"]
    assert said == []
    assert page.evaluate("window.refused") == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 800})


def test_pages_of_sign_in_are_accessible(page):
    for route in OPEN_PAGES:
        page.goto(reverse(route))
        assert_good(page)
    page.goto(reverse("account_login"))
    page.get_by_label("Adresse électronique").fill("claire@exemple.fr")
    page.get_by_label("Mot de passe", exact=True).fill("mauvais mot de passe")
    page.get_by_role("button", name="Se connecter", exact=True).click()
    assert page.get_by_role("alert").first.is_visible()
    assert_good(page)


def test_pages_of_an_account_are_accessible(page):
    UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)
    sign_in(page, "claire@exemple.fr")
    confirm_password(page)
    for route in OWN_PAGES:
        page.goto(reverse(route))
        assert page.url.endswith(reverse(route))
        assert_good(page)


def test_security_key_is_added_then_asked_then_enough_alone(page, live_server):
    user = UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)
    base = live_server.url.replace("127.0.0.1", "localhost")  # a key belongs to a name, never to a number
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(f"{base}{reverse('account_login')}")
    page.get_by_label("Adresse électronique").fill(user.email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.goto(f"{base}{reverse('mfa_add_webauthn')}")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirmer").click()

    page.get_by_label("Nom de la clé").fill("clé du bureau")
    page.get_by_label("Me connecter avec cette clé seule").check(force=True)
    page.get_by_role("button", name="Enregistrer la clé").click()
    page.get_by_role("heading", name="Codes de secours", level=1).wait_for()
    assert Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).data["name"] == "clé du bureau"
    page.goto(f"{base}{reverse('mfa_list_webauthn')}")
    assert_good(page)

    page.goto(f"{base}{reverse('account_logout')}")
    page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()
    page.goto(f"{base}{reverse('account_login')}")
    page.get_by_label("Adresse électronique").fill(user.email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.get_by_role("heading", name="Second facteur", level=1).wait_for()
    assert_good(page)
    page.get_by_role("button", name="Utiliser une clé de sécurité").click()
    page.wait_for_url(f"{base}{reverse('portal:dashboard')}")

    page.goto(f"{base}{reverse('account_logout')}")
    page.get_by_role("main").get_by_role("button", name="Se déconnecter").click()
    page.goto(f"{base}{reverse('account_login')}")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url(f"{base}{reverse('portal:dashboard')}")


def test_key_that_does_not_answer_says_so_and_loses_nothing(page):
    UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)
    sign_in(page, "claire@exemple.fr")
    confirm_password(page)
    page.add_init_script("navigator.credentials.create = () => Promise.reject(new DOMException('refused', 'NotAllowedError'))")
    page.goto(reverse("mfa_add_webauthn"))
    page.get_by_label("Nom de la clé").fill("clé du bureau")

    page.get_by_role("button", name="Enregistrer la clé").click()

    page.get_by_text("La clé n’a pas répondu").wait_for()
    assert page.get_by_label("Nom de la clé").input_value() == "clé du bureau"
    assert not Authenticator.objects.exists()
