"""The portal in the administration: notices on the site."""

from typing import Any

import dsfr.admin  # noqa: F401 - registers what is taken away below
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from dsfr.models import DsfrConfig

from kit.administration import PlainAdmin
from portal import actions
from portal.models import SiteNotice
from portal.permissions import sets_notices

admin.site.site_header = "Administration de French Impact"
admin.site.site_title = "Administration French Impact"
admin.site.index_title = "Accueil de l’administration"
admin.site.unregister(DsfrConfig)  # the site's identity comes from the settings: a form that changes nothing misleads


class LabelledInstant(AdminSplitDateTime):
    """Django's day and hour, each with a name that a screen reader says."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        for widget, label in zip(self.widgets, ("Jour", "Heure de Paris"), strict=True):
            widget.attrs["aria-label"] = label


@admin.register(SiteNotice)
class SiteNoticeAdmin(PlainAdmin[SiteNotice]):
    list_display = ("message", "level", "starts_at", "ends_at", "set_by")
    list_filter = ("level",)
    list_select_related = ("set_by",)
    readonly_fields = ("set_by", "created_at")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}, models.DateTimeField: {"widget": LabelledInstant}}
    actions = ("end_notices",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return sets_notices(request.user)

    def has_view_permission(self, request: HttpRequest, obj: SiteNotice | None = None) -> bool:  # noqa: ARG002 - Django’s signature
        return sets_notices(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return sets_notices(request.user)

    def has_change_permission(self, request: HttpRequest, obj: SiteNotice | None = None) -> bool:  # noqa: ARG002 - Django’s signature
        return sets_notices(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: SiteNotice | None = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def save_model(self, request: HttpRequest, obj: SiteNotice, form: ModelForm[SiteNotice], change: bool) -> None:  # noqa: ARG002, FBT001 - Django's signature
        actions.set_notice(obj, by=request.user)  # type: ignore[arg-type] # the admin lets no anonymous person in

    @admin.action(description="Retirer du site les annonces choisies")
    def end_notices(self, request: HttpRequest, queryset: QuerySet[SiteNotice]) -> None:
        ended: list[Any] = [actions.end_notice(notice, by=request.user) for notice in queryset]  # type: ignore[arg-type] # same
        self.message_user(request, f"Annonces retirées : {len(ended)}.", messages.SUCCESS)
