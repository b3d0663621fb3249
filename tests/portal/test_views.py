"""The portal's pages: who may open them, and what they say."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Group
from kit import clock, french
from portal import queries
from portal.queries import OpenCall
from tests.factories.accounts import UserFactory
from tests.factories.calls import RoundFactory
from tests.factories.notifications import MessageFactory
from tests.factories.portal import SiteNoticeFactory

pytestmark = pytest.mark.django_db

PUBLIC = [
    "home",
    "how_it_works",
    "contact",
    "sitemap",
    "statistics",
    "accessibility",
    "legal_notice",
    "personal_data",
    "cookies",
    "sitemap_xml",
    "robots",
    "security_txt",
]
FOOTER = {
    "footer-sitemap": "Plan du site",
    "footer-accessibility-status": "Déclaration d’accessibilité",
    "footer-legal-notice": "Mentions légales",
    "footer-personal-data": "Données personnelles",
    "footer-cookie-management": "Gestion des cookies",
}


@pytest.mark.parametrize("name", PUBLIC)
def test_public_page_opens_to_everyone(client, name):
    assert client.get(reverse(f"portal:{name}")).status_code == 200


@pytest.mark.parametrize("name", [*PUBLIC, "dashboard"])
def test_page_only_reads(client, name):
    client.force_login(UserFactory())

    assert client.post(reverse(f"portal:{name}")).status_code == 405


@pytest.mark.parametrize(("name", "title"), FOOTER.items())
def test_footer_page_has_the_title_of_its_link(client, name, title):
    page = client.get(reverse(name)).content.decode()

    assert f"<title>{title} – French Impact</title>" in page


def test_home_says_what_is_open_with_its_closing_in_paris_time(client, monkeypatch):
    call = OpenCall("French Impact pionnier", "Changer d’échelle.", "/appels/pionnier/", datetime(2018, 2, 26, 11, 0, tzinfo=UTC))
    monkeypatch.setattr(queries, "open_calls", lambda: [call])

    page = client.get("/").content.decode()

    assert french.instant(call.closes_at) in page
    assert '<a href="/appels/pionnier/">French Impact pionnier</a>' in page


def test_home_says_what_to_do_when_nothing_is_open(client, monkeypatch):
    monkeypatch.setattr(queries, "open_calls", list)

    stranger = client.get("/").content.decode()
    client.force_login(UserFactory())
    person = client.get("/").content.decode()

    assert "vous serez prêt à l’ouverture" in stranger
    assert "Aller à mon espace" in person


def test_dashboard_is_for_the_person_signed_in(client):
    stranger = client.get(reverse("portal:dashboard"))
    client.force_login(UserFactory(first_name="Camille"))
    person = client.get(reverse("portal:dashboard"))

    assert stranger.status_code == 302
    assert "<h1>Bonjour Camille</h1>" in person.content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_dashboard_costs_the_same_whatever_one_has(client, django_assert_num_queries, rows):
    user = UserFactory()
    MessageFactory.create_batch(rows, recipient=user)
    client.force_login(user)
    client.get(reverse("portal:dashboard"))

    with django_assert_num_queries(DASHBOARD_QUERIES):
        client.get(reverse("portal:dashboard"))


@pytest.mark.parametrize("rows", [1, 30])
def test_dashboard_of_staff_costs_their_groups_more(client, django_assert_num_queries, rows):
    reader = UserFactory(staff=True, group=Group.REVIEWER)
    MessageFactory.create_batch(rows, recipient=reader)
    client.force_login(reader)
    client.get(reverse("portal:dashboard"))

    with django_assert_num_queries(DASHBOARD_QUERIES + 1):
        page = client.get(reverse("portal:dashboard")).content.decode()

    assert page.count("Enregistrer une organisation") + page.count("Enregistrer votre organisation") == 1


# session, person, memberships, dossiers, unread messages, unread count, notices
DASHBOARD_QUERIES = 7


def test_notice_shows_on_every_page_and_escapes_its_text(client):
    SiteNoticeFactory(message="Incident <b>réseau</b>", level="alert", link="https://exemple.fr/etat")

    page = client.get(reverse("portal:contact")).content.decode()

    assert "Incident &lt;b&gt;réseau&lt;/b&gt;" in page
    assert "fr-notice--alert" in page
    assert 'href="https://exemple.fr/etat"' in page


def test_demonstration_says_so_and_keeps_robots_out(client, settings):
    settings.DEMONSTRATION = True

    page = client.get("/").content.decode()
    robots = client.get("/robots.txt").content.decode()

    assert "Démonstration : personnes et organisations sont fictives." in page
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert robots == "User-agent: *\nDisallow: /\n"


def test_real_site_is_open_to_robots_but_for_private_pages(client, settings):
    page = client.get("/").content.decode()
    robots = client.get("/robots.txt").content.decode()

    assert "noindex" not in page
    assert "Disallow: /\n" not in robots
    assert "Disallow: /admin/\n" in robots
    assert robots.endswith(f"Sitemap: {settings.SITE_URL}/sitemap.xml\n")


def test_sitemap_for_engines_names_public_pages_and_calls(client):
    public, closed, draft = RoundFactory(open=True).call, RoundFactory(closed=True).call, RoundFactory().call

    answer = client.get("/sitemap.xml")
    addresses = re.findall(r"<loc>http://testserver([^<]+)</loc>", answer.content.decode())

    assert answer["Content-Type"] == "application/xml"
    assert {"/", "/appels/", "/plan-du-site/", reverse("calls:call_detail", args=[public.slug])} <= set(addresses)
    assert reverse("calls:call_detail", args=[closed.slug]) in addresses
    assert reverse("calls:call_detail", args=[draft.slug]) not in addresses
    assert [client.get(address).status_code for address in addresses] == [200] * len(addresses)


@pytest.mark.parametrize("rows", [1, 30])
def test_sitemap_for_engines_costs_one_query(client, django_assert_num_queries, rows):
    RoundFactory.create_batch(rows, open=True)

    with django_assert_num_queries(1):
        client.get("/sitemap.xml")


@pytest.mark.parametrize("page", ["x", "99", "-1"])
def test_sitemap_for_engines_has_no_other_page(client, page):
    assert client.get("/sitemap.xml", {"p": page}).status_code == 404


def test_site_map_lists_the_calls_that_are_open_or_coming(client):
    opened, coming, closed = RoundFactory(open=True).call, RoundFactory(coming=True).call, RoundFactory(closed=True).call

    page = client.get(reverse("portal:sitemap")).content.decode()

    assert f'<a href="{reverse("calls:call_detail", args=[opened.slug])}">{opened.title}</a>' in page
    assert f'<a href="{reverse("calls:call_detail", args=[coming.slug])}">{coming.title}</a>' in page
    assert closed.title not in page


def test_brand_of_the_state_shows_only_when_asked(client, settings):
    neutral = client.get("/").content.decode()
    settings.SITE_BRAND = "etat"
    state = client.get("/").content.decode()

    assert "fr-logo" not in neutral
    assert "dsfr/dist/favicon" not in neutral
    assert "Française" in state
    assert "dsfr/dist/favicon" in state


@pytest.mark.parametrize(("brand", "icon"), [("neutre", "img/favicon.svg"), ("etat", "dsfr/dist/favicon/favicon.ico")])
def test_favicon_follows_the_brand(client, settings, brand, icon):
    settings.SITE_BRAND = brand

    assert client.get("/favicon.ico").url.endswith(icon)


def test_security_txt_expires_within_a_year(client):
    text = client.get("/.well-known/security.txt").content.decode()

    [expiry] = re.findall(r"^Expires: (.+)$", text, re.MULTILINE)
    expires = datetime.fromisoformat(expiry)
    assert clock.now() < expires < clock.now() + timedelta(days=365)
    assert re.search(r"^Contact: mailto:\S+@\S+$", text, re.MULTILINE)


def test_legal_notice_names_the_publisher(client, settings):
    settings.LEGAL_PUBLISHER = "Ministère de la Solidarité"

    assert "Ministère de la Solidarité" in client.get(reverse("portal:legal_notice")).content.decode()


def test_legal_notice_without_publisher_says_so(client, settings):
    real = client.get(reverse("portal:legal_notice")).content.decode()
    settings.DEMONSTRATION = True
    shown = client.get(reverse("portal:legal_notice")).content.decode()

    assert "ne doit pas être ouvert au public" in real
    assert "ni éditeur public ni hébergeur" in shown


def test_unknown_address_gets_the_page_not_found(client):
    answer = client.get("/nulle-part/")

    assert answer.status_code == 404
    assert "<h1>Page non trouvée</h1>" in answer.content.decode()


def test_form_without_token_gets_a_sentence():
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "a"})

    assert answer.status_code == 403
    assert "<h1>Ce formulaire a expiré</h1>" in answer.content.decode()


def test_failure_gets_a_page_that_needs_nothing(monkeypatch):
    def fail():
        raise RuntimeError("broken")

    monkeypatch.setattr(queries, "promises", fail)

    answer = Client(raise_request_exception=False).get("/")

    assert answer.status_code == 500
    assert "<h1>Erreur inattendue</h1>" in answer.content.decode()


# The demonstration's mailbox


@pytest.fixture
def demonstration(settings):
    settings.DEMONSTRATION = True


def test_mailbox_exists_only_in_demonstration(client):
    message = MessageFactory(sent=True)

    addresses = [
        reverse("portal:demo_mailbox"),
        reverse("portal:demo_message", args=[message.uuid]),
        reverse("portal:demo_message_html", args=[message.uuid]),
    ]

    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]


def test_mailbox_lists_and_searches(client, demonstration):
    MessageFactory(sent=True, email="ana@exemple.fr", subject="Pour Ana")
    MessageFactory(sent=True, email="bob@exemple.fr", subject="Pour Bob")

    everything = client.get(reverse("portal:demo_mailbox")).content.decode()
    found = client.get(reverse("portal:demo_mailbox"), {"adresse": "ANA@"}).content.decode()

    assert "Pour Ana" in everything
    assert "Pour Bob" in everything
    assert "Pour Ana" in found
    assert "Pour Bob" not in found


@pytest.mark.parametrize("words", ["a\x00b", "x" * 1_000_000, "\u202e@", "<script>", "%"])
def test_mailbox_answers_bad_searches(client, demonstration, words):
    MessageFactory(sent=True)

    answer = client.get(reverse("portal:demo_mailbox"), {"adresse": words})

    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().split("</head>")[1].split("<footer")[0]


@pytest.mark.parametrize("rows", [1, 30])
def test_mailbox_costs_the_same_whatever_it_holds(client, demonstration, django_assert_num_queries, rows):
    MessageFactory.create_batch(rows, sent=True)

    with django_assert_num_queries(3):
        client.get(reverse("portal:demo_mailbox"))


def test_message_makes_links_and_escapes_the_rest(client, demonstration):
    message = MessageFactory(sent=True, text="Ouvrez http://testserver/mon-espace/ <script>alert(1)</script>")

    page = client.get(reverse("portal:demo_message", args=[message.uuid])).content.decode()

    assert '<a href="http://testserver/mon-espace/"' in page
    assert "<script>alert(1)</script>" not in page


def test_message_says_its_hour_as_the_rest_of_the_site(client, demonstration):
    message = MessageFactory(sent=True, sent_at=datetime(2026, 11, 23, 13, 35, tzinfo=UTC))

    page = client.get(reverse("portal:demo_message", args=[message.uuid])).content.decode()

    assert "lundi 23\u00a0novembre 2026 à 14\u00a0h\u00a035 (heure de Paris)" in page


def test_html_version_is_drawn_in_a_sandbox(client, demonstration):
    message = MessageFactory(sent=True, html="<p>Bonjour</p><script>alert(1)</script>")

    answer = client.get(reverse("portal:demo_message_html", args=[message.uuid]))

    assert answer.content.decode() == message.html
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert "sandbox allow-popups" in policy
    assert "default-src 'none'" in policy
    assert not [rule for rule in policy if rule.startswith("script-src")]


def test_message_without_html_has_no_html_version(client, demonstration):
    message = MessageFactory(sent=True, html="")

    assert client.get(reverse("portal:demo_message_html", args=[message.uuid])).status_code == 404


def test_message_not_sent_is_not_in_the_mailbox(client, demonstration):
    assert client.get(reverse("portal:demo_message", args=[MessageFactory().uuid])).status_code == 404
