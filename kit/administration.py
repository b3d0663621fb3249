"""Lists and pages of the administration titled in plain French: Django's own « Sélectionnez l’objet … à changer » helps nobody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.text import Truncator, capfirst

from kit.workflow import Table, available

M = TypeVar("M", bound=models.Model)


class PlainAdmin(admin.ModelAdmin[M]):
    """A list is named after what it lists, a page after what it shows; its subtitle, Django's, says which one."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})})

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = capfirst(self.opts.verbose_name) if object_id else f"Ajouter\u202f: {self.opts.verbose_name}"
        return super().changeform_view(request, object_id, form_url, {"title": title, **(extra_context or {})})


class ReadOnly(admin.options.BaseModelAdmin[Any]):
    """Rows that nobody adds, changes or deletes by hand; `may_read` says who looks at them. Stands before the admin or inline it restrains."""

    def may_read(self, request: HttpRequest) -> bool:
        raise NotImplementedError

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may_read(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - the signature is the admin’s
        return self.may_read(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - the signature is the admin’s
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - the signature is the admin’s
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - the signature is the admin’s
        return False


class MovesInline(ReadOnly, admin.TabularInline[Any, Any]):
    """The log of a workflow, its states said in French: who moved the row, when, and why."""

    states: type[models.TextChoices]
    fields = ("at", "origin", "target", "actor", "why")
    readonly_fields = fields
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("actor")

    @admin.display(description="de")
    def origin(self, log: Any) -> str:
        return str(self.states(log.from_state).label)

    @admin.display(description="vers")
    def target(self, log: Any) -> str:
        return str(self.states(log.to_state).label)


class Health(Protocol):
    """What waits too long, since when, and what failed."""

    @property
    def late(self) -> int: ...
    @property
    def late_since(self) -> datetime | None: ...
    @property
    def failed(self) -> int: ...


@dataclass(frozen=True, slots=True)
class RetryWords:
    """What the pages of a `RetriedAdmin` say, in the gender of what they list."""

    late: str
    oldest: str
    advice: str
    failed: str
    put_back: str
    """After the one."""
    all_put_back: str
    """After several, before their number."""


class RetriedAdmin(ReadOnly, PlainAdmin[M]):
    """What the platform does by itself, and staff put back when it failed: nothing else is to be changed.

    The list says above itself what waits too long and what failed; the page of one offers the moves of its workflow.
    """

    moves: Table
    words: RetryWords
    retry_path = "reessayer"
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False
    actions = ("retry_selected",)
    change_list_template = "admin/retried_list.html"
    change_form_template = "admin/retried_detail.html"

    def health(self) -> Health:
        raise NotImplementedError

    def put_back(self, row: M, by: Any) -> Any:
        raise NotImplementedError

    def put_back_failed(self, rows: QuerySet[M], by: Any) -> int:
        raise NotImplementedError

    @property
    def retry_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_retry"

    def get_urls(self) -> list[URLPattern]:
        return [path(f"<int:pk>/{self.retry_path}/", self.admin_site.admin_view(self.retry), name=self.retry_name), *super().get_urls()]

    @admin.display(description="dernière erreur")
    def shown_error(self, row: Any) -> str:
        return Truncator(row.last_error).chars(80)

    @admin.action(description="Réessayer ce qui a échoué", permissions=["view"])
    def retry_selected(self, request: HttpRequest, queryset: QuerySet[M]) -> None:
        count = self.put_back_failed(queryset, request.user)
        self.message_user(request, f"{self.words.all_put_back} : {count}.", messages.SUCCESS if count else messages.WARNING)

    def retry(self, request: HttpRequest, pk: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.may_read(request):
            raise PermissionDenied
        self.put_back(get_object_or_404(self.model, pk=pk), request.user)
        self.message_user(request, self.words.put_back, messages.SUCCESS)
        return redirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[pk]))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "health": self.health(), "words": self.words})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row: Any = self.get_object(request, object_id)
        moves = available(row, request.user, self.moves) if row else []
        retry_url = reverse(f"admin:{self.retry_name}", args=[row.pk]) if row else ""
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "moves": moves, "retry_url": retry_url})
