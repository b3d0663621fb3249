"""Organisations, members, claims, disputes and mandates as staff see them: found, read, verified with means; nothing else is changed here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.models import User
from community.actions import accept_claim, refuse_claim, settle_dispute, verify_fact, verify_membership
from community.enums import DisputeDecision, LegalFamily, MemberStanding, Role, Trust, VerifiedFact
from community.models import (
    ClaimLog,
    DisputeLog,
    Invitation,
    Mandate,
    MandateLog,
    MemberEvent,
    Membership,
    MembershipClaim,
    MembershipDispute,
    Organisation,
    Verification,
)
from community.permissions import settles_dispute, verifies, verifies_member
from kit.administration import PlainAdmin, ReadOnly
from kit.identifiers import siret_in_groups
from kit.search_key import search_key

VERDICTS = [("", "Ne rien changer"), (Trust.VERIFIED.value, Trust.VERIFIED.label), (Trust.CONTRADICTED.value, Trust.CONTRADICTED.label)]

PLUMBING = {"id", "uuid", "search_name"}
"""Fields that tell staff nothing."""


def staff(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and verifies(request.user)


class Found(ReadOnly):
    """For staff who examine dossiers."""

    def may_read(self, request: HttpRequest) -> bool:
        return staff(request)


class Judged(Found):
    """Rows on which staff pronounce, through the form's own fields; the model's are read-only."""

    judged: tuple[str, ...] = ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - the signature is the admin’s
        return staff(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002 - the signature is the admin’s
        return [field.name for field in self.model._meta.fields if field.name not in PLUMBING]  # noqa: SLF001 - the public way to a model's fields

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.judged, *self.get_readonly_fields(request, obj)]


class ReadOnlyInline(Found, admin.TabularInline[Any, Any]):
    extra = 0
    can_delete = False
    shown: tuple[str, ...] = ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:  # noqa: ARG002 - the signature is the admin’s
        return self.shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:  # noqa: ARG002 - the signature is the admin’s
        return self.shown


class MembershipInline(ReadOnlyInline):
    model = Membership
    shown = ("user", "role", "standing", "origin", "verified_through", "joined_at")
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("user", "organisation")


class VerificationInline(ReadOnlyInline):
    model = Verification
    shown = ("fact", "outcome", "means", "actor", "at")


class MemberEventInline(ReadOnlyInline):
    model = MemberEvent
    shown = ("at", "user", "kind", "detail", "why", "actor")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("user", "actor")


class OrganisationVerdictForm(forms.ModelForm[Organisation]):
    """What staff conclude, fact by fact, and by what means."""

    identity = forms.ChoiceField(label="Identité : conclusion", choices=VERDICTS, required=False)
    family_found = forms.ChoiceField(
        label="Famille juridique vérifiée", choices=[("", "Ne rien changer"), *LegalFamily.choices], required=False
    )
    ess = forms.ChoiceField(label="Appartenance à l’ESS : conclusion", choices=VERDICTS, required=False)
    means = forms.CharField(
        label="Moyen de vérification",
        required=False,
        max_length=200,
        help_text="Exemple : statuts reçus le 3 mars, annuaire des entreprises, agrément ESUS consulté.",
    )

    class Meta:
        model = Organisation
        fields: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if any(data.get(name) for name in ("identity", "family_found", "ess")) and not data.get("means"):
            raise ValidationError({"means": "Dites par quel moyen vous l’avez vérifié."})
        return data


class RoleFilter(admin.SimpleListFilter):
    title = "rôle"
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002 - the signature is the admin’s
        return [(role.value, str(role.label)) for role in Role]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - the signature is the admin’s
        return queryset.filter(roles__contains=[self.value()]) if self.value() else queryset


@admin.register(Organisation)
class OrganisationAdmin(Judged, PlainAdmin[Organisation]):
    form = OrganisationVerdictForm
    judged = ("identity", "family_found", "ess", "means")
    list_display = (
        "name",
        "number",
        "commune_name",
        "legal_family",
        "verified_legal_family",
        "identity_trust",
        "ess_trust",
        "created_at",
    )
    list_filter = ("legal_family", "verified_legal_family", "identity_trust", "ess_trust", RoleFilter)
    search_fields = ("search_name__contains", "siret__startswith", "other_identifier")
    search_help_text = "Nom, sigle, SIRET ou RNA."
    ordering = ("search_name", "pk")
    list_per_page = 50
    show_full_result_count = False
    inlines = (MembershipInline, VerificationInline, MemberEventInline)

    @admin.display(description="numéro")
    def number(self, organisation: Organisation) -> str:
        return siret_in_groups(organisation.identifier)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[QuerySet[Any], bool]:
        """Without accents, and a SIRET with or without its spaces."""
        compact = search_term.replace(" ", "").replace("\u00a0", "")
        term = compact if compact.isdecimal() else search_key(search_term)
        found, duplicates = super().get_search_results(request, queryset, term)
        return (found | queryset.filter(rna__iexact=compact)) if term else found, duplicates

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:  # noqa: FBT001, ARG002 - the signature is the admin’s
        data, by = form.cleaned_data, request.user
        for fact, name in ((VerifiedFact.IDENTITY, "identity"), (VerifiedFact.FAMILY, "family_found"), (VerifiedFact.ESS, "ess")):
            if data[name] and isinstance(obj, Organisation) and isinstance(by, User):
                verify_fact(obj, fact, data[name], by=by, means=data["means"])


class MembershipVerdictForm(forms.ModelForm[Membership]):
    """By what means staff verified a person."""

    through = forms.CharField(
        label="Vérifier ce membre : par quel moyen ?",
        max_length=200,
        help_text="Exemple : récépissé de déclaration des dirigeants, appel au siège, mandat signé.",
    )

    class Meta:
        model = Membership
        fields: tuple[str, ...] = ()


@admin.register(Membership)
class MembershipAdmin(Judged, PlainAdmin[Membership]):
    form = MembershipVerdictForm
    judged = ("through",)
    list_display = ("organisation", "user", "role", "standing", "origin", "joined_at")
    list_filter = ("standing", "role", "origin")
    list_select_related = ("organisation", "user")
    search_fields = ("organisation__search_name", "organisation__siret", "user__email", "user__last_name")
    ordering = ("-joined_at", "-pk")
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return staff(request)
        return isinstance(request.user, User) and verifies_member(request.user, obj) and obj.standing == MemberStanding.DECLARED

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fields(request, obj) if self.has_change_permission(request, obj) else self.get_readonly_fields(request, obj)

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:  # noqa: FBT001, ARG002 - the signature is the admin’s
        if isinstance(obj, Membership) and isinstance(request.user, User):
            verify_membership(obj, by=request.user, through=form.cleaned_data["through"])


class ClaimLogInline(ReadOnlyInline):
    model = ClaimLog
    shown = ("at", "from_state", "to_state", "actor", "why")


class ClaimVerdictForm(forms.ModelForm[MembershipClaim]):
    """What staff answer in the administrators' place."""

    verdict = forms.ChoiceField(label="Réponse", choices=[("accept", "Accepter : la personne est vérifiée"), ("refuse", "Refuser")])
    why = forms.CharField(label="Motif", required=False, widget=forms.Textarea, max_length=1000, help_text="Obligatoire pour un refus.")

    class Meta:
        model = MembershipClaim
        fields: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("verdict") == "refuse" and not data.get("why"):
            raise ValidationError({"why": "Un refus se motive : la personne lira ce motif."})
        return data


@admin.register(MembershipClaim)
class MembershipClaimAdmin(Judged, PlainAdmin[MembershipClaim]):
    form = ClaimVerdictForm
    judged = ("verdict", "why")
    list_display = ("organisation", "user", "capacity", "state", "made_at", "answered_at")
    list_filter = ("state",)
    list_select_related = ("organisation", "user")
    search_fields = ("organisation__search_name", "organisation__siret", "user__email")
    inlines = (ClaimLogInline,)
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:  # noqa: FBT001, ARG002 - the signature is the admin’s
        if not (isinstance(obj, MembershipClaim) and isinstance(request.user, User)):
            return
        if form.cleaned_data["verdict"] == "accept":
            accept_claim(obj, by=request.user)
        else:
            refuse_claim(obj, by=request.user, why=form.cleaned_data["why"])


class DisputeLogInline(ReadOnlyInline):
    model = DisputeLog
    shown = ("at", "from_state", "to_state", "actor", "why")


class DisputeVerdictForm(forms.ModelForm[MembershipDispute]):
    """What staff decide."""

    verdict = forms.ChoiceField(label="Décision à prendre", choices=DisputeDecision.choices)
    why = forms.CharField(label="Motif", widget=forms.Textarea, max_length=1000, help_text="Les deux parties le liront.")

    class Meta:
        model = MembershipDispute
        fields: tuple[str, ...] = ()


@admin.register(MembershipDispute)
class MembershipDisputeAdmin(Judged, PlainAdmin[MembershipDispute]):
    form = DisputeVerdictForm
    judged = ("verdict", "why")
    list_display = ("organisation", "about", "opened_by", "state", "opened_at", "decision", "settled_at")
    list_filter = ("state", "decision")
    list_select_related = ("organisation", "about", "opened_by")
    search_fields = ("organisation__search_name", "organisation__siret", "opened_by__email", "about__email")
    inlines = (DisputeLogInline,)
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return staff(request)
        return isinstance(request.user, User) and settles_dispute(request.user, obj) and not obj.decision

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fields(request, obj) if self.has_change_permission(request, obj) else self.get_readonly_fields(request, obj)

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:  # noqa: FBT001, ARG002 - the signature is the admin’s
        if isinstance(obj, MembershipDispute) and isinstance(request.user, User):
            settle_dispute(obj, by=request.user, decision=DisputeDecision(form.cleaned_data["verdict"]), why=form.cleaned_data["why"])


class MandateLogInline(ReadOnlyInline):
    model = MandateLog
    shown = ("at", "from_state", "to_state", "actor", "why")


@admin.register(Mandate)
class MandateAdmin(Found, PlainAdmin[Mandate]):
    list_display = ("agent", "client", "client_email", "state", "may_deposit", "asked_at", "granted_at", "expires_at")
    list_filter = ("state", "may_deposit")
    list_select_related = ("agent", "client")
    search_fields = ("agent__search_name", "client__search_name", "client__siret", "client_email")
    inlines = (MandateLogInline,)
    show_full_result_count = False


@admin.register(Invitation)
class InvitationAdmin(Found, PlainAdmin[Invitation]):
    list_display = ("organisation", "email", "role", "state", "invited_by", "invited_at", "expires_at", "accepted_by")
    list_filter = ("state",)
    list_select_related = ("organisation", "invited_by", "accepted_by")
    search_fields = ("organisation__search_name", "email")
    show_full_result_count = False
