"""A round of a call: its dates, its freeze, its notices, its declarations, its extensions."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from accounts.permissions import reads_dossiers
from calls.deadlines import phase_at
from calls.enums import CallKind, DeclarationKind, ImplicitDecision, Phase, RoundState
from calls.models.call import Call
from community.enums import LegalFamily
from kit import clock
from kit.workflow import Stateful, TransitionLog


def is_open_at(instant: datetime) -> Q:
    return Q(Q(closes_at__isnull=True) | Q(closes_at__gte=instant), state=RoundState.PUBLISHED, opens_at__lte=instant)


def is_closed_at(instant: datetime) -> Q:
    return Q(state=RoundState.PUBLISHED, closes_at__lt=instant)


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: User) -> Self:
        """Published and cancelled rounds; staff see those in preparation as well."""
        return self if reads_dossiers(user) else self.public()

    def public(self) -> Self:
        return self.exclude(state=RoundState.DRAFT)

    def published(self) -> Self:
        return self.filter(state=RoundState.PUBLISHED)

    def coming_at(self, instant: datetime) -> Self:
        return self.published().filter(opens_at__gt=instant)

    def open_at(self, instant: datetime) -> Self:
        return self.filter(is_open_at(instant))

    def closed_at(self, instant: datetime) -> Self:
        return self.filter(is_closed_at(instant))


class Round(Stateful):
    """Publishing freezes it; open is then a function of the clock. `closes_at` is the closing that applies to everyone."""

    call = models.ForeignKey(Call, verbose_name="appel", on_delete=models.PROTECT, related_name="rounds")
    name = models.CharField("nom de la session", max_length=120, help_text="Par exemple « Session 2026 » ou « Vague 2 ».")
    code = models.CharField(
        "préfixe des numéros", max_length=12, unique=True, help_text="Par exemple PIO26 : les dossiers seront numérotés PIO26-0001."
    )
    opens_at = models.DateTimeField("ouverture")
    closes_at = models.DateTimeField("clôture", null=True, blank=True, help_text="Heure de Paris. Laisser vide pour un appel permanent.")
    first_closes_at = models.DateTimeField("clôture annoncée à la publication", null=True, blank=True, editable=False)
    places_min = models.PositiveSmallIntegerField("lauréats, au moins", null=True, blank=True)
    places_max = models.PositiveSmallIntegerField("lauréats, au plus", null=True, blank=True)
    implicit_decision = models.CharField(
        "le silence vaut", max_length=12, choices=ImplicitDecision.choices, default=ImplicitDecision.REJECTION
    )
    silence_months = models.PositiveSmallIntegerField("délai du silence, en mois", default=2)
    completeness_notice = models.TextField("pièces manquantes (accusé de réception)", blank=True)
    appeal_notice = models.TextField("voies et délais de recours (accusé de réception)", blank=True)
    privacy_notice = models.TextField("protection des données personnelles", blank=True)
    idle_draft_months = models.PositiveSmallIntegerField("brouillon inactif supprimé après (mois)", default=12)
    refused_years = models.PositiveSmallIntegerField("dossier refusé conservé (années)", default=2)
    accepted_years = models.PositiveSmallIntegerField("dossier retenu conservé (années)", default=10)
    state = models.CharField("état", max_length=12, choices=RoundState.choices, default=RoundState.DRAFT, editable=False)
    published_at = models.DateTimeField("publiée le", null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="publiée par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    form_edition = models.PositiveIntegerField("édition du formulaire", default=1, editable=False)
    """Raised by each amendment: a process that keeps the form under this number (calls/definition.py) has nothing to forget."""
    last_number = models.PositiveIntegerField("dernier numéro donné", default=0, editable=False)
    created_at = models.DateTimeField("créée le", default=clock.now, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = "session"
        verbose_name_plural = "sessions"
        ordering = ("-opens_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("call", "name"), name="round_name_unique", violation_error_message="Cet appel a déjà une session de ce nom."
            ),
            models.CheckConstraint(
                name="round_closes_after_opening",
                condition=Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                violation_error_message="La clôture doit suivre l’ouverture.",
            ),
            models.CheckConstraint(
                name="round_places_in_order",
                condition=Q(places_min__isnull=True) | Q(places_max__isnull=True) | Q(places_max__gte=F("places_min")),
                violation_error_message="Le nombre maximal de lauréats est inférieur au nombre minimal.",
            ),
            models.CheckConstraint(
                name="round_published_at_when_published",
                condition=~Q(state="published") | Q(published_at__isnull=False),
                violation_error_message="Une session publiée porte sa date de publication.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.call} – {self.name}"

    @property
    def phase(self) -> Phase:
        return phase_at(clock.now(), state=self.state, opens_at=self.opens_at, closes_at=self.closes_at)

    @property
    def phase_of_call(self) -> str:
        """Where it stands, as said of its call; costs nothing when the call came along."""
        return self.phase.said_of(CallKind(self.call.kind))

    @property
    def is_open(self) -> bool:
        return self.phase == Phase.OPEN

    @property
    def is_amended(self) -> bool:
        """Whether an amendment was published since the round was."""
        return self.form_edition > 1

    @property
    def is_extended(self) -> bool:
        return self.first_closes_at is not None and self.closes_at != self.first_closes_at


class RoundTransition(TransitionLog):
    """The log of a round."""

    subject = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="transitions")

    class Meta(TransitionLog.Meta):
        verbose_name = "transition de session"
        verbose_name_plural = "transitions de session"


class Declaration(models.Model):
    """What whoever deposits must declare; asked of some legal families only when they are named."""

    round = models.ForeignKey(Round, verbose_name="session", on_delete=models.CASCADE, related_name="declarations")
    kind = models.CharField("nature", max_length=20, choices=DeclarationKind.choices, default=DeclarationKind.SWORN)
    text = models.TextField("texte de la déclaration")
    source = models.CharField(
        "texte de référence", max_length=200, blank=True, help_text="Par exemple « décret n° 2021-1947 du 31 décembre 2021 »."
    )
    required = models.BooleanField("obligatoire", default=True)
    families = ArrayField(
        models.CharField(max_length=20, choices=LegalFamily.choices),
        verbose_name="familles juridiques concernées",
        default=list,
        blank=True,
        help_text="Vide : toutes.",
    )
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "déclaration demandée"
        verbose_name_plural = "déclarations demandées"
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.get_kind_display()

    def concerns(self, family: str) -> bool:
        """Whether an organisation of this legal family is asked."""
        return not self.families or family in self.families


class Extension(models.Model):
    """A dated decision that moves a closing: for everyone, or for one dossier after an incident of the platform."""

    round = models.ForeignKey(Round, verbose_name="session", on_delete=models.CASCADE, related_name="extensions")
    application = models.ForeignKey(
        "calls.Application", verbose_name="pour un seul dossier", null=True, blank=True, on_delete=models.CASCADE, related_name="extensions"
    )
    previous_closes_at = models.DateTimeField("ancienne clôture")
    closes_at = models.DateTimeField("nouvelle clôture")
    reason = models.TextField("motif")
    incident = models.TextField("incident de la plateforme (preuve)", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="décidée par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField("décidée le", default=clock.now)

    class Meta:
        verbose_name = "prolongation"
        verbose_name_plural = "prolongations"
        ordering = ("-decided_at", "-pk")
        constraints = (
            models.CheckConstraint(
                name="extension_is_later",
                condition=Q(closes_at__gt=F("previous_closes_at")),
                violation_error_message="Une prolongation repousse la clôture.",
            ),
            models.CheckConstraint(
                name="extension_for_one_has_incident",
                condition=Q(application__isnull=True) | ~Q(incident=""),
                violation_error_message="Une prolongation pour un seul dossier cite l’incident qui la justifie.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.round} : {self.closes_at:%d/%m/%Y %H:%M}"
