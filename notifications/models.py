"""Messages owed to people: a row is the proof of what was said, and the inbox of whoever has an account."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from kit import clock
from kit.workflow import Stateful, TransitionLog
from notifications.enums import DIGEST, SIGN_IN, MessageState, Pace, Topic


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> Self:
        """One's own inbox; a code to sign in is read in one's mail, not here, and a digest repeats what is here."""
        return self.filter(recipient=user).exclude(kind__in=(SIGN_IN, DIGEST))

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def due(self) -> Self:
        """To send now: owed, and neither leased to a worker nor waiting for a later attempt."""
        return self.filter(state=MessageState.DUE, next_attempt_at__lte=clock.now())

    def due_or_new(self) -> Self:
        """As `due`, and whatever was never tried: the clock of the web server may be ahead of the worker's."""
        return self.filter(Q(attempts=0) | Q(next_attempt_at__lte=clock.now()), state=MessageState.DUE)

    def to_sum_up(self) -> Self:
        """Lines of digests whose hour has come."""
        return self.filter(state=MessageState.WAITING, next_attempt_at__lte=clock.now())


class Message(Stateful):
    """One message, rendered when it is owed, unique by its cause; it is delivered after the transaction that owes it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cause = models.CharField(
        "cause", max_length=200, unique=True, help_text="Ce qui a provoqué ce message : une même cause n’écrit qu’une fois."
    )
    kind = models.CharField("nature", max_length=60)
    topic = models.CharField("sujet", max_length=12, choices=Topic.choices, default=Topic.NECESSARY)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="destinataire",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="received_messages",
    )
    email = models.EmailField("adresse", max_length=254)
    reply_to = models.EmailField("adresse de réponse", max_length=254, blank=True)
    carries_secret = models.BooleanField(
        "porte un secret", default=False, help_text="Un code ou un lien personnel : masqué, et effacé une fois envoyé."
    )
    subject = models.CharField("objet", max_length=250)
    text = models.TextField("texte")
    html = models.TextField("HTML", blank=True)
    digest_line = models.CharField("ligne de résumé", max_length=250)
    url = models.CharField("page concernée", max_length=300, blank=True)
    owed_at = models.DateTimeField("dû le", default=clock.now)
    state = models.CharField("état", max_length=10, choices=MessageState.choices, default=MessageState.DUE, editable=False)
    attempts = models.PositiveSmallIntegerField("tentatives", default=0, editable=False)
    next_attempt_at = models.DateTimeField("prochaine tentative", default=clock.now, editable=False)
    last_error = models.TextField("dernière erreur", blank=True, editable=False)
    told_in = models.ForeignKey(
        "self", verbose_name="résumé qui le dit", null=True, blank=True, on_delete=models.SET_NULL, related_name="lines", editable=False
    )
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True, editable=False)
    read_at = models.DateTimeField("lu le", null=True, blank=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        ordering = ("-owed_at", "-pk")
        constraints = (
            models.CheckConstraint(
                name="message_sent_at_iff_sent",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                violation_error_message="Un message envoyé porte sa date d’envoi, les autres n’en ont pas.",
            ),
        )
        indexes = (
            models.Index(fields=("next_attempt_at", "id"), condition=Q(state="due"), name="message_due"),
            models.Index(fields=("next_attempt_at", "id"), condition=Q(state="waiting"), name="message_waiting"),
            models.Index(fields=("recipient", "-owed_at", "-id"), name="message_inbox"),
            models.Index(fields=("recipient",), condition=Q(read_at__isnull=True), name="message_unread"),
        )

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("notifications:message_detail", args=[self.uuid])

    @property
    def is_unread(self) -> bool:
        return self.read_at is None

    @property
    def state_for_recipient(self) -> str:
        return MessageState(self.state).label_for_recipient


class PreferenceQuerySet(models.QuerySet["Preference"]):
    def visible_to(self, user: User) -> Self:
        """One's own."""
        return self.filter(user=user)


class Preference(models.Model):
    """How soon a person wants the messages of a topic by mail; without a row, at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="compte", on_delete=models.CASCADE, related_name="message_preferences")
    topic = models.CharField("sujet", max_length=12, choices=Topic.choices)
    pace = models.CharField("par courriel", max_length=10, choices=Pace.choices, default=Pace.AT_ONCE)
    changed_at = models.DateTimeField("choisi le", default=clock.now)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "préférence"
        verbose_name_plural = "préférences"
        ordering = ("user", "topic")
        constraints = (
            models.UniqueConstraint(fields=("user", "topic"), name="preference_once"),
            models.CheckConstraint(
                name="preference_on_what_may_be_refused",
                condition=~Q(topic="necessary"),
                violation_error_message="Ces messages partent toujours aussitôt.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_topic_display()} : {self.get_pace_display()}"


class MessageTransition(TransitionLog):
    """The log of a message's states: sent, given up, put back by someone."""

    subject = models.ForeignKey(Message, verbose_name="message", on_delete=models.CASCADE, related_name="transitions")

    class Meta(TransitionLog.Meta):
        verbose_name = "changement d’état"
        verbose_name_plural = "changements d’état"

    def __str__(self) -> str:
        return f"{MessageState(self.from_state).label} → {MessageState(self.to_state).label}"
