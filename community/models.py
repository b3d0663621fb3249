"""Organisations and the people who act for them."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from community.enums import CooperativeForm, EssEvidence, IdentifierKind, LegalFamily, MemberRole, MemberStanding, Role, Trust
from kit import clock


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: User) -> Self:
        """Organisations of which one is a member, declared or verified. Staff read every organisation."""
        if user.is_staff:
            return self
        return self.filter(Exists(Membership.objects.filter(organisation=OuterRef("pk"), user=user)))


class Organisation(models.Model):
    """A legal person (or one being created), as declared and as the official register knows it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    identifier_kind = models.CharField("identifiant", max_length=20, choices=IdentifierKind.choices)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    rna = models.CharField("RNA", max_length=10, blank=True)
    other_identifier = models.CharField("autre identifiant", max_length=60, blank=True)
    name = models.CharField("nom", max_length=200)
    search_name = models.CharField("nom pour la recherche", max_length=220, editable=False, blank=True)
    acronym = models.CharField("sigle", max_length=60, blank=True)
    address = models.CharField("adresse", max_length=250, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    commune = models.ForeignKey(
        "territories.Area", verbose_name="commune", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    creation_date = models.DateField("date de création", null=True, blank=True)
    legal_category = models.CharField("catégorie juridique INSEE", max_length=4, blank=True)
    activity_code = models.CharField("code d’activité", max_length=6, blank=True)
    activity_nomenclature = models.CharField("nomenclature d’activité", max_length=10, blank=True)
    workforce_band = models.CharField("tranche d’effectif", max_length=2, blank=True)
    identity_trust = models.CharField("identité", max_length=12, choices=Trust.choices, default=Trust.DECLARED)
    identity_checked_at = models.DateTimeField("identité reprise le", null=True, blank=True)
    undisclosed = models.BooleanField(
        "diffusion partielle", default=False, help_text="L’organisation s’est opposée à la diffusion de son identité."
    )
    website = models.URLField("site web", blank=True)
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), verbose_name="rôles", default=list)
    legal_family = models.CharField("famille juridique déclarée", max_length=20, choices=LegalFamily.choices)
    verified_legal_family = models.CharField("famille juridique vérifiée", max_length=20, choices=LegalFamily.choices, blank=True)
    cooperative_form = models.CharField("forme coopérative", max_length=10, choices=CooperativeForm.choices, blank=True)
    ess_evidence = models.CharField(
        "preuve de l’appartenance à l’ESS", max_length=20, choices=EssEvidence.choices, default=EssEvidence.NONE
    )
    ess_trust = models.CharField("appartenance à l’ESS", max_length=12, choices=Trust.choices, default=Trust.DECLARED)
    registered_ess = models.BooleanField(
        "mention ESS au répertoire", null=True, blank=True, help_text="L’absence de mention ne prouve rien."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="saisie par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField("saisie le", default=clock.now, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "organisation"
        verbose_name_plural = "organisations"
        ordering = ("search_name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("siret",),
                condition=~Q(siret=""),
                name="organisation_siret_unique",
                violation_error_message="Cette organisation est déjà enregistrée.",
            ),
            models.UniqueConstraint(
                fields=("rna",),
                condition=~Q(rna="") & Q(siret=""),
                name="organisation_rna_unique",
                violation_error_message="Cette association est déjà enregistrée.",
            ),
            models.CheckConstraint(
                name="organisation_identified_as_said",
                condition=(Q(identifier_kind="siret") & ~Q(siret=""))
                | (Q(identifier_kind="rna") & ~Q(rna=""))
                | (Q(identifier_kind__in=["alsace_moselle", "ridet"]) & ~Q(other_identifier=""))
                | Q(identifier_kind="en_cours"),
                violation_error_message="L’identifiant annoncé manque.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def identifier(self) -> str:
        """The identifier to show, whichever it is."""
        return self.siret or self.rna or self.other_identifier

    @property
    def family(self) -> str:
        """The legal family to reckon with: verified when it is, else declared."""
        return self.verified_legal_family or self.legal_family


class MembershipQuerySet(models.QuerySet["Membership"]):
    def verified(self) -> Self:
        return self.filter(standing=MemberStanding.VERIFIED)


class Membership(models.Model):
    """A person's place in an organisation: declared by the person, or verified."""

    organisation = models.ForeignKey(Organisation, verbose_name="organisation", on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="personne", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField("rôle", max_length=20, choices=MemberRole.choices, default=MemberRole.EDITOR)
    standing = models.CharField("qualité", max_length=10, choices=MemberStanding.choices, default=MemberStanding.DECLARED)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="vérifié par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    verified_at = models.DateTimeField("vérifié le", null=True, blank=True)
    verified_through = models.CharField("moyen de vérification", max_length=60, blank=True)
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
        return f"{self.user} · {self.organisation}"


class MandateQuerySet(models.QuerySet["Mandate"]):
    def in_force(self) -> Self:
        """Granted, not revoked, not expired."""
        now = clock.now()
        return self.filter(granted_at__lte=now, revoked_at__isnull=True, expires_at__gt=now)


class Mandate(models.Model):
    """What a client organisation lets a support structure do in its name: prepare its dossiers, and deposit them if said."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(Organisation, verbose_name="mandant", on_delete=models.CASCADE, related_name="mandates_given")
    agent = models.ForeignKey(Organisation, verbose_name="mandataire", on_delete=models.CASCADE, related_name="mandates_received")
    may_deposit = models.BooleanField("peut déposer", default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="demandé par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField("demandé le", default=clock.now)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="accordé par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    granted_at = models.DateTimeField("accordé le", null=True, blank=True)
    expires_at = models.DateTimeField("expire le")
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
        )

    def __str__(self) -> str:
        return f"{self.client} → {self.agent}"

    @property
    def is_in_force(self) -> bool:
        """Granted, not revoked, not expired."""
        return self.granted_at is not None and self.revoked_at is None and self.expires_at > clock.now()
