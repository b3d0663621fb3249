"""A list of dossiers that someone of staff asked for as a file: the row outlives the file, and says who took what."""

import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import reads_dossiers
from calls.enums import ExportFormat, ExportState
from calls.models.round import Round
from kit import clock
from kit.workflow import Stateful, TransitionLog

STALE_AFTER = timedelta(minutes=5)
"""Without a sign of life for so long, the worker is dead: each batch of rows gives one, and takes seconds."""
WAITING_AFTER = timedelta(seconds=30)
"""How long the broker has to bring the task before the sweep runs it itself."""
KEPT_FOR = timedelta(days=7)


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: User) -> Self:
        """One's own, while one may read dossiers."""
        return self.filter(requested_by=user) if reads_dossiers(user) else self.none()

    def unfinished(self) -> Self:
        return self.filter(state__in=(ExportState.ASKED, ExportState.RUNNING))

    def to_run_at(self, instant: datetime) -> Self:
        """Those that no task came for, those whose worker died, and those that met a passing fault, when their time comes."""
        return self.filter(
            Q(state=ExportState.ASKED, asked_at__lt=instant - WAITING_AFTER)
            | Q(state=ExportState.RUNNING, retry_at__isnull=True, alive_at__lt=instant - STALE_AFTER)
            | Q(state=ExportState.RUNNING, retry_at__lte=instant)
        )

    def to_purge_at(self, instant: datetime) -> Self:
        return self.filter(state=ExportState.DONE, finished_at__lt=instant - KEPT_FOR)


def export_path(export: "Export", filename: str) -> str:  # noqa: ARG001 - Django's signature
    """The address is the row's, so that a second run writes over nothing of anyone else's."""
    return f"exports/{export.uuid}/{uuid.uuid4().hex}.{export.format}"


class Export(Stateful):
    """`filters` are those of the list (calls/queries/staff.py), `rows` how many dossiers they find, `progress` how many are written, `retry_at` when a passing fault lets it begin again."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="demandé par", null=True, on_delete=models.SET_NULL, related_name="exports"
    )
    round = models.ForeignKey(Round, verbose_name="session", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    filters: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField("filtres")
    format = models.CharField("format", max_length=4, choices=ExportFormat.choices)
    state = models.CharField("état", max_length=8, choices=ExportState.choices, default=ExportState.ASKED, editable=False)
    progress = models.PositiveIntegerField("dossiers écrits", default=0)
    rows = models.PositiveIntegerField("dossiers trouvés", default=0)
    attempts = models.PositiveSmallIntegerField("tentatives", default=0)
    file = models.FileField("fichier", upload_to=export_path, max_length=200, blank=True)
    asked_at = models.DateTimeField("demandé le", default=clock.now)
    alive_at = models.DateTimeField("dernier signe du travail", null=True, blank=True)
    retry_at = models.DateTimeField("à reprendre le", null=True, blank=True)
    finished_at = models.DateTimeField("terminé le", null=True, blank=True)
    downloaded_at = models.DateTimeField("téléchargé la première fois le", null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = "export"
        verbose_name_plural = "exports"
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.CheckConstraint(
                name="export_done_has_file",
                condition=~Q(state="done") | (~Q(file="") & Q(finished_at__isnull=False)),
                violation_error_message="Un export terminé porte son fichier et sa date.",
            ),
        )
        indexes = (
            models.Index(fields=("state", "asked_at"), condition=Q(state__in=("asked", "running", "done")), name="export_alive"),
            models.Index(fields=("requested_by", "-asked_at"), name="export_of_requester"),
        )

    def __str__(self) -> str:
        return f"Export {self.get_format_display()} du {self.asked_at:%Y-%m-%d}"

    @property
    def expires_at(self) -> datetime | None:
        """When its file is erased."""
        return self.finished_at + KEPT_FOR if self.finished_at else None

    def is_free_at(self, instant: datetime) -> bool:
        """Whether no worker has it: not begun, left by a dead one, or put off to an instant that has come."""
        if self.retry_at is not None:
            return self.retry_at <= instant
        return self.alive_at is None or self.alive_at < instant - STALE_AFTER

    @property
    def is_unfinished(self) -> bool:
        return self.state in {ExportState.ASKED, ExportState.RUNNING}


class ExportTransition(TransitionLog):
    """The log of an export; taking the file is in it too."""

    subject = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="transitions")

    class Meta(TransitionLog.Meta):
        verbose_name = "transition d’export"
        verbose_name_plural = "transitions d’export"
