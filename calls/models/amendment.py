"""An amendment of a published round: dated, explained, shown to each whom it touches; what could undo a deposit is none."""

from decimal import Decimal
from typing import Any, Self, cast

from django.conf import settings
from django.db import models
from django.db.models import Q

from calls.enums import AmendmentState, ChangeKind
from calls.models.call import Call
from calls.models.form import Choice, Question, Section
from calls.models.round import Round
from kit import clock, french
from kit.workflow import Stateful, TransitionLog


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def published(self) -> Self:
        return self.filter(state=AmendmentState.PUBLISHED)


class Amendment(Stateful):
    """Prepared by staff, then published at once: its changes are applied together, and told. One is prepared at a time for a round."""

    round = models.ForeignKey(Round, verbose_name="session", on_delete=models.CASCADE, related_name="amendments")
    number = models.PositiveSmallIntegerField("numéro", default=0, editable=False)
    explanation = models.TextField("ce qui change, et pourquoi", blank=True)
    state = models.CharField("état", max_length=10, choices=AmendmentState.choices, default=AmendmentState.DRAFT, editable=False)
    started_at = models.DateTimeField("commencé le", default=clock.now, editable=False)
    published_at = models.DateTimeField("publié le", null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="publié par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = "avenant"
        verbose_name_plural = "avenants"
        ordering = ("published_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("round",),
                condition=Q(state="draft"),
                name="amendment_prepared_once",
                violation_error_message="Un avenant est déjà en préparation pour cette session.",
            ),
            models.UniqueConstraint(fields=("round", "number"), condition=Q(state="published"), name="amendment_number_unique"),
            models.CheckConstraint(
                name="amendment_published_is_explained",
                condition=~Q(state="published") | (Q(published_at__isnull=False) & ~Q(explanation="")),
                violation_error_message="Un avenant publié porte sa date et son explication.",
            ),
        )

    def __str__(self) -> str:
        return f"Avenant n°\u00a0{self.number}" if self.number else "Avenant en préparation"


class AmendmentTransition(TransitionLog):
    """The log of an amendment."""

    subject = models.ForeignKey(Amendment, on_delete=models.CASCADE, related_name="transitions")

    class Meta(TransitionLog.Meta):
        verbose_name = "transition d’avenant"
        verbose_name_plural = "transitions d’avenant"


class AmendmentChange(models.Model):
    """One thing that an amendment changes: a text corrected, a rule relaxed, an optional question added.

    `field` names a column of the one row that the change is about; for a question added it is empty, `section` is where, and `after` holds
    the question. `before` is what stood there when the change was written down.
    """

    amendment = models.ForeignKey(Amendment, verbose_name="avenant", on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField("nature", max_length=10, choices=ChangeKind.choices)
    call = models.ForeignKey(Call, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    section = models.ForeignKey(Section, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    question = models.ForeignKey(Question, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    choice = models.ForeignKey(Choice, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    field = models.CharField("champ", max_length=40, blank=True)
    before: "models.JSONField[Any, Any]" = models.JSONField("avant", null=True)
    after: "models.JSONField[Any, Any]" = models.JSONField("après", null=True)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "modification"
        verbose_name_plural = "modifications"
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.field}".strip()

    @property
    def target(self) -> models.Model:
        """The row that it is about; without any other, the round itself. Needs that row."""
        return self.choice or self.question or self.section or self.call or self.amendment.round

    @property
    def said(self) -> str:
        """What changes, in a sentence. Needs the rows that it is about."""
        if self.kind == ChangeKind.ADDITION:
            return f"Question facultative ajoutée dans « {self.section} » : « {self.after['label']} »."
        if self.kind == ChangeKind.RELAXATION:
            return f"« {self.question} » {self._relaxed()}."
        if self.choice is not None:
            return f"Pour la question « {self.choice.question} », le choix « {self.before} » devient « {self.after} »."
        if self.field in {"label", "title"}:
            return f"La {'question' if self.question else 'section'} « {self.before} » devient « {self.after} »."
        name = cast("models.Field[Any, Any]", type(self.target)._meta.get_field(self.field)).verbose_name  # noqa: SLF001 - Django's own way in
        where = self.question or self.section
        return f"Texte corrigé{f' dans « {where} »' if where else ''} : {name}."

    def _relaxed(self) -> str:
        after = self.after
        match self.field:
            case "required":
                return "n’est plus une question obligatoire"
            case "whole":
                return "accepte les nombres à virgule"
            case "max_words" if after is None:
                return "n’a plus de limite de mots"
            case "max_words":
                return f"accepte jusqu’à {french.number(after)} mots, au lieu de {french.number(self.before)}"
            case "most_files" | "largest_mb":
                limit = (
                    french.counted(after, "fichier") if self.field == "most_files" else f"{french.number(after)}{french.NBSP}Mo par fichier"
                )
                return f"accepte jusqu’à {limit}, au lieu de {french.number(self.before)}"
            case side:
                name = "minimum" if side == "minimum" else "maximum"
                was = f"au lieu de {french.number(Decimal(self.before))}"
                return f"n’a plus de {name}" if after is None else f"a pour {name} {french.number(Decimal(after))}, {was}"
