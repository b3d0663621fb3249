"""What a round's applicants are to be told: a row owed with the decision, from which the messages are written afterwards."""

from typing import Self

from django.db import models

from calls.models.round import Extension, Round
from kit import clock


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def unfinished(self) -> Self:
        return self.filter(finished_at__isnull=True)


class Announcement(models.Model):
    """Of an extension for everyone, or, without one, of the round's cancellation; `told_up_to` is the last account told so far."""

    round = models.ForeignKey(Round, verbose_name="session", on_delete=models.CASCADE, related_name="announcements")
    extension = models.OneToOneField(
        Extension, verbose_name="prolongation", null=True, blank=True, on_delete=models.CASCADE, related_name="announcement"
    )
    owed_at = models.DateTimeField("due le", default=clock.now)
    told_up_to = models.PositiveBigIntegerField("dernier compte prévenu", default=0)
    finished_at = models.DateTimeField("terminée le", null=True, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = "annonce aux candidats"
        verbose_name_plural = "annonces aux candidats"
        ordering = ("pk",)
        indexes = (models.Index(fields=("owed_at",), condition=models.Q(finished_at__isnull=True), name="announcement_unfinished"),)
        constraints = (
            models.UniqueConstraint(
                fields=("round",),
                condition=models.Q(extension__isnull=True),
                name="announcement_of_cancellation_unique",
                violation_error_message="L’annulation d’une session s’annonce une fois.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.round} : {'prolongation' if self.extension_id else 'annulation'}"
