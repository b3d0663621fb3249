"""Organisations: who they are, as declared, as the official register knows them, and as staff verified them."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from accounts.models import User
from community.enums import CooperativeForm, EssEvidence, IdentifierKind, LegalFamily, Role, Trust, VerifiedFact
from kit import clock
from kit.search_key import search_key
from territories.models import Area


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: User) -> Self:
        """Organisations of which one is a member, declared or verified. Staff read every organisation."""
        if user.is_staff:
            return self
        return self.filter(pk__in=user.memberships.values("organisation"))

    def open_to_claim(self) -> Self:
        """Every organisation: its address is only given to who typed its identifier, and the page says nothing that they did not type."""
        return self.all()

    def open_to_dispute(self, user: User) -> Self:
        """Organisations whose members one may contest: one is a member, or was refused as one."""
        return self.filter(
            Q(pk__in=user.memberships.values("organisation"))
            | Q(pk__in=user.membership_claims.filter(state="refused").values("organisation"))
        )

    def identified_by(self, kind: str, number: str, *, rna: str = "") -> Self:
        """The organisation already entered under this identifier; `rna` is the one that the register gives with a SIRET."""
        if kind == IdentifierKind.SIRET:
            match = Q(siret=number) | (Q(rna=rna, siret="") if rna else Q(pk=None))
        elif kind == IdentifierKind.RNA:
            match = Q(rna=number)
        elif kind in {IdentifierKind.RIDET, IdentifierKind.ALSACE_MOSELLE}:
            match = Q(identifier_kind=kind, other_identifier=number)
        else:
            return self.none()
        return self.filter(match)


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
    commune_name = models.CharField("commune (en toutes lettres)", max_length=120, blank=True)
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
    register_facts = ArrayField(
        models.CharField(max_length=30),
        verbose_name="faits repris du répertoire",
        default=list,
        blank=True,
        help_text="Les champs dont la valeur est celle du répertoire officiel ; les autres sont déclarés.",
    )
    closed_in_register = models.BooleanField("fermée au répertoire", default=False)
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
        indexes = (GinIndex(fields=["search_name"], opclasses=["gin_trgm_ops"], name="organisation_name_trigram"),)
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
            models.UniqueConstraint(
                fields=("identifier_kind", "other_identifier"),
                condition=~Q(other_identifier="") & Q(identifier_kind__in=["alsace_moselle", "ridet"]),
                name="organisation_other_identifier_unique",
                violation_error_message="Cette organisation est déjà enregistrée.",
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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the searched name in step with the name and the acronym, whoever writes them."""
        self.search_name = search_key(self.name, self.acronym)[:220]
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_name"}
        super().save(*args, **kwargs)

    @property
    def identifier(self) -> str:
        """The identifier to show, whichever it is."""
        return self.siret or self.rna or self.other_identifier

    @property
    def family(self) -> str:
        """The legal family to reckon with: verified when it is, else declared."""
        return self.verified_legal_family or self.legal_family

    @property
    def registered_place(self) -> tuple[str, Area | None] | None:
        """The postcode and the commune, when the register gave both."""
        return (self.postcode, self.commune) if {"postcode", "commune_id"} <= set(self.register_facts) else None

    def trust_of(self, fact: str) -> Trust:
        """How far one field of the identity is believed."""
        if self.identity_trust in {Trust.VERIFIED, Trust.CONTRADICTED}:
            return Trust(self.identity_trust)
        return Trust.REGISTER if fact in self.register_facts else Trust.DECLARED


class Verification(models.Model):
    """What staff said of one fact of an organisation, when, and by what means; the newest one holds."""

    organisation = models.ForeignKey(Organisation, verbose_name="organisation", on_delete=models.CASCADE, related_name="verifications")
    fact = models.CharField("fait", max_length=10, choices=VerifiedFact.choices)
    outcome = models.CharField("conclusion", max_length=20)
    means = models.CharField("moyen de vérification", max_length=200)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="vérifié par", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField("vérifié le", default=clock.now)

    class Meta:
        verbose_name = "vérification"
        verbose_name_plural = "vérifications"
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.get_fact_display()} : {self.outcome}"
