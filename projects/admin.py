"""Projects as staff read them, and the themes that administrators name."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from projects.models import Project, Theme
from projects.permissions import manages_themes, reads_projects


@admin.register(Project)
class ProjectAdmin(admin.ModelAdmin[Project]):
    """Read by the staff who read dossiers; written only by the organisations."""

    list_display = ("name", "organisation", "created_at")
    list_filter = ("themes",)
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name", "organisation__siret")
    search_help_text = "Nom du projet, nom ou SIRET de l’organisation"
    fields = ("name", "organisation", "summary", "themes", "places", "created_by", "created_at")
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return reads_projects(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return reads_projects(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        return False


@admin.register(Theme)
class ThemeAdmin(admin.ModelAdmin[Theme]):
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
