"""Who stands behind the SIRET of partners that dossiers name."""

from django.db import models

from kit import clock


class PartnerName(models.Model):
    """What was found of a SIRET when a dossier named it. Kept, because pages and deposits say it long after, and must not ask for it again."""

    siret = models.CharField("SIRET", max_length=14, unique=True)
    name = models.CharField("nom", max_length=200, blank=True, help_text="Vide : inconnu du répertoire, ou non diffusible.")
    note = models.CharField("remarque", max_length=100, blank=True)
    found_at = models.DateTimeField("cherché le", default=clock.now)

    class Meta:
        verbose_name = "nom de partenaire"
        verbose_name_plural = "noms de partenaires"
        ordering = ("siret",)

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> str:
        """The name, then what is to be known of it."""
        return f"{self.name} ({self.note})" if self.name and self.note else self.name or self.note

    @property
    def reference(self) -> str:
        return f"siret:{self.siret}"
