"""The public search of areas, that the combobox asks."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from territories.enums import AreaKind
from territories.queries import ALL_KINDS, TEXT_LIMIT, detail_of, search_areas

SUGGESTIONS = 12


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def area_search(request: HttpRequest) -> JsonResponse:
    asked = request.GET.get("kinds", "")[:TEXT_LIMIT].split(",")
    kinds = tuple(AreaKind(kind) for kind in asked if kind in AreaKind.values) or ALL_KINDS
    matches = search_areas(request.GET.get("q", "")[:TEXT_LIMIT], kinds, SUGGESTIONS)
    areas = [{"value": area.key, "label": area.label, "detail": detail_of(area)} for area in matches.areas]
    return JsonResponse({"areas": areas, "more": matches.more, "alike": matches.alike})
