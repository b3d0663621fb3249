"""`{% load markdown %}`, then `{{ call.presentation|markdown }}`."""

from django import template
from django.utils.safestring import SafeString

from kit.markdown import plain_links as links_in_words, render_markdown

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    return render_markdown(text)


@register.filter
def plain_links(text: str) -> str:
    """The text itself, the address of each link after its words: for the text part of a mail."""
    return links_in_words(text)
