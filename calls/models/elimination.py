"""Lists of dossiers to eliminate (bordereaux d'élimination), their lines, and what stays of the receipts of eliminated dossiers."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import reads_dossiers
from calls.enums import EliminationGround, EliminationState
from calls.models.application import Application
from kit import clock
from kit.canonical import sha256_hex
from kit.workflow import Stateful, TransitionLog

OPEN_STATES = (EliminationState.PREPARED, EliminationState.SUBMITTED, EliminationState.APPROVED, EliminationState.CARRYING_OUT)
"""Those of a list whose dossiers wait for it, and stand on no other."""


class EliminationListQuerySet(models.QuerySet["EliminationList"]):
    def visible_to(self, user: User) -> Self:
        """Staff of any group read them."""
        return self if reads_dossiers(user) else self.none()


class EliminationList(Stateful):
    """What is put to the archives; prepared by the system or by someone, carried out by a named person once they gave their visa."""

    number = models.CharField("numéro", max_length=20, unique=True)
    state = models.CharField("état", max_length=12, choices=EliminationState.choices, default=EliminationState.PREPARED, editable=False)
    prepared_at = models.DateTimeField("préparé le", default=clock.now)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="préparé par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    submitted_at = models.DateTimeField("soumis le", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="soumis par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    archives_service = models.CharField("service d’archives", max_length=200, blank=True, default="")
    visa_reference = models.CharField("référence du visa", max_length=100, blank=True, default="")
    visa_on = models.DateField("date du visa", null=True, blank=True)
    visa_by = models.CharField("visa donné par", max_length=200, blank=True, default="")
    ordered_at = models.DateTimeField("élimination ordonnée le", null=True, blank=True)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="élimination ordonnée par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    carried_out_at = models.DateTimeField("élimination terminée le", null=True, blank=True)

    objects = EliminationListQuerySet.as_manager()

    class Meta:
        verbose_name = "bordereau d’élimination"
        verbose_name_plural = "bordereaux d’élimination"
        ordering = ("-prepared_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("state",),
                condition=Q(state="prepared"),
                name="elimination_prepared_once",
                violation_error_message="Un bordereau est déjà en préparation.",
            ),
            models.CheckConstraint(
                name="elimination_submitted_has_date",
                condition=Q(state__in=("prepared", "abandoned")) | (Q(submitted_at__isnull=False) & ~Q(archives_service="")),
                violation_error_message="Un bordereau soumis porte sa date et le service d’archives.",
            ),
            models.CheckConstraint(
                name="elimination_approved_has_visa",
                condition=Q(state__in=("prepared", "submitted", "abandoned"))
                | (Q(visa_on__isnull=False) & ~Q(visa_reference="") & ~Q(visa_by="")),
                violation_error_message="Un bordereau visé porte la référence, la date et l’auteur du visa.",
            ),
            models.CheckConstraint(
                name="elimination_carried_out_has_dates",
                condition=(~Q(state__in=("carrying_out", "carried_out")) | Q(ordered_at__isnull=False))
                & (~Q(state="carried_out") | Q(carried_out_at__isnull=False)),
                violation_error_message="Une élimination porte ses dates.",
            ),
        )

    def __str__(self) -> str:
        return f"Bordereau d’élimination n°\u00a0{self.number}"


class EliminationTransition(TransitionLog):
    """The log of a list."""

    subject = models.ForeignKey(EliminationList, verbose_name="bordereau", on_delete=models.CASCADE, related_name="transitions")

    class Meta(TransitionLog.Meta):
        verbose_name = "transition de bordereau"
        verbose_name_plural = "transitions de bordereau"

    @property
    def label(self) -> str:
        return EliminationState(self.to_state).label


class EliminationLineQuerySet(models.QuerySet["EliminationLine"]):
    def to_eliminate(self) -> Self:
        """Those that the list asks to eliminate: kept ones stay beside it."""
        return self.filter(kept_reason="")

    def waiting(self) -> Self:
        """Of them, those whose dossier still stands."""
        return self.to_eliminate().filter(eliminated_at__isnull=True)


class EliminationLine(models.Model):
    """A dossier as the list names it; what is left of it once eliminated.

    Once its list is submitted a trigger refuses any change but that of its outcome: the archives gave their visa to these very lines.
    """

    list = models.ForeignKey(EliminationList, verbose_name="bordereau", on_delete=models.PROTECT, related_name="lines")
    application = models.ForeignKey(
        Application, verbose_name="dossier", null=True, on_delete=models.SET_NULL, related_name="elimination_lines"
    )
    number = models.CharField("dossier", max_length=20)
    call_title = models.CharField("appel", max_length=200)
    round_name = models.CharField("session", max_length=120)
    organisation_name = models.CharField("organisation", max_length=200)
    first_deposit_at = models.DateTimeField("premier dépôt")
    last_deposit_at = models.DateTimeField("dernier dépôt")
    content_sha256 = models.CharField("empreinte SHA-256 du dernier dépôt", max_length=64)
    ground = models.CharField("motif", max_length=12, choices=EliminationGround.choices)
    kept_years = models.PositiveSmallIntegerField("conservé (années)", null=True, blank=True)
    kept_since = models.DateField("conservé depuis le", null=True, blank=True)
    due_on = models.DateField("échéance", null=True, blank=True)
    request_reference = models.CharField("référence de la demande", max_length=100, blank=True, default="")
    kept_reason = models.TextField("conservé finalement, parce que", blank=True, default="")
    eliminated_at = models.DateTimeField("éliminé le", null=True, blank=True)

    objects = EliminationLineQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier à éliminer"
        verbose_name_plural = "dossiers à éliminer"
        ordering = ("number", "pk")
        constraints = (
            models.UniqueConstraint(fields=("list", "number"), name="elimination_line_unique"),
            models.CheckConstraint(
                name="elimination_line_says_why",
                condition=Q(ground="request", kept_years__isnull=True) & ~Q(request_reference="")
                | ~Q(ground="request") & Q(kept_years__isnull=False, kept_since__isnull=False, due_on__isnull=False),
                violation_error_message="Une ligne cite la durée échue, ou la demande d’effacement.",
            ),
            models.CheckConstraint(
                name="elimination_line_kept_or_eliminated",
                condition=Q(kept_reason="") | Q(eliminated_at__isnull=True),
                violation_error_message="Un dossier est conservé ou éliminé.",
            ),
        )

    def __str__(self) -> str:
        return self.number


def code_digest(number: str, code: str) -> str:
    """What is kept of a receipt's code: enough to know it again, not to say it."""
    return sha256_hex(f"{number}:{code}".encode())


class EliminatedReceipt(models.Model):
    """What its holder may still learn from a receipt once its dossier was eliminated: that it was, and by which list."""

    line = models.ForeignKey(EliminationLine, verbose_name="dossier éliminé", on_delete=models.PROTECT, related_name="receipts")
    number = models.CharField("numéro", max_length=26, unique=True)
    code_sha256 = models.CharField("empreinte du code", max_length=64)

    class Meta:
        verbose_name = "accusé d’un dossier éliminé"
        verbose_name_plural = "accusés de dossiers éliminés"
        ordering = ("number",)

    def __str__(self) -> str:
        return self.number
