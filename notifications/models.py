"""Messages owed to people: a row is the proof of what was said, and the inbox of whoever has an account."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from kit import clock
from notifications.enums import MessageState


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> Self:
        """One's own inbox."""
        return self.filter(recipient=user)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Message(models.Model):
    """One message, rendered when it is owed, unique by its cause; it is delivered after the transaction that owes it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cause = models.CharField(
        "cause", max_length=200, unique=True, help_text="Ce qui a provoqué ce message : une même cause n’écrit qu’une fois."
    )
    kind = models.CharField("nature", max_length=60)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="destinataire",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="received_messages",
    )
    email = models.EmailField("adresse", max_length=254)
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
            models.Index(fields=("next_attempt_at",), condition=Q(state="due"), name="message_due"),
            models.Index(fields=("recipient", "-owed_at"), name="message_inbox"),
        )

    def __str__(self) -> str:
        return self.subject
