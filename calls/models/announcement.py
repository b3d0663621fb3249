"""What a round's applicants are to be told: a row owed with the decision, from which the messages are written afterwards."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from calls.enums import AnnouncementState
from calls.models.amendment import Amendment
from calls.models.round import Extension, Round
from kit import clock
from kit.workflow import Stateful, TransitionLog


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def due_at(self, instant: datetime) -> Self:
        """To write now: owed, and neither held by a worker nor waiting for a later attempt. What was never tried is due whatever the clocks say."""
        return self.filter(Q(attempts=0) | Q(next_attempt_at__lte=instant), state=AnnouncementState.DUE)


class Announcement(Stateful):
    """Of an extension for everyone, of an amendment, or, without either, of the round's cancellation; `told_up_to` is the last account told so far, `missed` those before it whose message could not be written."""

    round = models.ForeignKey(Round, verbose_name="session", on_delete=models.CASCADE, related_name="announcements")
    extension = models.OneToOneField(
        Extension, verbose_name="prolongation", null=True, blank=True, on_delete=models.CASCADE, related_name="announcement"
    )
    amendment = models.OneToOneField(
        Amendment, verbose_name="avenant", null=True, blank=True, on_delete=models.CASCADE, related_name="announcement"
    )
    owed_at = models.DateTimeField("due le", default=clock.now)
    told_up_to = models.PositiveBigIntegerField("dernier compte prévenu", default=0)
    missed = ArrayField(models.BigIntegerField(), verbose_name="comptes passés", default=list, blank=True, editable=False)
    state = models.CharField("état", max_length=10, choices=AnnouncementState.choices, default=AnnouncementState.DUE, editable=False)
    attempts = models.PositiveSmallIntegerField(
        "tentatives", default=0, editable=False, help_text="Depuis le dernier lot de candidats prévenus."
    )
    next_attempt_at = models.DateTimeField("prochaine tentative", default=clock.now, editable=False)
    last_error = models.TextField("dernière erreur", blank=True, editable=False)
    failed_at = models.DateTimeField("dernier échec le", null=True, blank=True, editable=False)
    finished_at = models.DateTimeField("terminée le", null=True, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = "annonce aux candidats"
        verbose_name_plural = "annonces aux candidats"
        ordering = ("-owed_at", "-pk")
        indexes = (models.Index(fields=("next_attempt_at", "id"), condition=Q(state="due"), name="announcement_due"),)
        constraints = (
            models.UniqueConstraint(
                fields=("round",),
                condition=Q(extension__isnull=True, amendment__isnull=True),
                name="announcement_of_cancellation_unique",
                violation_error_message="L’annulation d’une session s’annonce une fois.",
            ),
            models.CheckConstraint(
                name="announcement_finished_at_iff_done",
                condition=Q(state="done", finished_at__isnull=False) | (~Q(state="done") & Q(finished_at__isnull=True)),
                violation_error_message="Une annonce terminée porte sa date de fin, les autres n’en ont pas.",
            ),
            models.CheckConstraint(
                name="announcement_failed_has_error",
                condition=~Q(state="failed") | (~Q(last_error="") & Q(failed_at__isnull=False)),
                violation_error_message="Une annonce en échec porte sa dernière erreur et sa date.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.round} : {self.subject}"

    @property
    def subject(self) -> str:
        if self.amendment_id:
            return "avenant"
        return "prolongation" if self.extension_id else "annulation"


class AnnouncementTransition(TransitionLog):
    """The log of an announcement's states: finished, given up, put back by someone."""

    subject = models.ForeignKey(Announcement, verbose_name="annonce", on_delete=models.CASCADE, related_name="transitions")

    class Meta(TransitionLog.Meta):
        verbose_name = "changement d’état"
        verbose_name_plural = "changements d’état"

    def __str__(self) -> str:
        return f"{AnnouncementState(self.from_state).label} → {AnnouncementState(self.to_state).label}"
