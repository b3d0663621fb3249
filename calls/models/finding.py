"""What staff found of a dossier: admissible (complete, in time), eligible (the rules). Separate records, never overwritten."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from calls.enums import Outcome
from calls.models.application import Application
from calls.models.deposit import Deposit
from kit import clock


class Finding(models.Model):
    """One finding, by a named person, with its reason; a later one supersedes it and both stay."""

    outcome = models.CharField("constat", max_length=3, choices=Outcome.choices)
    reason = models.TextField("motif", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="par", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField("le", default=clock.now)
    deposit = models.ForeignKey(Deposit, verbose_name="dépôt examiné", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField("remplacé le", null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return self.get_outcome_display()


class AdmissibilityQuerySet(models.QuerySet["Admissibility"]):
    def current(self) -> Self:
        return self.filter(superseded_at__isnull=True)


class Admissibility(Finding):
    """Whether the dossier is complete and in time."""

    application = models.ForeignKey(Application, verbose_name="dossier", on_delete=models.CASCADE, related_name="admissibility_findings")

    objects = AdmissibilityQuerySet.as_manager()

    class Meta(Finding.Meta):
        verbose_name = "constat de recevabilité"
        verbose_name_plural = "constats de recevabilité"
        constraints = (
            models.UniqueConstraint(fields=("application",), condition=Q(superseded_at__isnull=True), name="admissibility_current_unique"),
        )


class EligibilityQuerySet(models.QuerySet["Eligibility"]):
    def current(self) -> Self:
        return self.filter(superseded_at__isnull=True)


class Eligibility(Finding):
    """Whether the dossier meets the rules of the call."""

    application = models.ForeignKey(Application, verbose_name="dossier", on_delete=models.CASCADE, related_name="eligibility_findings")

    objects = EligibilityQuerySet.as_manager()

    class Meta(Finding.Meta):
        verbose_name = "constat d’éligibilité"
        verbose_name_plural = "constats d’éligibilité"
        constraints = (
            models.UniqueConstraint(fields=("application",), condition=Q(superseded_at__isnull=True), name="eligibility_current_unique"),
        )
