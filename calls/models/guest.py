"""The people invited to help with one dossier, and nothing else."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from calls.enums import GuestAccess
from calls.models.application import Application
from kit import clock


class GuestQuerySet(models.QuerySet["Guest"]):
    def visible_to(self, user: User) -> Self:
        """Those of the dossiers that one sees; whoever holds the link comes by its token."""
        return self.filter(application__in=Application.objects.visible_to(user).values("pk"))

    def standing(self) -> Self:
        """Who has a place, or still may take it."""
        return self.filter(revoked_at__isnull=True).filter(Q(accepted_at__isnull=False) | Q(expires_at__gt=clock.now()))


class Guest(models.Model):
    """An invitation to one dossier, sent by mail, and the place of whoever accepted it; only the digest of its link is kept."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_digest = models.CharField("empreinte du lien", max_length=64, unique=True, editable=False)
    application = models.ForeignKey(Application, verbose_name="dossier", on_delete=models.CASCADE, related_name="guest_places")
    email = models.EmailField("adresse électronique", max_length=254)
    access = models.CharField("accès", max_length=10, choices=GuestAccess.choices, default=GuestAccess.EDIT)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="compte", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="invité par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    invited_at = models.DateTimeField("envoyée le", default=clock.now)
    expires_at = models.DateTimeField("expire le")
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    revoked_at = models.DateTimeField("retirée le", null=True, blank=True)

    objects = GuestQuerySet.as_manager()

    class Meta:
        verbose_name = "personne invitée"
        verbose_name_plural = "personnes invitées"
        ordering = ("-invited_at", "-pk")
        constraints = (
            models.CheckConstraint(
                name="guest_accepted_by_someone",
                condition=Q(accepted_at__isnull=True, user__isnull=True) | Q(accepted_at__isnull=False, user__isnull=False),
                violation_error_message="Une invitation acceptée porte sa date et le compte qui l’a acceptée.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.email} → {self.application_id}"

    @property
    def name(self) -> str:
        """The person, or the address of whoever has yet to come."""
        return str(self.user) if self.user else self.email

    @property
    def has_expired(self) -> bool:
        return self.accepted_at is None and self.expires_at <= clock.now()
