"""The portal in a browser: accessible, within the content security policy, usable when narrow and without JavaScript."""

import pytest
from playwright.sync_api import expect

from accounts.enums import Group
from tests.factories.accounts import UserFactory
from tests.factories.notifications import MessageFactory
from tests.factories.portal import SiteNoticeFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/",
    "/comment-ca-marche/",
    "/aide/",
    "/plan-du-site/",
    "/accessibilite/",
    "/mentions-legales/",
    "/donnees-personnelles/",
    "/cookies/",
    "/nulle-part/",
]
WIDTHS = [1280, 320]


def show(page, path):
    answer = page.goto(path)
    assert answer.status == (404 if path == "/nulle-part/" else 200)
    page.wait_for_load_state("networkidle")
    return page


def assert_good(page, axe):
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("width", WIDTHS)
def test_public_pages_are_accessible(new_page, axe, width):
    page = new_page(width=width)

    for path in PAGES:
        assert_good(show(page, path), axe)


@pytest.mark.parametrize("width", WIDTHS)
def test_dashboard_and_banners_are_accessible(new_page, sign_in, axe, settings, width):
    settings.DEMONSTRATION = True
    SiteNoticeFactory(level="alert", link="https://exemple.fr/etat")
    user = UserFactory(staff=True)
    MessageFactory.create_batch(2, recipient=user)
    page = new_page(width=width)
    sign_in(page, user)

    show(page, "/mon-espace/")

    assert_good(page, axe)


@pytest.mark.urls("tests.portal.gallery")
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["/essai/", "/essai/?errors"])
def test_components_are_accessible(new_page, axe, width, path):
    assert_good(show(new_page(width=width), path), axe)


@pytest.mark.urls("tests.portal.gallery")
def test_error_summary_takes_the_focus_and_leads_to_the_field(new_page):
    page = show(new_page(javascript=False), "/essai/?errors")

    expect(page.locator("#erreurs")).to_be_focused()
    page.get_by_role("link", name="Rôle").click()
    expect(page.locator("#id_role_0")).to_be_in_viewport()


def test_mobile_menu_opens_and_holds_the_account_links(new_page):
    page = show(new_page(width=320), "/")

    page.get_by_role("button", name="Menu").click()

    expect(page.get_by_role("link", name="Comment ça marche").first).to_be_visible()
    expect(page.locator("#menu-principal").get_by_role("link", name="Se connecter")).to_be_visible()


def test_narrow_page_without_javascript_still_has_its_links(new_page):
    page = show(new_page(width=320, javascript=False), "/")

    page.get_by_role("link", name="Comment ça marche", exact=True).locator("visible=true").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Comment ça marche")


def test_narrow_page_without_javascript_has_no_button_that_does_nothing(new_page):
    page = show(new_page(width=320, javascript=False), "/comment-ca-marche/")

    expect(page.get_by_role("button", name="Menu")).to_be_hidden()
    expect(page.get_by_role("button", name="Voir le fil d’Ariane")).to_be_hidden()
    expect(page.locator("#fil-ariane").get_by_role("link", name="Accueil")).to_be_visible()


def test_theme_changes(page):
    show(page, "/")

    page.get_by_role("button", name="Paramètres d’affichage").click()
    page.get_by_text("Thème sombre").click()

    expect(page.locator("html")).to_have_attribute("data-fr-theme", "dark")


def test_administration_runs_under_the_policy(page, sign_in):
    """The page's fixture fails on what the policy blocks; axe is left out, for it injects styles of its own."""
    notice = SiteNoticeFactory()
    sign_in(page, UserFactory(staff=True, group=Group.ADMINISTRATOR))

    for path in ["/admin/", "/admin/portal/sitenotice/", "/admin/portal/sitenotice/add/", f"/admin/portal/sitenotice/{notice.pk}/change/"]:
        show(page, path)
    page.locator(".datetimeshortcuts").first.get_by_role("link").first.click()

    expect(page.get_by_text("Administration de French Impact")).to_be_visible()


def test_mail_in_its_sandbox_is_readable_and_its_links_work(page, settings):
    settings.DEMONSTRATION = True
    message = MessageFactory(sent=True, html='<h1>Bonjour</h1><a href="/aide/">Aide</a>')
    show(page, f"/demonstration/courriels/{message.uuid}/")

    page.get_by_role("link", name="Ouvrir la version mise en forme").click()
    page.get_by_role("link", name="Aide").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Aide et contact")
