"""Areas of the official geographic code, in one table, by vintage."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from territories.enums import AreaKind


class AreaQuerySet(models.QuerySet["Area"]):
    def current(self) -> Self:
        """Areas that exist in the newest vintage."""
        return self.filter(last_vintage__isnull=True)

    def of_kind(self, kind: AreaKind) -> Self:
        return self.filter(kind=kind)


class Area(models.Model):
    """A région, a département, an EPCI or a commune.

    `code` is INSEE's (an EPCI's is its SIREN); `first_vintage` and `last_vintage` are years of the COG, the last one null while
    the area exists; `successor` is the area that took over.
    """

    kind = models.CharField("type", max_length=12, choices=AreaKind.choices)
    code = models.CharField("code", max_length=9)
    name = models.CharField("nom", max_length=120)
    search_name = models.CharField("nom pour la recherche", max_length=130, editable=False)
    postcodes = ArrayField(models.CharField(max_length=5), verbose_name="codes postaux", default=list, blank=True)
    population = models.PositiveIntegerField("population municipale", null=True, blank=True)
    region = models.ForeignKey("self", verbose_name="région", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    departement = models.ForeignKey("self", verbose_name="département", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    epci = models.ForeignKey("self", verbose_name="intercommunalité", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    first_vintage = models.PositiveSmallIntegerField("premier millésime")
    last_vintage = models.PositiveSmallIntegerField("dernier millésime", null=True, blank=True)
    successor = models.ForeignKey(
        "self", verbose_name="remplacé par", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors"
    )

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = "territoire"
        verbose_name_plural = "territoires"
        ordering = ("kind", "search_name", "code")
        constraints = (models.UniqueConstraint(fields=("kind", "code"), name="area_kind_code_unique"),)
        indexes = (
            GinIndex(fields=["search_name"], opclasses=["gin_trgm_ops"], name="area_search_name_trigram"),
            GinIndex(fields=["postcodes"], name="area_postcodes"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.code})" if self.kind != AreaKind.REGION else self.name
