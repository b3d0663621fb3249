"""A message is rendered whole, on safe lines, with links that work from a mail."""

import pytest

from notifications.rendering import absolute, one_line, render, storable

SUBJECT = "{{ name }} a déposé l’« {{ call }} »\n"
BODY_TEXT = '{% extends "notifications/emails/base.txt" %}{% block body %}Bonjour {{ name }},{% endblock %}'
BODY_HTML = '{% extends "notifications/emails/base.html" %}{% block body %}<p>Bonjour {{ name }},</p>{% endblock %}'


@pytest.fixture
def template(settings, tmp_path):
    for part, text in {"subject.txt": SUBJECT, "body.txt": BODY_TEXT, "body.html": BODY_HTML}.items():
        (tmp_path / f"deposit.{part}").write_text(text)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]
    return "deposit"


def rendered(template, name="L’Atelier d'Awa & <Fils>", **options):
    return render("receipt", template, {"name": name, "call": "AAP"}, url="/dossiers/1/", digest="Déposé", **options)


def test_render_fills_every_part(template):
    rendering = rendered(template, reply_to="service@exemple.fr", why="vous avez déposé un dossier")

    assert (rendering.kind, rendering.digest_line, rendering.reply_to) == ("receipt", "Déposé", "service@exemple.fr")
    assert rendering.subject == "L’Atelier d'Awa & <Fils> a déposé l’« AAP »"
    assert rendering.url == "http://testserver/dossiers/1/"
    assert rendering.text == (
        "Bonjour L’Atelier d'Awa & <Fils>,\n\nVoir la page :\nhttp://testserver/dossiers/1/\n\n-- \nFrench Impact\nhttp://testserver\n"
        "Vous recevez ce message parce que vous avez déposé un dossier.\n"
    )


def test_render_escapes_the_html_only(template):
    html = rendered(template).html

    assert "<p>Bonjour L’Atelier d&#x27;Awa &amp; &lt;Fils&gt;,</p>" in html
    assert "<h1>L’Atelier d&#x27;Awa &amp; &lt;Fils&gt; a déposé l’« AAP »</h1>" in html
    assert '<a href="http://testserver/dossiers/1/">Voir la page</a>' in html
    assert '<html lang="fr">' in html
    assert "<img" not in html


def test_render_says_why_by_default(template):
    assert "parce que vous avez un compte sur la plateforme." in rendered(template).text


def test_render_without_page_has_no_link(template):
    rendering = render("notice", template, {"name": "Awa", "call": "AAP"}, url="", digest="Avis")

    assert rendering.url == ""
    assert "Voir la page" not in rendering.text
    assert "Voir la page" not in rendering.html


def test_render_marks_a_demonstration(template, settings):
    settings.DEMONSTRATION = True

    rendering = rendered(template, name="Awa")

    assert rendering.subject == "[DÉMONSTRATION] Awa a déposé l’« AAP »"
    assert rendering.text.startswith("*** DÉMONSTRATION : ce message est fictif. ***")
    assert "DÉMONSTRATION : ce message est fictif." in rendering.html


def test_render_lets_nobody_write_headers(template):
    assert rendered(template, name="Awa\r\nBcc: tous@exemple.fr\u2028X").subject == "Awa Bcc: tous@exemple.fr X a déposé l’« AAP »"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  un\tdeux\n\ntrois ", "un deux trois"),
        ("a\0b", "a b"),
        ("x" * 250, "x" * 250),
        ("x" * 251, "x" * 249 + "…"),
        ("", ""),
    ],
)
def test_one_line(text, line):
    assert one_line(text) == line


def test_storable_drops_what_neither_postgresql_nor_smtp_takes():
    assert storable("a\0b\ud800c 😀") == "abc 😀"


@pytest.mark.parametrize(
    ("url", "link"),
    [("/a/", "http://testserver/a/"), ("https://exemple.fr/a", "https://exemple.fr/a"), ("", "")],
)
def test_absolute(url, link):
    assert absolute(url) == link
