"""Every address of our own: what the tables of the whole site are checked against."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

OWN = ("portal", "calls", "projects", "community", "notifications", "accounts", "territories", "kit")


@dataclass(frozen=True, slots=True)
class Address:
    """One URL pattern of ours: its full name, its view, whether it is a page of the administration."""

    name: str
    route: str
    view: Callable[..., Any]
    is_admin: bool

    @property
    def short_name(self) -> str:
        return self.name.rpartition(":")[2]


def own_addresses() -> list[Address]:
    """Addresses whose view is ours, and those of the administration about our models or by our administration classes."""
    return [address for address in _walk(get_resolver(), "", "") if _is_own(address)]


def _walk(resolver: URLResolver, namespace: str, prefix: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, inner, route)
        elif isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "view_class", None) or pattern.callback
            yield Address(f"{namespace}{pattern.name or ''}", route, view, namespace.startswith("admin:"))


def _is_own(address: Address) -> bool:
    """Ours by its view; in the administration also by its model, whose pages are Django's own views."""
    is_of_our_model = address.is_admin and address.short_name.partition("_")[0] in OWN
    return is_of_our_model or address.view.__module__.partition(".")[0] in (*OWN, "frenchimpact")
