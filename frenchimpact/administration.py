"""The administration's site: Django's, with its parts in the order of the staff's work and not of the alphabet."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse

ORDER = (
    "calls.Application",
    "calls.Call",
    "calls.Enquiry",
    "calls.Announcement",
    "calls.Export",
    "calls.EliminationList",
    "projects.Project",
    "projects.Theme",
    "community.Organisation",
    "community.Membership",
    "community.MembershipClaim",
    "community.MembershipDispute",
    "community.Mandate",
    "community.Invitation",
    "notifications.Message",
    "portal.SiteNotice",
    "accounts.User",
    "territories.Area",
    "territories.AreaLoad",
)
"""What is not named comes last, by the alphabet."""


class Administration(AdminSite):
    """Parts come in the order of their first page in `ORDER`."""

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        parts = super().get_app_list(request, app_label)
        for part in parts:
            part["models"].sort(key=lambda page: _rank(f"{part['app_label']}.{page['object_name']}"))
        return sorted(parts, key=lambda part: _rank(f"{part['app_label']}.{part['models'][0]['object_name']}"))

    def app_index(self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        parts = self.get_app_list(request, app_label)
        title = {"title": f"Administration\u202f: {parts[0]['name']}"} if parts else {}
        return super().app_index(request, app_label, {**title, **(extra_context or {})})

    def password_change(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ARG002 - the signature is the admin’s
        """One way to change a password, with its limits and the mail that tells of it: that of one's account."""
        return redirect("account_change_password")

    def password_change_done(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ARG002 - the signature is the admin’s
        return redirect("account_change_password")


class AdministrationConfig(AdminConfig):
    """Registers `Administration` in the place of Django's own site."""

    default_site = "frenchimpact.administration.Administration"


def _rank(page: str) -> int:
    return ORDER.index(page) if page in ORDER else len(ORDER)
