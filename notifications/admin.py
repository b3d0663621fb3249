"""The outbox as staff see it: what was sent, what is due, what failed; nothing to change but putting a failed message back."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.text import Truncator

from kit.administration import PlainAdmin, ReadOnly
from kit.workflow import available
from notifications.actions import retry_failed_messages, retry_message
from notifications.enums import MessageState
from notifications.models import Message, MessageTransition
from notifications.permissions import reads_outbox
from notifications.queries import outbox_health
from notifications.workflow import TRANSITIONS


class ForReadersOfTheOutbox(ReadOnly):
    def may_read(self, request: HttpRequest) -> bool:
        return reads_outbox(request.user)


class MessageTransitionInline(ForReadersOfTheOutbox, admin.TabularInline[MessageTransition, Message]):
    model = MessageTransition
    fields = ("at", "origin", "target", "actor", "why")
    readonly_fields = fields
    extra = 0

    @admin.display(description="de")
    def origin(self, log: MessageTransition) -> str:
        return MessageState(log.from_state).label

    @admin.display(description="vers")
    def target(self, log: MessageTransition) -> str:
        return MessageState(log.to_state).label


@admin.register(Message)
class MessageAdmin(ForReadersOfTheOutbox, PlainAdmin[Message]):
    list_display = ("subject", "email", "state", "owed_at", "sent_at", "attempts", "shown_error")
    list_filter = ("state", "topic", "owed_at")
    search_fields = ("subject", "email", "cause")
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False
    actions = ("retry_selected",)
    inlines = (MessageTransitionInline,)
    fields = (
        ("state", "attempts", "next_attempt_at"),
        "last_error",
        ("owed_at", "sent_at", "read_at"),
        ("email", "recipient", "reply_to"),
        ("kind", "topic", "told_in"),
        ("cause", "uuid"),
        "subject",
        "shown_text",
        "shown_url",
        "digest_line",
    )
    change_list_template = "notifications/admin/message_list.html"
    change_form_template = "notifications/admin/message_detail.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return super().get_queryset(request).select_related("recipient", "told_in")

    def get_urls(self) -> list[URLPattern]:
        retry = path("<int:pk>/renvoyer/", self.admin_site.admin_view(self.retry), name="notifications_message_retry")
        return [retry, *super().get_urls()]

    @admin.display(description="texte")
    def shown_text(self, message: Message) -> str:
        """The text, except a code with which its reader could be impersonated."""
        return "Masqué : ce message porte un code ou un lien personnel." if message.carries_secret else message.text

    @admin.display(description="page concernée")
    def shown_url(self, message: Message) -> str:
        """The page, except a link that opens by itself."""
        return "" if message.carries_secret else message.url

    @admin.display(description="dernière erreur")
    def shown_error(self, message: Message) -> str:
        return Truncator(message.last_error).chars(80)

    @admin.action(description="Renvoyer les messages en échec", permissions=["view"])
    def retry_selected(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        count = retry_failed_messages(queryset, by=request.user)  # type: ignore[arg-type] # the admin lets only accounts in
        self.message_user(request, f"Messages remis à envoyer : {count}.", messages.SUCCESS if count else messages.WARNING)

    def retry(self, request: HttpRequest, pk: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not reads_outbox(request.user):
            raise PermissionDenied
        message = get_object_or_404(Message, pk=pk)
        retry_message(message, by=request.user)  # type: ignore[arg-type] # the admin lets only accounts in
        self.message_user(request, "Le message sera renvoyé dans la minute.", messages.SUCCESS)
        return redirect(reverse("admin:notifications_message_change", args=[pk]))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "health": outbox_health()})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        message = self.get_object(request, object_id)
        moves = available(message, request.user, TRANSITIONS) if message else []
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "moves": moves})
