"""The outbox as staff see it: what was sent, is due, waits, was refused or failed; nothing to change but putting a failed one back."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from kit.administration import MovesInline, ReadOnly, RetriedAdmin, RetryWords
from notifications.actions import retry_failed_messages, retry_message
from notifications.enums import MessageState
from notifications.models import Message, MessageTransition
from notifications.permissions import reads_outbox
from notifications.queries import OutboxHealth, outbox_health
from notifications.workflow import TRANSITIONS


class ForReadersOfTheOutbox(ReadOnly):
    def may_read(self, request: HttpRequest) -> bool:
        return reads_outbox(request.user)


class MessageTransitionInline(ForReadersOfTheOutbox, MovesInline):
    model = MessageTransition
    states = MessageState


@admin.register(Message)
class MessageAdmin(ForReadersOfTheOutbox, RetriedAdmin[Message]):
    moves = TRANSITIONS
    retry_path = "renvoyer"
    words = RetryWords(
        late="Messages en retard de plus d’un quart d’heure",
        oldest="le plus ancien",
        advice="Vérifiez le serveur de messagerie et les tâches de fond.",
        failed="Messages en échec",
        put_back="Le message sera renvoyé dans la minute.",
        all_put_back="Messages remis à envoyer",
    )
    list_display = ("subject", "email", "state", "owed_at", "sent_at", "attempts", "shown_error")
    list_filter = ("state", "topic", "owed_at")
    search_fields = ("subject", "email", "cause")
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return super().get_queryset(request).select_related("recipient", "told_in")

    @admin.display(description="texte")
    def shown_text(self, message: Message) -> str:
        """The text, except a code with which its reader could be impersonated."""
        return "Masqué : ce message porte un code ou un lien personnel." if message.carries_secret else message.text

    @admin.display(description="page concernée")
    def shown_url(self, message: Message) -> str:
        """The page, except a link that opens by itself."""
        return "" if message.carries_secret else message.url

    def health(self) -> OutboxHealth:
        return outbox_health()

    def put_back(self, row: Message, by: User) -> Message:
        return retry_message(row, by=by)

    def put_back_failed(self, rows: QuerySet[Message], by: User) -> int:
        return retry_failed_messages(rows, by=by)
