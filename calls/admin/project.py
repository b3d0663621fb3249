"""Projects as staff read them: those of deposited dossiers, as a draft's content is not theirs to read."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from calls.queries.project import deposited_projects
from kit.administration import PlainAdmin, ReadOnly
from projects.models import Project
from projects.permissions import reads_projects


@admin.register(Project)
class ProjectAdmin(ReadOnly, PlainAdmin[Project]):
    """Read by the staff who read dossiers, once one is deposited; written only by the organisations."""

    list_display = ("name", "organisation", "created_at")
    list_filter = ("themes",)
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name", "organisation__siret")
    search_help_text = "Nom du projet, nom ou SIRET de l’organisation"
    fields = ("name", "organisation", "summary", "themes", "places", "created_by", "created_at")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Project]:
        return deposited_projects(request.user) if isinstance(request.user, User) else Project.objects.none()

    def may_read(self, request: HttpRequest) -> bool:
        return reads_projects(request.user)
