"""The themes that administrators name. Projects, which staff read once a dossier is deposited, are in `calls/admin/project.py`."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from kit.administration import PlainAdmin
from projects.models import Theme
from projects.permissions import manages_themes, reads_projects


@admin.register(Theme)
class ThemeAdmin(PlainAdmin[Theme]):
    """Added, renamed, ordered and merged by administrators; never deleted, and the code of one that exists never changes."""

    list_display = ("name", "code", "transversal", "position", "merged_into")
    list_select_related = ("merged_into",)
    search_fields = ("name", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Theme | None = None) -> tuple[str, ...]:  # noqa: ARG002 - Django's signature
        return ("code",) if obj else ()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return reads_projects(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return reads_projects(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return manages_themes(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return manages_themes(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False
