"""Announcements as staff see them: what is due, what failed and why; nothing to change but putting a failed one back."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.timezone import localtime

from accounts.models import User
from calls.actions.announcement import retry_announcement, retry_failed_announcements
from calls.enums import AnnouncementState
from calls.models import Announcement, AnnouncementTransition
from calls.permissions import reads_announcements
from calls.queries.announcement import AnnouncementsHealth, announcements_health, told_and_left
from calls.workflow import ANNOUNCEMENT_TRANSITIONS
from kit.administration import MovesInline, ReadOnly, RetriedAdmin, RetryWords


class ForReadersOfAnnouncements(ReadOnly):
    def may_read(self, request: HttpRequest) -> bool:
        return reads_announcements(request.user)


class AnnouncementTransitionInline(ForReadersOfAnnouncements, MovesInline):
    model = AnnouncementTransition
    states = AnnouncementState


@admin.register(Announcement)
class AnnouncementAdmin(ForReadersOfAnnouncements, RetriedAdmin[Announcement]):
    moves = ANNOUNCEMENT_TRANSITIONS
    words = RetryWords(
        late="Annonces en retard de plus d’un quart d’heure",
        oldest="la plus ancienne",
        advice="Leurs candidats ne sont pas tous prévenus : vérifiez les tâches de fond.",
        failed="Annonces en échec",
        put_back="L’annonce reprendra dans la minute, là où elle s’est arrêtée.",
        all_put_back="Annonces remises à écrire",
    )
    list_display = ("__str__", "state", "attempts", "shown_error", "owed_at", "finished_at")
    list_filter = ("state",)
    search_fields = ("round__name", "round__code", "round__call__title")
    search_help_text = "Nom ou préfixe de la session, titre de l’appel"
    inlines = (AnnouncementTransitionInline,)
    fields = (
        ("state", "attempts", "shown_next_attempt"),
        "last_error",
        ("owed_at", "failed_at", "finished_at"),
        ("round", "subject"),
        "shown_readers",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Announcement]:
        return super().get_queryset(request).select_related("round__call", "extension")

    @admin.display(description="annonce")
    def subject(self, announcement: Announcement) -> str:
        return announcement.subject

    @admin.display(description="prochaine tentative")
    def shown_next_attempt(self, announcement: Announcement) -> str:
        """Of what is due alone: the others keep the instant of their last attempt's end."""
        return localize(localtime(announcement.next_attempt_at)) if announcement.state == AnnouncementState.DUE else "-"

    @admin.display(description="candidats")
    def shown_readers(self, announcement: Announcement) -> str:
        told, left = told_and_left(announcement)
        return f"prévenus\u202f: {told}\u202f; à prévenir encore\u202f: {left}"

    def health(self) -> AnnouncementsHealth:
        return announcements_health()

    def put_back(self, row: Announcement, by: User) -> Announcement:
        return retry_announcement(row, by=by)

    def put_back_failed(self, rows: QuerySet[Announcement], by: User) -> int:
        return retry_failed_announcements(rows, by=by)
