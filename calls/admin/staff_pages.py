"""What every page about dossiers shares: who may open it, its frame and its tabs."""

from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts.models import SignedInRequest, User
from accounts.permissions import reads_dossiers, reviews
from calls.admin.pages import Link
from calls.models import Application
from calls.queries.dossier import deposited_dossier
from calls.queries.staff import Filters

P = ParamSpec("P")
Page = Callable[Concatenate[SignedInRequest, P], HttpResponseBase]
PAGES = {
    "calls_application_follow_up": "À suivre",
    "calls_application_changelist": "Dossiers",
    "calls_round_changelist": "Sessions en chiffres",
    "calls_export_changelist": "Mes exports",
}


def staff_page(view: Page[P]) -> Callable[..., HttpResponseBase]:
    """A page for all staff who read dossiers."""
    return _guarded(view, reads_dossiers)


def reviewer_page(view: Page[P]) -> Callable[..., HttpResponseBase]:
    """A page that only serves to act on a dossier: for those who review."""
    return _guarded(view, reviews)


def _guarded(view: Page[P], entitled: Callable[[User], bool]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def guarded(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not entitled(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return admin.site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(guarded))


def show(request: HttpRequest, template: str, title: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Draw `admin/dossiers/<template>.html` in the admin's frame; `current` in the context names the tab."""
    current = context.get("current", "")
    tabs = [Link(label, reverse(f"admin:{name}"), name == current) for name, label in PAGES.items()]
    frame = {**admin.site.each_context(request), "title": title, "tabs": tabs, "can_review": reviews(request.user)}
    return render(request, f"admin/dossiers/{template}.html", {**frame, **context}, status=status)


def application_or_404(request: SignedInRequest, uuid: UUID) -> Application:
    """The dossier with its deposit in force, or 404: a draft does not exist for staff."""
    application = deposited_dossier(request.user, uuid)
    if application is None:
        raise Http404
    return application


def dossier_frame(application: Application, filters: Filters) -> dict[str, Any]:
    """A page below the dossier's."""
    listed, own = list_url(filters), dossier_url(application, filters)
    crumbs = [Link("Dossiers", listed), Link(application.number, own)]
    return {"application": application, "crumbs": crumbs, "back": own}


def list_url(filters: Filters) -> str:
    return with_filters(reverse("admin:calls_application_changelist"), filters)


def dossier_url(application: Application, filters: Filters) -> str:
    """The dossier's page, which remembers the list one came from."""
    return with_filters(reverse("admin:calls_application_change", args=[application.uuid]), filters)


def with_filters(url: str, filters: Filters) -> str:
    query = _query_of(filters)
    return f"{url}?{query}" if query else url


@lru_cache(maxsize=256)
def _query_of(filters: Filters) -> str:
    """Each row of a list carries the same one."""
    return urlencode(filters.chosen())
