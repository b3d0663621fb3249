"""A file that someone gives in answer to a question: how far its sending is, what it truly is, where it stands."""

import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from accounts.models import User
from calls.enums import AttachmentState
from calls.models.application import Application
from calls.models.deposit import Deposit
from kit import clock
from kit.workflow import Stateful, TransitionLog

CHUNK = 2 * 1024 * 1024
"""Bytes of one piece, of whatever file: short enough for any proxy, long enough for a fibre."""
WAITING_AFTER = timedelta(seconds=30)
"""How long the broker has to bring the task of a check before the sweep does it."""
ABANDONED_AFTER = timedelta(hours=24)
"""How long an interrupted sending may be taken up again."""
ERASED_AFTER = timedelta(days=7)
"""How long a file that was removed, refused or infected is kept, when no deposit names it."""


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User) -> Self:
        """Those of the dossiers that one sees, as long as nobody removed them."""
        return self.filter(application__in=Application.objects.visible_to(user).values("pk"), removed_at=None)

    def deposited_for(self, user: User) -> Self:
        """What staff may read: the files that a deposit of theirs names, whatever became of them in the dossier since."""
        naming = Deposit.objects.filter(application=models.OuterRef("application"), content__contains=_as_text("uuid"))
        return self.filter(models.Exists(naming), application__in=Application.objects.deposited_for(user).values("pk"))

    def given(self) -> Self:
        """Sent whole and kept: those that answers name."""
        return self.filter(removed_at=None, state__in=(AttachmentState.CHECKING, AttachmentState.READY, AttachmentState.INFECTED))

    def unchecked_at(self, instant: datetime) -> Self:
        """Those that wait for the antivirus and that no task came for, or whose next attempt is due."""
        waiting = Q(check_retry_at__isnull=True, received_at__lt=instant - WAITING_AFTER) | Q(check_retry_at__lte=instant)
        return self.filter(waiting, state=AttachmentState.CHECKING)

    def erasable_at(self, instant: datetime) -> Self:
        """Those that nothing needs any more: abandoned, removed or refused long enough ago, or of a dossier that was deleted."""
        over = Q(removed_at__lt=instant - ERASED_AFTER) | Q(state=AttachmentState.REFUSED, begun_at__lt=instant - ERASED_AFTER)
        abandoned = Q(state=AttachmentState.RECEIVING, touched_at__lt=instant - ABANDONED_AFTER)
        named = Deposit.objects.filter(application=models.OuterRef("application"), content__contains=_as_text("uuid"))
        return self.filter(Q(application=None) | ((over | abandoned) & ~models.Exists(named)))


def _as_text(column: str) -> Any:
    """The uuid as canonical JSON writes it."""
    return Cast(models.OuterRef(column), models.TextField())


def attachment_path(attachment: "Attachment", filename: str) -> str:
    """A folder of its own under an address that nobody guesses; the name that people gave stays in the table."""
    return f"attachments/{attachment.uuid}/{filename}"


class Attachment(Stateful):
    """One file. `size` is what was announced until everything arrived, then that of the stored bytes, of which `sha256` is the digest.

    The answer of its question names it, with its digest, once it is whole and of a type that it does not lie about; a deposit copies
    that, and never opens a file. It comes in pieces of `CHUNK` bytes, each an object of the storage until they are one.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application, verbose_name="dossier", null=True, on_delete=models.SET_NULL, related_name="attachments", editable=False
    )
    question_key = models.SlugField("question", max_length=60, editable=False)
    client_key = models.CharField("clé de l’envoi", max_length=64, editable=False)
    name = models.CharField("nom", max_length=200, editable=False)
    size = models.PositiveBigIntegerField("taille", editable=False)
    received = models.PositiveBigIntegerField("octets reçus", default=0, editable=False)
    state = models.CharField("état", max_length=12, choices=AttachmentState.choices, default=AttachmentState.RECEIVING, editable=False)
    problem = models.CharField("ce qui ne va pas", max_length=300, blank=True, editable=False)
    file = models.FileField("fichier", upload_to=attachment_path, max_length=200, blank=True, default="", editable=False)
    content_type = models.CharField("type", max_length=100, blank=True, editable=False)
    sha256 = models.CharField("empreinte SHA-256", max_length=64, blank=True, editable=False)
    is_rewritten = models.BooleanField("métadonnées retirées", default=False, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="donné par", null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    begun_at = models.DateTimeField("commencé le", default=clock.now, editable=False)
    touched_at = models.DateTimeField("dernier morceau reçu le", default=clock.now, editable=False)
    received_at = models.DateTimeField("reçu le", null=True, editable=False)
    removed_at = models.DateTimeField("retiré le", null=True, editable=False)
    checked_at = models.DateTimeField("recherche de virus faite le", null=True, editable=False)
    antivirus = models.CharField("antivirus", max_length=100, blank=True, editable=False)
    check_attempts = models.PositiveSmallIntegerField("tentatives de recherche de virus", default=0, editable=False)
    check_retry_at = models.DateTimeField("à reprendre le", null=True, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier d’un dossier"
        verbose_name_plural = "fichiers des dossiers"
        ordering = ("begun_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("application", "question_key", "client_key"),
                condition=Q(removed_at=None) & ~Q(state=AttachmentState.REFUSED),
                name="attachment_given_once",
            ),
            models.CheckConstraint(
                name="attachment_whole_has_digest",
                condition=Q(state__in=(AttachmentState.RECEIVING, AttachmentState.REFUSED)) | ~Q(sha256=""),
                violation_error_message="Un fichier reçu porte son empreinte.",
            ),
        )
        indexes = (
            models.Index(fields=("check_retry_at",), condition=Q(state="checking"), name="attachment_unchecked"),
            models.Index(fields=("touched_at",), condition=Q(state="receiving"), name="attachment_receiving"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def piece(self) -> str:
        """Where the piece that starts at `received` goes."""
        return self.piece_at(self.received)

    def piece_at(self, offset: int) -> str:
        return f"attachments/{self.uuid}/pieces/{offset:012d}"

    @property
    def pieces(self) -> list[str]:
        """Every piece received, in order."""
        return [self.piece_at(offset) for offset in range(0, self.received, CHUNK)]

    @property
    def next_length(self) -> int:
        """How many bytes the next piece has."""
        return min(CHUNK, self.size - self.received)

    @property
    def is_whole(self) -> bool:
        return self.received == self.size

    @property
    def is_served(self) -> bool:
        """Whether it may be downloaded by whoever may read it."""
        return self.state == AttachmentState.READY

    @property
    def as_answer(self) -> dict[str, Any]:
        """What the answer of its question says of it."""
        return {
            "uuid": str(self.uuid),
            "name": self.name,
            "size": self.size,
            "content_type": self.content_type,
            "sha256": self.sha256,
        }


class AttachmentTransition(TransitionLog):
    """The log of a file."""

    subject = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="transitions")

    class Meta(TransitionLog.Meta):
        verbose_name = "transition de fichier"
        verbose_name_plural = "transitions de fichier"
