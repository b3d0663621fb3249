"""Announcements as staff see them: what is due, what failed and why; nothing to change but putting a failed one back."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.formats import localize
from django.utils.text import Truncator
from django.utils.timezone import localtime

from calls.actions.announcement import retry_announcement, retry_failed_announcements
from calls.enums import AnnouncementState
from calls.models import Announcement, AnnouncementTransition
from calls.permissions import reads_announcements
from calls.queries.announcement import announcements_health, told_and_left
from calls.workflow import ANNOUNCEMENT_TRANSITIONS
from kit.administration import PlainAdmin, ReadOnly
from kit.workflow import available


class ForReadersOfAnnouncements(ReadOnly):
    def may_read(self, request: HttpRequest) -> bool:
        return reads_announcements(request.user)


class AnnouncementTransitionInline(ForReadersOfAnnouncements, admin.TabularInline[AnnouncementTransition, Announcement]):
    model = AnnouncementTransition
    fields = ("at", "origin", "target", "actor", "why")
    readonly_fields = fields
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[AnnouncementTransition]:
        return super().get_queryset(request).select_related("actor")

    @admin.display(description="de")
    def origin(self, log: AnnouncementTransition) -> str:
        return AnnouncementState(log.from_state).label

    @admin.display(description="vers")
    def target(self, log: AnnouncementTransition) -> str:
        return AnnouncementState(log.to_state).label


@admin.register(Announcement)
class AnnouncementAdmin(ForReadersOfAnnouncements, PlainAdmin[Announcement]):
    list_display = ("__str__", "state", "attempts", "shown_error", "owed_at", "finished_at")
    list_filter = ("state",)
    search_fields = ("round__name", "round__code", "round__call__title")
    search_help_text = "Nom ou préfixe de la session, titre de l’appel"
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False
    actions = ("retry_selected",)
    inlines = (AnnouncementTransitionInline,)
    fields = (
        ("state", "attempts", "shown_next_attempt"),
        "last_error",
        ("owed_at", "failed_at", "finished_at"),
        ("round", "subject"),
        "shown_readers",
    )
    change_list_template = "admin/announcements/announcement_list.html"
    change_form_template = "admin/announcements/announcement_detail.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Announcement]:
        return super().get_queryset(request).select_related("round__call", "extension")

    def get_urls(self) -> list[URLPattern]:
        retry = path("<int:pk>/reessayer/", self.admin_site.admin_view(self.retry), name="calls_announcement_retry")
        return [retry, *super().get_urls()]

    @admin.display(description="annonce")
    def subject(self, announcement: Announcement) -> str:
        return announcement.subject

    @admin.display(description="dernière erreur")
    def shown_error(self, announcement: Announcement) -> str:
        return Truncator(announcement.last_error).chars(80)

    @admin.display(description="prochaine tentative")
    def shown_next_attempt(self, announcement: Announcement) -> str:
        """Of what is due alone: the others keep the instant of their last attempt's end."""
        return localize(localtime(announcement.next_attempt_at)) if announcement.state == AnnouncementState.DUE else "-"

    @admin.display(description="candidats")
    def shown_readers(self, announcement: Announcement) -> str:
        told, left = told_and_left(announcement)
        return f"prévenus\u202f: {told}\u202f; à prévenir encore\u202f: {left}"

    @admin.action(description="Réessayer les annonces en échec", permissions=["view"])
    def retry_selected(self, request: HttpRequest, queryset: QuerySet[Announcement]) -> None:
        count = retry_failed_announcements(queryset, by=request.user)  # type: ignore[arg-type] # the admin lets only accounts in
        self.message_user(request, f"Annonces remises à écrire : {count}.", messages.SUCCESS if count else messages.WARNING)

    def retry(self, request: HttpRequest, pk: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not reads_announcements(request.user):
            raise PermissionDenied
        announcement = get_object_or_404(Announcement, pk=pk)
        retry_announcement(announcement, by=request.user)  # type: ignore[arg-type] # the admin lets only accounts in
        said = "L’annonce reprendra dans la minute, là où elle s’est arrêtée."
        self.message_user(request, said, messages.SUCCESS)
        return redirect(reverse("admin:calls_announcement_change", args=[pk]))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "health": announcements_health()})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        announcement = self.get_object(request, object_id)
        moves = available(announcement, request.user, ANNOUNCEMENT_TRANSITIONS) if announcement else []
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "moves": moves})
