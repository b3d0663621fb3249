"""Projects of organisations, as little as a dossier needs, and the themes they work on."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from community.enums import MemberStanding
from community.models import Membership, Organisation
from kit import clock


class ThemeQuerySet(models.QuerySet["Theme"]):
    def current(self) -> Self:
        return self.filter(merged_into__isnull=True)


class Theme(models.Model):
    """A theme of public policy, by a stable code; a theme that ends is merged into another."""

    code = models.SlugField("code", max_length=40, unique=True)
    name = models.CharField("libellé", max_length=120)
    transversal = models.BooleanField("transversal", default=False)
    position = models.PositiveSmallIntegerField("rang", default=0)
    merged_into = models.ForeignKey("self", verbose_name="fusionné dans", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = "thème"
        verbose_name_plural = "thèmes"
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User) -> Self:
        """Projects one made, and all those of organisations of which one is a verified member. Staff have their own pages."""
        verified = Membership.objects.filter(user=user, standing=MemberStanding.VERIFIED).values("organisation")
        return self.filter(Q(created_by=user) | Q(organisation__in=verified))


class Project(models.Model):
    """What an organisation proposes to do."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, verbose_name="organisation", on_delete=models.PROTECT, related_name="projects")
    name = models.CharField("nom du projet", max_length=150)
    summary = models.TextField("en quelques mots", max_length=1000)
    themes = models.ManyToManyField(Theme, verbose_name="thèmes", related_name="projects", blank=True)
    places = models.ManyToManyField("territories.Area", verbose_name="lieux", related_name="+", blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="créé par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField("créé le", default=clock.now, editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "projet"
        verbose_name_plural = "projets"
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name
