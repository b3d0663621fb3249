"""Markdown written by staff, made into the few tags that a page of the site may hold."""

import re
from functools import lru_cache

import nh3
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from markdown import Markdown
from markdown.extensions.toc import TocExtension

LONGEST = 100_000
TAGS = {"p", "br", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "a", "blockquote", "code", "pre", "hr"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
TOP_HEADING = 3
LINK = re.compile(r"\[([^\[\]\n]+)\]\(((?:https?://|mailto:|tel:)[^\s()]+)\)")


@lru_cache(maxsize=256)
def render_markdown(text: str) -> SafeString:
    """HTML of `text`: headings from h3 down, links without opener, no image, raw HTML shown as it was typed. The last texts are kept.

    A text too long or too deeply nested for the parser comes out as plain paragraphs: a page never fails for what someone wrote.
    """
    if len(text) > LONGEST:
        return _plain(text)
    try:
        html = _parser().convert(text)
    except RecursionError:
        return _plain(text)
    cleaned = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer")
    return mark_safe(cleaned)  # noqa: S308 - nh3 has just kept only the tags and attributes listed above


def plain_links(text: str) -> str:
    """`text` with `[words](address)` said as `words (address)`, for what is read as it is written: the text of a mail, a form on paper."""
    return LINK.sub(r"\1 (\2)", text)


def _parser() -> Markdown:
    """A parser that knows neither raw HTML nor images; a new one each time, because it keeps state and threads share modules."""
    parser = Markdown(extensions=["sane_lists", TocExtension(baselevel=TOP_HEADING, marker="")], output_format="html")
    parser.preprocessors.deregister("html_block")
    for pattern in ("html", "image_link", "image_reference", "short_image_ref"):
        parser.inlinePatterns.deregister(pattern)
    return parser


def _plain(text: str) -> SafeString:
    return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308 - escaped by `linebreaks`
