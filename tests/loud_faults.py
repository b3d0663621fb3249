"""Makes silent faults of our own code loud: each of these would otherwise pass a test and fail a person."""

import ipaddress
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.template.base import FilterExpression, Node

OURS = (
    "accounts",
    "calls",
    "community",
    "funding",
    "impact",
    "kit",
    "labels",
    "notifications",
    "portal",
    "projects",
    "simplification",
    "territories",
    "tests",
)  # fmt: skip - a list
TEMPLATES = Path(settings.BASE_DIR) / "templates"

_refused_addresses: list[str] = []


class SilentFault(AssertionError):
    """What Django or Python would have let pass."""


def install() -> None:
    """Patch Django and `socket` for the whole run."""
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable()
    QuerySet._fetch_all = _turning_unordered_rows(QuerySet._fetch_all)
    SQLCompiler.get_select_for_update_of_arguments = _requiring_of(SQLCompiler.get_select_for_update_of_arguments)
    socket.socket.connect = _staying_home(socket.socket.connect)
    socket.socket.connect_ex = _staying_home(socket.socket.connect_ex)
    socket.getaddrinfo = _resolving_home(socket.getaddrinfo)


def take_refused_addresses() -> list[str]:
    """The addresses outside the machine that were asked for since the last call, even where the refusal was swallowed."""
    taken = _refused_addresses[:]
    _refused_addresses.clear()
    return taken


class UndefinedVariable(str):
    """Django's `string_if_invalid`: false, hence without effect, in templates of third parties and before `|default`; a fault in ours."""

    __slots__ = ()

    def __bool__(self) -> bool:
        frame = sys._getframe(1)
        name = frame.f_locals.get("self")
        if not isinstance(name, FilterExpression):
            return False  # a filter that was handed the value
        if name.filters and name.filters[0][0].__name__ == "default":
            return False  # an optional input of a component: its absence is foreseen
        while frame.f_back:
            frame = frame.f_back
            node = frame.f_locals.get("self")
            origin = getattr(node, "origin", None)
            if isinstance(node, Node) and origin:
                if Path(str(origin.name)).is_relative_to(TEMPLATES):
                    raise SilentFault(f"{origin.name}: « {name} » is undefined.")
                return False
        return False


def _turning_unordered_rows(fetch_all: Callable[[Any], None]) -> Callable[[Any], None]:
    """Rows that nothing orders come in any order: here, in the opposite of the usual one."""

    def fetch(queryset: Any) -> None:
        fresh = queryset._result_cache is None
        fetch_all(queryset)
        if fresh and len(queryset._result_cache) > 1 and is_ours(queryset.model) and not queryset.ordered:
            queryset._result_cache.reverse()

    return fetch


def _requiring_of(arguments: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Without `of`, every joined row is locked too, and a nullable join is refused by PostgreSQL only on the day it is used."""

    def get(compiler: Any) -> Any:
        query = compiler.query
        joined = [alias for alias, count in query.alias_refcount.items() if count]
        if len(joined) > 1 and not query.select_for_update_of and is_ours(query.model):
            raise SilentFault(f"select_for_update() on {query.model.__name__} joins {joined} and does not say of=….")
        return arguments(compiler)

    return get


def _staying_home(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            _refuse_unless_local(address[0])
        return connect(self, address)

    return guarded


def _resolving_home(getaddrinfo: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse_unless_local(host)
        return getaddrinfo(host, *args, **kwargs)

    return guarded


def _refuse_unless_local(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else host or ""
    if name in {"", "localhost", socket.gethostname()}:
        return
    try:
        local = ipaddress.ip_address(name).is_loopback or ipaddress.ip_address(name).is_unspecified
    except ValueError:
        local = False
    if not local:
        _refused_addresses.append(name)
        raise SilentFault(f"A test may not reach « {name} »: only this machine.")


def is_ours(model: type) -> bool:
    return model.__module__.split(".")[0] in OURS
