"""The public halves of the keys that sealed receipts: kept for ever, so that an old receipt is checked as well as a new one."""

from django.db import models
from django.db.models import F, Q

from kit import clock


class SealKey(models.Model):
    """Its id is made from the key itself (kit/seals.py); the private half is never here. A trigger refuses another key under an id."""

    id = models.CharField("identifiant", max_length=16, primary_key=True)
    public_key = models.CharField("clé publique (base64)", max_length=44)
    in_use_from = models.DateTimeField("en usage depuis le", default=clock.now)
    in_use_until = models.DateTimeField("en usage jusqu’au", null=True, blank=True)
    compromised_at = models.DateTimeField("déclarée compromise le", null=True, blank=True)

    class Meta:
        verbose_name = "clé de scellement"
        verbose_name_plural = "clés de scellement"
        ordering = ("-in_use_from", "id")
        constraints = (
            models.CheckConstraint(
                name="seal_key_dates_in_order",
                condition=Q(in_use_until__isnull=True) | Q(in_use_until__gte=F("in_use_from")),
                violation_error_message="Une clé cesse de servir après avoir commencé.",
            ),
        )

    def __str__(self) -> str:
        return self.id
