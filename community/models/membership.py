"""The people who act for an organisation, and how they come to: invitations, claims, disputes."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from community.enums import (
    ClaimState,
    DisputeDecision,
    DisputeState,
    InvitationState,
    MemberEventKind,
    MemberOrigin,
    MemberRole,
    MemberStanding,
)
from community.models.organisation import Organisation
from kit import clock
from kit.workflow import Stateful, TransitionLog


class MembershipQuerySet(models.QuerySet["Membership"]):
    def verified(self) -> Self:
        return self.filter(standing=MemberStanding.VERIFIED)

    def administrators(self) -> Self:
        return self.filter(role=MemberRole.ADMINISTRATOR)

    def managing(self) -> Self:
        """Verified administrators, and declared ones where there is no verified one: whoever types a SIRET first does not own it."""
        verified = Membership.objects.verified().administrators().filter(organisation=OuterRef("organisation"), user__is_active=True)
        return self.administrators().filter(user__is_active=True).filter(Q(standing=MemberStanding.VERIFIED) | ~Exists(verified))

    def visible_to(self, user: User) -> Self:
        """One's own place; the others' too where one is a verified member or manages the organisation."""
        return self.filter(
            Q(user=user)
            | Q(organisation__in=user.memberships.verified().values("organisation"))
            | Q(organisation__in=user.memberships.managing().values("organisation"))
        )


class Membership(models.Model):
    """A person's place in an organisation: declared by the person, or verified."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, verbose_name="organisation", on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="personne", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField("rôle", max_length=20, choices=MemberRole.choices, default=MemberRole.EDITOR)
    standing = models.CharField("qualité", max_length=10, choices=MemberStanding.choices, default=MemberStanding.DECLARED)
    origin = models.CharField("arrivée", max_length=12, choices=MemberOrigin.choices, default=MemberOrigin.CLAIM)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="vérifié par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    verified_at = models.DateTimeField("vérifié le", null=True, blank=True)
    verified_through = models.CharField("moyen de vérification", max_length=200, blank=True)
    joined_at = models.DateTimeField("depuis le", default=clock.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "membre"
        verbose_name_plural = "membres"
        ordering = ("joined_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("organisation", "user"), name="membership_unique"),
            models.CheckConstraint(
                name="membership_verified_at_iff_verified",
                condition=Q(standing="verifie", verified_at__isnull=False) | Q(standing="declare", verified_at__isnull=True),
                violation_error_message="Un membre vérifié porte la date de sa vérification.",
            ),
        )

    def __str__(self) -> str:
        # a form of the admin that was refused says the name of a place that has nobody yet
        return f"{self.user if self.user_id else 'Personne à choisir'} · {self.organisation}"

    @property
    def is_administrator(self) -> bool:
        return self.role == MemberRole.ADMINISTRATOR

    @property
    def is_verified(self) -> bool:
        return self.standing == MemberStanding.VERIFIED


class MemberEvent(models.Model):
    """Who joined, left, was verified, removed or given another role: kept when the membership itself is gone."""

    organisation = models.ForeignKey(Organisation, verbose_name="organisation", on_delete=models.CASCADE, related_name="member_events")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="personne", null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField("événement", max_length=15, choices=MemberEventKind.choices)
    detail = models.CharField("précision", max_length=250, blank=True)
    why = models.TextField("motif", blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="auteur", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField("le", default=clock.now)

    class Meta:
        verbose_name = "événement d’un membre"
        verbose_name_plural = "événements des membres"
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.user} : {self.get_kind_display()}"


class MembershipClaimQuerySet(models.QuerySet["MembershipClaim"]):
    def visible_to(self, user: User) -> Self:
        """One's own claims, and those on organisations that one manages."""
        return self.filter(Q(user=user) | Q(organisation__in=user.memberships.managing().values("organisation")))

    def unanswered(self) -> Self:
        return self.filter(state=ClaimState.OPEN)


class MembershipClaim(Stateful):
    """A person says that they act for an organisation already entered; they are a declared member meanwhile."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, verbose_name="organisation", on_delete=models.CASCADE, related_name="claims")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="personne", on_delete=models.CASCADE, related_name="membership_claims")
    capacity = models.CharField("fonction dans l’organisation", max_length=120)
    state = models.CharField("état", max_length=10, choices=ClaimState.choices, default=ClaimState.OPEN, editable=False)
    made_at = models.DateTimeField("faite le", default=clock.now)
    answered_at = models.DateTimeField("réponse le", null=True, blank=True)
    refusal_reason = models.TextField("motif du refus", blank=True)

    objects = MembershipClaimQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de rattachement"
        verbose_name_plural = "demandes de rattachement"
        ordering = ("made_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "user"), condition=~Q(state="accepted"), name="claim_once", violation_error_message="Déjà demandé."
            ),
            models.CheckConstraint(
                name="claim_answered_as_said",
                condition=Q(state="open", answered_at__isnull=True) | (~Q(state="open") & Q(answered_at__isnull=False)),
                violation_error_message="Une demande traitée porte la date de sa réponse.",
            ),
            models.CheckConstraint(
                name="claim_refused_with_a_reason",
                condition=~Q(state="refused") | ~Q(refusal_reason=""),
                violation_error_message="Un refus se motive.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} → {self.organisation}"


class ClaimLog(TransitionLog):
    """Moves of a claim."""

    subject = models.ForeignKey(MembershipClaim, on_delete=models.CASCADE, related_name="transitions")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User) -> Self:
        """Those of organisations that one manages; whoever holds the link comes by its token."""
        return self.filter(organisation__in=user.memberships.managing().values("organisation"))

    def pending(self) -> Self:
        return self.filter(state=InvitationState.SENT, expires_at__gt=clock.now())


class Invitation(Stateful):
    """A link sent by mail that makes whoever accepts it a member; only the link's digest is kept."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_digest = models.CharField("empreinte du lien", max_length=64, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, verbose_name="organisation", on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField("adresse électronique", max_length=254)
    role = models.CharField("rôle", max_length=20, choices=MemberRole.choices, default=MemberRole.EDITOR)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="invité par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    invited_at = models.DateTimeField("envoyée le", default=clock.now)
    expires_at = models.DateTimeField("expire le")
    state = models.CharField("état", max_length=10, choices=InvitationState.choices, default=InvitationState.SENT, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="acceptée par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    revoked_at = models.DateTimeField("annulée le", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        verbose_name_plural = "invitations"
        ordering = ("-invited_at", "-pk")
        constraints = (
            models.CheckConstraint(
                name="invitation_dated_as_said",
                condition=Q(state="sent", accepted_at__isnull=True, revoked_at__isnull=True)
                | Q(state="accepted", accepted_at__isnull=False, revoked_at__isnull=True)
                | Q(state="revoked", accepted_at__isnull=True, revoked_at__isnull=False),
                violation_error_message="Une invitation acceptée ou annulée porte la date qui va avec.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.email} → {self.organisation}"

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= clock.now()


class InvitationLog(TransitionLog):
    """Moves of an invitation."""

    subject = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="transitions")


class MembershipDisputeQuerySet(models.QuerySet["MembershipDispute"]):
    def visible_to(self, user: User) -> Self:
        """Those one opened; staff have their own pages."""
        return self.filter(opened_by=user)

    def unsettled(self) -> Self:
        return self.filter(state=DisputeState.OPEN)


class MembershipDispute(Stateful):
    """Someone says that a member does not act for the organisation; staff settle it.

    `about` empty means the organisation's administrators as a whole: whoever does not see the members cannot name one.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, verbose_name="organisation", on_delete=models.CASCADE, related_name="disputes")
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="personne contestée",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="signalé par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    opened_at = models.DateTimeField("signalé le", default=clock.now)
    reason = models.TextField("explication", max_length=2000)
    state = models.CharField("état", max_length=10, choices=DisputeState.choices, default=DisputeState.OPEN, editable=False)
    decision = models.CharField("décision", max_length=10, choices=DisputeDecision.choices, blank=True)
    settled_at = models.DateTimeField("tranché le", null=True, blank=True)

    objects = MembershipDisputeQuerySet.as_manager()

    class Meta:
        verbose_name = "contestation de rattachement"
        verbose_name_plural = "contestations de rattachement"
        ordering = ("opened_at", "pk")
        constraints = (
            models.CheckConstraint(
                name="dispute_settled_as_said",
                condition=Q(state="open", settled_at__isnull=True, decision="")
                | (Q(state="settled", settled_at__isnull=False) & ~Q(decision="")),
                violation_error_message="Un désaccord tranché porte sa décision et sa date.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} : {self.about or 'l’administration'}"


class DisputeLog(TransitionLog):
    """Moves of a dispute."""

    subject = models.ForeignKey(MembershipDispute, on_delete=models.CASCADE, related_name="transitions")
