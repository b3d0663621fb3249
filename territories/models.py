"""Areas of the official geographic code, in one table, by vintage."""

from collections.abc import Iterable
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from kit import clock
from territories.enums import AreaKind


class AreaQuerySet(models.QuerySet["Area"]):
    def current(self) -> Self:
        """Areas that exist in the newest vintage."""
        return self.filter(last_vintage__isnull=True)

    def of_kind(self, kind: AreaKind) -> Self:
        return self.filter(kind=kind)

    def of_kinds(self, kinds: Iterable[AreaKind]) -> Self:
        return self.filter(kind__in=[str(kind) for kind in kinds])


class Area(models.Model):
    """A région, a département, an EPCI, a commune or a municipal arrondissement.

    `code` is INSEE's (an EPCI's is its SIREN); `first_vintage` and `last_vintage` are years of the COG, the last one null while
    the area exists; `successor` is the area that took over. An area that was gone before the first vintage ever loaded has the
    year before that vintage as both, since its true years are not in the source. An EPCI that straddles départements
    or régions has none of its own.
    """

    kind = models.CharField("type", max_length=15, choices=AreaKind.choices)
    code = models.CharField("code", max_length=9)
    name = models.CharField("nom", max_length=120)
    search_name = models.CharField("nom pour la recherche", max_length=130, editable=False)
    search_terms = models.TextField("autres noms et codes postaux pour la recherche", editable=False, blank=True)
    postcodes = ArrayField(models.CharField(max_length=5), verbose_name="codes postaux", default=list, blank=True)
    population = models.PositiveIntegerField("population municipale", null=True, blank=True)
    region = models.ForeignKey("self", verbose_name="région", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    departement = models.ForeignKey("self", verbose_name="département", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    epci = models.ForeignKey("self", verbose_name="intercommunalité", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    commune = models.ForeignKey("self", verbose_name="commune", null=True, blank=True, on_delete=models.PROTECT, related_name="districts")
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
        constraints = (
            models.UniqueConstraint(fields=("kind", "code"), name="area_kind_code_unique"),
            models.CheckConstraint(
                name="area_vintages_in_order",
                condition=Q(last_vintage__isnull=True) | Q(last_vintage__gte=F("first_vintage")),
                violation_error_message="Le dernier millésime ne précède pas le premier.",
            ),
            models.CheckConstraint(
                name="area_successor_only_when_gone",
                condition=Q(successor__isnull=True) | Q(last_vintage__isnull=False),
                violation_error_message="Seul un territoire disparu a un successeur.",
            ),
        )
        indexes = (
            models.Index(fields=["search_name"], opclasses=["varchar_pattern_ops"], name="area_search_name_prefix"),
            GinIndex(fields=["search_name"], opclasses=["gin_trgm_ops"], name="area_search_name_trigram"),
            GinIndex(fields=["search_terms"], opclasses=["gin_trgm_ops"], name="area_search_terms_trigram"),
            GinIndex(fields=["postcodes"], name="area_postcodes"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.code})" if self.kind != AreaKind.REGION else self.name

    @property
    def key(self) -> str:
        """What a form sends for this area: `commune:75056`."""
        return f"{self.kind}:{self.code}"

    @property
    def departement_code(self) -> str:
        """The code of the département (or overseas collectivity), read off the INSEE code; empty for an EPCI or a région."""
        if self.kind == AreaKind.DEPARTEMENT:
            return self.code
        if self.kind in {AreaKind.COMMUNE, AreaKind.DISTRICT}:
            return self.code[:3] if self.code.startswith(("97", "98")) else self.code[:2]
        return ""

    @property
    def label(self) -> str:
        """The name as people tell it apart: `Saint-Denis (974)`."""
        return f"{self.name} ({self.departement_code})" if self.departement_code else self.name


class AreaLoad(models.Model):
    """What was loaded last: tells a second load that there is nothing to do, and a newer one which vintage came before."""

    vintage = models.PositiveSmallIntegerField("millésime")
    digest = models.CharField("empreinte", max_length=64)
    loaded_at = models.DateTimeField("chargé le", default=clock.now)

    class Meta:
        verbose_name = "chargement"
        verbose_name_plural = "chargements"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"COG {self.vintage}"
