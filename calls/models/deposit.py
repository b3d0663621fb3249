"""A deposit, which nothing changes afterwards, and the receipt that acknowledges it."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from calls.enums import Capacity, ImplicitDecision
from calls.models.application import Application
from community.enums import LegalFamily

WAITING_AFTER = timedelta(seconds=30)
"""How long the broker has to bring the task of a receipt's PDF before the sweep sets it itself."""
CODE_GROUP = 4


class Deposit(models.Model):
    """The dossier as it was deposited: `content` is canonical JSON (kit/canonical.py, schema in `content_version`), sealed by its SHA-256.

    The columns beside it repeat what lists filter on, as it was. A trigger refuses any change (migration `add_deposit_trigger`).
    """

    application = models.ForeignKey(Application, verbose_name="dossier", on_delete=models.PROTECT, related_name="deposits")
    sequence = models.PositiveSmallIntegerField("rang du dépôt")
    idempotency_key = models.UUIDField("clé d’idempotence")
    revision = models.PositiveIntegerField("révision déposée")
    arrived_at = models.DateTimeField("arrivé le")
    recorded_at = models.DateTimeField("enregistré le")
    deposited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="déposé par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    capacity = models.CharField("en qualité de", max_length=20, choices=Capacity.choices)
    signatory_name = models.CharField("nom de la personne qui dépose", max_length=150)
    signatory_function = models.CharField("fonction", max_length=150)
    content_version = models.PositiveSmallIntegerField("version du schéma", default=1)
    content = models.TextField("contenu")
    content_sha256 = models.CharField("empreinte SHA-256", max_length=64)
    organisation_name = models.CharField("organisation", max_length=200)
    project_name = models.CharField("projet", max_length=150)
    legal_family = models.CharField("famille juridique", max_length=20, choices=LegalFamily.choices)
    theme_codes = ArrayField(models.CharField(max_length=40), verbose_name="thèmes", default=list)
    departement_codes = ArrayField(models.CharField(max_length=3), verbose_name="départements", default=list)
    region_codes = ArrayField(models.CharField(max_length=3), verbose_name="régions", default=list)
    search_text = models.TextField("texte pour la recherche", editable=False, default="")

    class Meta:
        verbose_name = "dépôt"
        verbose_name_plural = "dépôts"
        ordering = ("-recorded_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("application", "sequence"), name="deposit_sequence_unique"),
            models.UniqueConstraint(fields=("application", "idempotency_key"), name="deposit_idempotency_unique"),
        )
        indexes = (
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="deposit_search_trigram"),
            models.Index(fields=("-arrived_at", "-id"), name="deposit_by_arrival"),
            models.Index(fields=("legal_family",), name="deposit_by_family"),
            GinIndex(fields=["departement_codes"], name="deposit_by_departement"),
            GinIndex(fields=["region_codes"], name="deposit_by_region"),
            GinIndex(fields=["theme_codes"], name="deposit_by_theme"),
        )

    def __str__(self) -> str:
        return f"{self.application_id}/{self.sequence}"


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def owed_at(self, instant: datetime) -> Self:
        """Those without their PDF that no task came for, and those that met a fault, when their time comes."""
        return self.filter(
            Q(pdf_retry_at__isnull=True, pdf_attempts=0, issued_at__lt=instant - WAITING_AFTER) | Q(pdf_retry_at__lte=instant),
            pdf_sha256="",
        )


def receipt_path(receipt: "Receipt", filename: str) -> str:
    """A folder of its own under an address that nobody guesses; served by a view that checks who asks."""
    return f"receipts/{receipt.uuid}/{filename}"


class Receipt(models.Model):
    """The acknowledgement of a deposit (CRPA L112-11 and R112-11-1), as it was said; `content` holds its every line.

    It is sealed with its deposit (calls/sealed.py says which bytes). Its PDF is owed by the row itself, while `pdf_sha256` is empty. A trigger
    refuses any change of what was said, and of a seal once it is there (migration `seal_receipts`).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    deposit = models.OneToOneField(Deposit, verbose_name="dépôt", on_delete=models.PROTECT, related_name="receipt")
    number = models.CharField("numéro", max_length=26, unique=True)
    code = models.CharField("code de vérification", max_length=20)
    content: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField("contenu")
    issued_at = models.DateTimeField("délivré le")
    seal = models.CharField("sceau", max_length=88, blank=True, default="")
    seal_key = models.CharField("clé du sceau", max_length=16, blank=True, default="")
    sealed_at = models.DateTimeField("scellé le", null=True, blank=True)
    pdf = models.FileField("PDF", upload_to=receipt_path, max_length=200, blank=True, default="")
    pdf_sha256 = models.CharField("empreinte SHA-256 du PDF", max_length=64, blank=True, default="")
    pdf_seal = models.CharField("sceau du PDF", max_length=88, blank=True, default="")
    pdf_seal_key = models.CharField("clé du sceau du PDF", max_length=16, blank=True, default="")
    pdf_attempts = models.PositiveSmallIntegerField("tentatives de composition", default=0)
    pdf_retry_at = models.DateTimeField("à reprendre le", null=True, blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "accusé de réception"
        verbose_name_plural = "accusés de réception"
        ordering = ("-issued_at", "-pk")
        indexes = (
            models.Index(fields=("issued_at",), condition=Q(pdf_sha256=""), name="receipt_pdf_owed"),
            models.Index(fields=("pdf_sha256",), condition=~Q(pdf_sha256=""), name="receipt_by_pdf"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def code_in_groups(self) -> str:
        """`ABCD-EFGH-JKLM`, as people read it."""
        return "-".join(self.code[start : start + CODE_GROUP] for start in range(0, len(self.code), CODE_GROUP))

    @property
    def received_at(self) -> datetime:
        """The instant that the receipt acknowledges, as it was sealed."""
        return datetime.fromisoformat(self.content["received_at"])

    @property
    def silence_from(self) -> date:
        """The day from which silence is a decision."""
        return date.fromisoformat(self.content["silence"]["from"])

    @property
    def silence_until(self) -> date:
        """The last day that the administration has to answer: the decision is born when it ends (CRPA L231-1, L231-4)."""
        return self.silence_from - timedelta(days=1)

    @property
    def silence_outcome(self) -> str:
        """What becomes of the request that nobody answered."""
        return "acceptée" if self.content["silence"]["meaning"] == ImplicitDecision.ACCEPTANCE else "rejetée"


class DepositRefusal(models.Model):
    """A press on « Déposer » that was refused: when it arrived, why, and what was missing; the proof of an attempt, for whoever asks later."""

    application = models.ForeignKey(Application, verbose_name="dossier", on_delete=models.CASCADE, related_name="deposit_refusals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="par", null=True, on_delete=models.SET_NULL, related_name="+")
    arrived_at = models.DateTimeField("arrivé le")
    why = models.TextField("motif")
    missing = models.JSONField("ce qui manquait", default=list)
    tried_since = models.DateTimeField(
        "premier essai, selon le navigateur",
        null=True,
        blank=True,
        help_text="Sa page a essayé depuis cet instant, sans réponse : dit par le navigateur, que rien ne prouve.",
    )

    class Meta:
        verbose_name = "dépôt refusé"
        verbose_name_plural = "dépôts refusés"
        ordering = ("arrived_at", "pk")

    def __str__(self) -> str:
        return self.why
