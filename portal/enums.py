"""Closed lists of the portal."""

from django.db import models


class NoticeLevel(models.TextChoices):
    """How loud a notice is; the value is the DSFR's own word."""

    INFO = "info", "Information"
    WARNING = "warning", "Attention"
    ALERT = "alert", "Incident en cours"
