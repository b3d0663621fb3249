"""Notices that staff show on the whole site: an incident, a maintenance."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kit import clock
from portal.enums import NoticeLevel


class SiteNoticeQuerySet(models.QuerySet["SiteNotice"]):
    def not_ended(self, now: datetime) -> Self:
        """Shown at `now`, or to be shown later."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))


class SiteNotice(models.Model):
    """A sentence shown on every page from one instant to another; it is ended, never deleted, because it is evidence of an incident."""

    message = models.CharField("message", max_length=300, help_text="Une phrase : ce qui se passe, et ce que la personne doit faire.")
    level = models.CharField("importance", max_length=10, choices=NoticeLevel.choices, default=NoticeLevel.INFO)
    link = models.URLField("lien", blank=True, help_text="Page qui en dit plus.")
    starts_at = models.DateTimeField("affiché à partir du", default=clock.now)
    ends_at = models.DateTimeField("affiché jusqu’au", null=True, blank=True, help_text="Laissez vide tant que la fin n’est pas connue.")
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="posé par", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField("posé le", default=clock.now, editable=False)

    objects = SiteNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "annonce sur le site"
        verbose_name_plural = "annonces sur le site"
        ordering = ("-starts_at", "-pk")
        constraints = (
            models.CheckConstraint(
                name="site_notice_ends_after_start",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                violation_error_message="L’annonce ne peut pas finir avant d’avoir commencé.",
            ),
        )

    def __str__(self) -> str:
        return self.message


class DemonstrationLoad(models.Model):
    """Says that this database holds the demonstration, and since when: nothing else may be emptied."""

    loaded_at = models.DateTimeField("chargée le", default=clock.now)

    class Meta:
        verbose_name = "chargement de la démonstration"
        verbose_name_plural = "chargements de la démonstration"

    def __str__(self) -> str:
        return f"{self.loaded_at:%d/%m/%Y %H:%M}"
