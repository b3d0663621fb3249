"""A dossier (application) and its answers."""

import uuid
from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property

from accounts.models import User
from accounts.permissions import reads_dossiers
from calls.deadlines import closing_that_applies, erasure_on, in_time
from calls.enums import ApplicationState
from calls.models.round import Round
from community.enums import MemberStanding
from community.models import Mandate, Organisation
from community.queries import Reach, reach_of
from kit import clock, french
from kit.workflow import Stateful, TransitionLog
from projects.models import Project

IDLE_NOTICE = timedelta(days=30)
"""How long before its erasure an idle draft's writers are told."""


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User, reach: Reach | None = None) -> Self:
        """What one started or was invited to; between verified members of an organisation, what any of them started or wrote in; what a mandate in force covers.

        A mandate covers the dossiers that the structure prepares; when a verified member granted it, also those that verified members of
        the client share; when a declared one did, also those that this person started. Staff as such see nothing here: they read deposits
        (`deposited_for`). `reach` is what the person may act for, when it is known already: the conditions that cannot hold for this
        person are left out of the query, which makes most people's a short one.
        """
        return self.filter(Q(guests__contains=[user.pk]) | self._ways(user, reach or reach_of(user)))

    def seen_without_invitation(self, user: User, reach: Reach) -> Self:
        """The same, but for what one was only invited to: an invitation gives nothing but itself."""
        return self.filter(self._ways(user, reach))

    @staticmethod
    def _ways(user: User, reach: Reach) -> Q:
        ways = [Q(started_by=user)]
        if reach.granted:
            ways.append(Q(mandate__in=reach.granted, organisation__in=reach.member_of))
        if reach.verified_in:
            ways.append(Q(organisation__in=reach.verified_in) & (Q(mandate__isnull=False) | Q(is_shared=True)))
        if reach.mandates:
            mandates = Mandate.objects.filter(pk__in=[mandate.pk for mandate in reach.mandates], client=OuterRef("organisation"))
            ways += [
                Q(Exists(mandates.filter(agent=OuterRef("mandate__agent")))),
                Q(Exists(mandates.filter(granted_standing=MemberStanding.VERIFIED)), is_shared=True),
                Q(Exists(mandates.filter(granted_by=OuterRef("started_by")))),
            ]
        return Q(*ways, _connector=Q.OR)

    def without_deposit_text(self) -> Self:
        """The text of the current deposit left in its table: a list or an applicant's page needs only its date."""
        return self.defer("current_deposit__content", "current_deposit__search_text")

    def never_deposited(self) -> Self:
        return self.filter(state=ApplicationState.DRAFT, current_deposit__isnull=True)

    def deposited_for(self, user: User) -> Self:
        """What staff may read: dossiers deposited, and those withdrawn since. Never a draft, even one taken up again."""
        if not reads_dossiers(user):
            return self.none()
        return self.filter(current_deposit__isnull=False).exclude(state=ApplicationState.DRAFT)


class Application(Stateful):
    """The dossier that an organisation prepares for a round about one project. `revision` counts the changes of its answers."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, verbose_name="session", on_delete=models.PROTECT, related_name="applications")
    organisation = models.ForeignKey(Organisation, verbose_name="organisation", on_delete=models.PROTECT, related_name="applications")
    project = models.ForeignKey(Project, verbose_name="projet", on_delete=models.PROTECT, related_name="applications")
    mandate = models.ForeignKey(
        Mandate, verbose_name="préparé sous mandat", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    number = models.CharField("numéro", max_length=20, blank=True, editable=False)
    state = models.CharField("état", max_length=12, choices=ApplicationState.choices, default=ApplicationState.DRAFT, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="commencé par", null=True, on_delete=models.SET_NULL, related_name="started_applications"
    )
    started_at = models.DateTimeField("commencé le", default=clock.now)
    is_shared = models.BooleanField(
        "commun aux membres vérifiés",
        default=False,
        editable=False,
        help_text="Un membre vérifié l’a commencé ou y a écrit : le dossier reste à ses collègues vérifiés, même après son départ.",
    )
    revision = models.PositiveIntegerField("révision", default=0, editable=False)
    changed_at = models.DateTimeField("modifié le", default=clock.now, editable=False)
    idle_notice_at = models.DateTimeField("effacement annoncé le", null=True, blank=True, editable=False)
    current_deposit = models.OneToOneField(
        "calls.Deposit", verbose_name="dépôt en vigueur", null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    guests = ArrayField(models.BigIntegerField(), verbose_name="personnes invitées", default=list, blank=True, editable=False)
    guest_editors = ArrayField(models.BigIntegerField(), verbose_name="dont celles qui modifient", default=list, blank=True, editable=False)
    """Both repeat `Guest`, by a trigger (migration `invite_guests`): who sees a dossier is asked without one table more."""
    extended_until = models.DateTimeField("clôture propre à ce dossier", null=True, blank=True, editable=False)
    follower = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="suivi par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="followed_applications",
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier"
        verbose_name_plural = "dossiers"
        ordering = ("-changed_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "project", "started_by"),
                condition=~Q(state="withdrawn"),
                name="application_started_once",
                violation_error_message="Vous avez déjà un dossier pour ce projet dans cette session.",
            ),
            models.UniqueConstraint(fields=("number",), condition=~Q(number=""), name="application_number_unique"),
            models.CheckConstraint(
                name="application_deposited_has_deposit",
                condition=~Q(state="deposited") | (Q(current_deposit__isnull=False) & ~Q(number="")),
                violation_error_message="Un dossier déposé porte son dépôt et son numéro.",
            ),
        )
        indexes = (
            models.Index(fields=("round", "state"), name="application_round_state"),
            GinIndex(fields=["guests"], name="application_guests"),
        )

    def __str__(self) -> str:
        return f"{self.number or 'Brouillon'} – {self.project}"

    @cached_property
    def readers(self) -> dict[int, Reach]:
        """The people for whom this object was fetched through `visible_to`, and what they may act for: a page does not ask it again."""
        return {}

    @property
    def closes_at(self) -> datetime | None:
        """The closing that applies to this dossier. Needs its round."""
        return closing_that_applies(self.round.closes_at, self.extended_until)

    @property
    def erased_on(self) -> date | None:
        """The day on which this draft will be erased, once that was announced and while nothing changed. Needs its round."""
        if self.idle_notice_at is None or self.idle_notice_at < self.changed_at or self.current_deposit_id is not None:
            return None
        return erasure_on(french.day_of(self.changed_at), self.round.idle_draft_months, french.day_of(self.idle_notice_at), IDLE_NOTICE)

    @property
    def accepts_deposits(self) -> bool:
        """Whether a request arriving now would be in time."""
        return self.round.opens_at <= clock.now() and in_time(clock.now(), self.closes_at) and self.round.state == "published"

    @property
    def changed_since_deposit(self) -> bool:
        """Deposited, then changed. Needs its current deposit."""
        return (
            self.state == ApplicationState.DEPOSITED and self.current_deposit is not None and self.current_deposit.revision != self.revision
        )


class ApplicationTransition(TransitionLog):
    """The log of a dossier."""

    subject = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="transitions")

    class Meta(TransitionLog.Meta):
        verbose_name = "transition de dossier"
        verbose_name_plural = "transitions de dossier"


class Answer(models.Model):
    """The answer to one question: what was typed, and the value read from it (null while it cannot be read).

    `typed` is text, or a list of texts for several choices or territories. `value` is canonical: text, decimal as text, ISO date, boolean,
    choice key(s), area reference(s) `commune:75056`. `row` numbers the rows of a repeated group, 0 outside one.
    """

    application = models.ForeignKey(Application, verbose_name="dossier", on_delete=models.CASCADE, related_name="answers")
    question_key = models.SlugField("question", max_length=60)
    row = models.PositiveSmallIntegerField("ligne", default=0)
    typed = models.JSONField("saisie")
    value = models.JSONField("valeur", null=True)
    version = models.PositiveIntegerField("version", default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="par", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField("le", default=clock.now)

    class Meta:
        verbose_name = "réponse"
        verbose_name_plural = "réponses"
        ordering = ("question_key", "row")
        constraints = (models.UniqueConstraint(fields=("application", "question_key", "row"), name="answer_unique"),)

    def __str__(self) -> str:
        return self.question_key
