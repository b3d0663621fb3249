"""The workflow engine: a table of transitions, one function that moves an object and writes who moved it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from kit import clock


class Actor(Protocol):
    """Whoever acts: a user. The system itself is `None`."""

    @property
    def pk(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Transition:
    """One move: from any of `sources` to `target`, open to whom `allowed(user, obj)` says."""

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    allowed: Callable[[Any, Any], bool]


Table = tuple[Transition, ...]


class RefusedTransition(Exception):
    """The object is not in a state from which this move starts; the text is a French sentence for the reader."""


class Stateful(models.Model):
    """A model with one `state`, written by `advance` alone, and a log whose related name is `transitions`."""

    class Meta:
        abstract = True

    state: str

    def get_state_display(self) -> str:
        raise NotImplementedError


class TransitionLog(models.Model):
    """Who moved the subject, when, from where to where, and why; `actor` is null for what the system did."""

    name = models.CharField("transition", max_length=40)
    from_state = models.CharField("de", max_length=40)
    to_state = models.CharField("vers", max_length=40)
    why = models.TextField("motif", blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="auteur",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField("le", default=clock.now)

    class Meta:
        abstract = True
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


def available(obj: Stateful, user: Actor, table: Table) -> list[Transition]:
    """The moves that `user` may make on `obj` now: what a page draws as buttons."""
    return [move for move in table if obj.state in move.sources and move.allowed(user, obj)]


S = TypeVar("S", bound=Stateful)


@transaction.atomic
def advance(obj: S, name: str, table: Table, *, by: Actor | None, why: str = "", **changes: Any) -> S:
    """Move `obj` by the transition `name`, write `changes` with it and one log row; return the locked, fresh object.

    `by=None` is the system, which no permission stops. Raises `RefusedTransition` when the state does not allow the move
    (a stale page, two clicks) and `PermissionDenied` when the actor may not make it.
    """
    locked: S = type(obj)._base_manager.select_for_update(of=("self",)).get(pk=obj.pk)  # noqa: SLF001 - the manager that hides nothing
    return advance_locked(locked, name, table, by=by, why=why, **changes)


def advance_locked(locked: S, name: str, table: Table, *, by: Actor | None, why: str = "", **changes: Any) -> S:
    """As `advance`, for an action whose transaction fetched the row with `select_for_update` already."""
    move = next(move for move in table if move.name == name)
    if locked.state not in move.sources:
        raise RefusedTransition(f"« {move.label} » n’est pas possible : l’état actuel est « {locked.get_state_display()} ».")
    if by is not None and not move.allowed(by, locked):
        raise PermissionDenied
    origin, locked.state = locked.state, move.target
    for field, value in changes.items():
        setattr(locked, field, value)
    locked.save(update_fields=["state", *changes])
    locked.transitions.create(  # type: ignore[attr-defined] # the concrete log's related name
        name=name, from_state=origin, to_state=move.target, why=why, actor=by, at=clock.now()
    )
    return locked


class RefusedTransitionMiddleware:
    """Turns a refused move into its sentence and a way back, once for every view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, RefusedTransition):
            return None
        messages.error(request, str(exception))
        origin = request.headers.get("Referer", "")
        safe = url_has_allowed_host_and_scheme(origin, allowed_hosts={request.get_host()}, require_https=request.is_secure())
        return redirect(origin if safe else "/")
