"""Lists and pages of the administration titled in plain French: Django's own « Sélectionnez l’objet … à changer » helps nobody."""

from typing import Any, TypeVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

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
