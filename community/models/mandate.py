"""Mandates: what a client organisation lets a support structure do in its name."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from community.enums import MandateState, MemberRole, MemberStanding
from community.models.organisation import Organisation
from kit import clock
from kit.workflow import Stateful, TransitionLog


class MandateQuerySet(models.QuerySet["Mandate"]):
    def visible_to(self, user: User) -> Self:
        """Those of organisations that one manages or, for the support structure, edits; and those asked of one's own address."""
        managed = user.memberships.managing().values("organisation")
        helped = user.memberships.filter(standing=MemberStanding.VERIFIED).exclude(role=MemberRole.READER).values("organisation")
        return self.filter(
            Q(client__in=managed)
            | Q(agent__in=managed)
            | Q(agent__in=helped)
            | Q(asked_by=user)
            | Q(client__isnull=True, client_email__iexact=user.email)
        )

    def in_force(self) -> Self:
        """Granted, not revoked, not expired."""
        now = clock.now()
        return self.filter(state=MandateState.GRANTED, granted_at__lte=now, revoked_at__isnull=True, expires_at__gt=now)

    def unanswered(self) -> Self:
        return self.filter(state=MandateState.ASKED, expires_at__gt=clock.now())


class Mandate(Stateful):
    """What a client organisation lets a support structure do in its name: prepare its dossiers, and deposit them if said.

    Asked by the support structure or granted straight away by the client. Asked by mail, it has no client until the person who
    received it says for which organisation they grant it. Granted by a verified administrator, it covers every dossier of the
    client; granted by a declared one, only the dossiers that this person made (`granted_standing`).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(
        Organisation, verbose_name="mandant", null=True, blank=True, on_delete=models.CASCADE, related_name="mandates_given"
    )
    client_email = models.EmailField("adresse à qui il est demandé", max_length=254, blank=True)
    agent = models.ForeignKey(Organisation, verbose_name="mandataire", on_delete=models.CASCADE, related_name="mandates_received")
    may_deposit = models.BooleanField("peut déposer", default=False)
    state = models.CharField("état", max_length=10, choices=MandateState.choices, default=MandateState.ASKED, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="demandé par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField("demandé le", default=clock.now)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="accordé par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    granted_standing = models.CharField("qualité de qui accorde", max_length=10, choices=MemberStanding.choices, blank=True)
    granted_at = models.DateTimeField("accordé le", null=True, blank=True)
    expires_at = models.DateTimeField("expire le")
    refused_at = models.DateTimeField("refusé le", null=True, blank=True)
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = "mandat"
        verbose_name_plural = "mandats"
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.CheckConstraint(
                name="mandate_between_two",
                condition=~Q(client=models.F("agent")),
                violation_error_message="Une organisation ne se mandate pas elle-même.",
            ),
            models.CheckConstraint(
                name="mandate_asked_of_someone",
                condition=Q(client__isnull=False) | ~Q(client_email=""),
                violation_error_message="Un mandat se demande à une organisation ou à une adresse.",
            ),
            models.CheckConstraint(
                name="mandate_dated_as_said",
                condition=Q(state="asked", granted_at__isnull=True, refused_at__isnull=True, revoked_at__isnull=True)
                | (
                    Q(state="granted", client__isnull=False, granted_at__isnull=False, refused_at__isnull=True, revoked_at__isnull=True)
                    & ~Q(granted_standing="")
                )
                | Q(state="refused", granted_at__isnull=True, refused_at__isnull=False, revoked_at__isnull=True)
                | Q(state="revoked", refused_at__isnull=True, revoked_at__isnull=False),
                violation_error_message="Un mandat porte les dates de son état.",
            ),
            models.UniqueConstraint(
                fields=("client", "agent"),
                condition=Q(state="asked", client__isnull=False),
                name="mandate_asked_once",
                violation_error_message="Ce mandat est déjà demandé.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.client or self.client_email} → {self.agent}"

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= clock.now()

    @property
    def last_day(self) -> datetime:
        """The last instant of the mandate: it ends with its day, so that this one names the day."""
        return self.expires_at - timedelta(microseconds=1)

    @property
    def is_in_force(self) -> bool:
        """Granted, not revoked, not expired: for one row, what `in_force` asks of them all."""
        granted = self.state == MandateState.GRANTED and self.granted_at is not None and self.granted_at <= clock.now()
        return granted and not self.has_expired

    @property
    def covers_everything(self) -> bool:
        """Whether it covers all the client's dossiers, or only those of the person who granted it."""
        return self.granted_standing == MemberStanding.VERIFIED


class MandateLog(TransitionLog):
    """Moves of a mandate."""

    subject = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="transitions")
