"""Markdown of staff."""

import re

import pytest
from django.template import Context, Template
from hypothesis import given, strategies as st

from kit import markdown
from kit.markdown import LONGEST, plain_links, render_markdown

ALLOWED_TAG = re.compile(r"</?([a-z0-9]+)")


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**gras** et *italique*", "<p><strong>gras</strong> et <em>italique</em></p>"),
        ("# Un\n\n## Deux\n\n###### Six", "<h3>Un</h3>\n<h4>Deux</h4>\n<h6>Six</h6>"),
        ("- un\n- deux", "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>"),
        ("3. trois", '<ol start="3">\n<li>trois</li>\n</ol>'),
        ("[ici](https://exemple.fr)", '<p><a href="https://exemple.fr" rel="noopener noreferrer">ici</a></p>'),
        ("[ici](javascript:alert(1))", '<p><a rel="noopener noreferrer">ici</a></p>'),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("un <b onclick='x'>mot</b>", "<p>un &lt;b onclick='x'&gt;mot&lt;/b&gt;</p>"),
        ("[TOC]\n\n# Un", "<p>[TOC]</p>\n<h3>Un</h3>"),
    ],
)
def test_markdown_becomes_a_few_safe_tags(source, html):
    assert render_markdown(source) == html


def test_images_are_links_never_loaded():
    assert "<img" not in render_markdown("![pixel](https://exemple.fr/pixel.gif)\n\n![a][b]\n\n![b]\n\n[b]: /c.png")


def test_text_too_long_for_the_parser_is_plain_paragraphs():
    html = render_markdown("<b>" + "*a" * LONGEST)

    assert html.startswith("<p>&lt;b&gt;*a")


def test_text_too_deep_for_the_parser_is_plain_paragraphs(monkeypatch):
    class Endless:
        def convert(self, text):
            raise RecursionError

    monkeypatch.setattr(markdown, "_parser", Endless)

    assert render_markdown("a < b") == "<p>a &lt; b</p>"


@pytest.mark.parametrize("source", [">" * 3_000 + " x", "- " * 500 + "x", "[" * 2_000, "*" * 3_000 + "a" + "*" * 3_000])
def test_hostile_nesting_is_survived(source):
    assert isinstance(render_markdown(source), str)


@given(st.text(st.sampled_from("ab <>[]()!*_#`>-\n1.&\"'/:=\u00e9"), max_size=80))
def test_no_other_tag_ever_comes_out(source):
    html = render_markdown(source)

    assert set(ALLOWED_TAG.findall(html)) <= markdown.TAGS
    assert not re.search(r"<[^>]*\s(on\w+|style|class|id)=", html)


def test_filter():
    assert Template("{% load markdown %}{{ text|markdown }}").render(Context({"text": "*a*"})) == "<p><em>a</em></p>"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Voir la [CNIL](https://www.cnil.fr).", "Voir la CNIL (https://www.cnil.fr)."),
        ("[Un](https://un.fr), [deux](mailto:d@un.fr)", "Un (https://un.fr), deux (mailto:d@un.fr)"),
        ("[non](javascript:alert) [x] (y)", "[non](javascript:alert) [x] (y)"),
    ],
)
def test_links_are_said_in_plain_text(source, said):
    assert plain_links(source) == said
    assert Template("{% load markdown %}{{ text|plain_links }}").render(Context({"text": source})) == said
