"""Areas as staff read them: they come from the official geographic code and are never written by hand."""

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from kit.administration import PlainAdmin, ReadOnly
from territories.models import Area, AreaLoad
from territories.names import search_form


class ForAnyAgent(ReadOnly):
    def may_read(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff


@admin.register(Area)
class AreaAdmin(ForAnyAgent, PlainAdmin[Area]):
    """Searched by name as people write it, by code and by postcode."""

    list_display = ("name", "kind", "code", "departement", "population", "last_year")
    fields = (
        "name",
        "kind",
        "code",
        "postcodes",
        "population",
        "commune",
        "epci",
        "departement",
        "region",
        "first_year",
        "last_year",
        "successor",
    )
    list_filter = ("kind", ("last_vintage", admin.EmptyFieldListFilter))
    list_select_related = ("departement",)
    search_fields = ("search_name", "code")
    search_help_text = "Nom, code officiel ou code postal"
    ordering = ("kind", "search_name", "code")
    show_full_result_count = False

    @admin.display(description="premier millésime")
    def first_year(self, area: Area) -> str:
        return str(area.first_vintage)

    @admin.display(description="dernier millésime", ordering="last_vintage")
    def last_year(self, area: Area) -> str:
        return str(area.last_vintage or "")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Area], search_term: str) -> tuple[QuerySet[Area], bool]:  # noqa: ARG002 - Django's signature
        form = search_form(search_term)
        if not form:
            return queryset, False
        code = form.upper()
        wanted = Q(search_name__contains=form) | Q(search_terms__contains=f"|{form}") | Q(code=code) | Q(postcodes__contains=[code[:5]])
        return queryset.filter(wanted), False


@admin.register(AreaLoad)
class AreaLoadAdmin(ForAnyAgent, PlainAdmin[AreaLoad]):
    """Which vintages were loaded, and when."""

    list_display = ("year", "loaded_at", "digest")
    fields = list_display

    @admin.display(description="millésime", ordering="vintage")
    def year(self, load: AreaLoad) -> str:
        """A year takes no space between its thousands."""
        return str(load.vintage)
