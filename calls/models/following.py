"""Who followed a dossier, when, and who said so."""

from django.conf import settings
from django.db import models

from calls.models.application import Application
from kit import clock


class FollowerChange(models.Model):
    """One change of follower; `released` tells « nobody any more » from a follower whose account was deleted since."""

    application = models.ForeignKey(Application, verbose_name="dossier", on_delete=models.CASCADE, related_name="follower_changes")
    follower = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="suivi par", null=True, on_delete=models.SET_NULL, related_name="+")
    released = models.BooleanField("plus suivi", default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="par", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField("le", default=clock.now)

    class Meta:
        verbose_name = "changement de suivi"
        verbose_name_plural = "changements de suivi"
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return "Plus suivi" if self.released else f"Suivi par {self.follower}"
