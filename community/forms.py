"""What a browser may send about organisations, members and mandates, said in French."""

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.html import format_html

from accounts.models import User
from community.actions import Declaration, Terms
from community.enums import CooperativeForm, EssEvidence, IdentifierKind, LegalFamily, MemberRole, Role
from community.fields import AddressField, DayField, LineField, SiteField, TextField
from community.legal_categories import suggested_family, suggested_form
from community.models import Membership, Organisation
from community.register import Answer, Identity
from kit import clock, french
from kit.identifiers import clean_ridet, clean_rna, clean_siret
from territories.fields import AreaField
from territories.models import Area
from territories.queries import commune_of_code, postcode_problem

Place = tuple[str, Area | None]
LONGEST_MANDATE = timedelta(days=3 * 366)
FROM_REGISTER = "Repris du répertoire officiel. Vous pouvez le corriger."
DECLARED = "Déclaré, à vérifier."

FOUND_WHERE = {
    IdentifierKind.SIRET: "14 chiffres, sur l’avis de situation de l’Insee, une facture, une fiche de paie ou un courrier de l’Urssaf. "
    "Il en faut un pour recevoir une subvention.",
    IdentifierKind.RNA: "La lettre W suivie de 9 chiffres, sur le récépissé de déclaration remis par la préfecture.",
    IdentifierKind.ALSACE_MOSELLE: "Volume et folio, sur l’inscription au registre du tribunal judiciaire (Bas-Rhin, Haut-Rhin, Moselle).",
    IdentifierKind.RIDET: "6 ou 7 chiffres, sur l’avis de situation de l’Isee.",
    IdentifierKind.PENDING: "Votre organisation se crée : vous donnerez son numéro plus tard. Laissez la case du numéro vide.",
}


def _kind_choices() -> list[tuple[str, str]]:
    return [(kind.value, format_html('{}<span class="fr-hint-text">{}</span>', kind.label, FOUND_WHERE[kind])) for kind in IdentifierKind]


class SpacedForm(forms.Form):
    """A form none of whose labels and hints begins a line with « : » or « ? »."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label, field.help_text = french.spaced(str(field.label)), french.spaced(str(field.help_text))


class IdentifierForm(SpacedForm):
    """Which identifier, and its number."""

    kind = forms.ChoiceField(
        label="Comment votre organisation est-elle identifiée ?",
        choices=_kind_choices,
        widget=forms.RadioSelect,
        initial=IdentifierKind.SIRET,
        error_messages={"required": "Choisissez un identifiant."},
    )
    number = LineField(label="Numéro", required=False, max_length=60, help_text="Les espaces ne comptent pas. Exemple : 000 001 016 00013.")
    mark_optional = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "kind" not in data or "number" not in data:
            return data
        try:
            data["number"] = self._number(IdentifierKind(data["kind"]), data["number"])
        except ValidationError as error:
            self.add_error("number", error)
        return data

    @staticmethod
    def _number(kind: IdentifierKind, typed: str) -> str:
        if kind == IdentifierKind.SIRET:
            return clean_siret(typed)
        if kind == IdentifierKind.RNA:
            return clean_rna(typed)
        if kind == IdentifierKind.RIDET:
            return clean_ridet(typed)
        if kind == IdentifierKind.ALSACE_MOSELLE:
            if not typed:
                raise ValidationError("Saisissez le tribunal, le volume et le folio de l’inscription.", code="required")
            return typed
        if typed:
            raise ValidationError("Si vous avez un numéro, choisissez l’identifiant qui lui correspond ; sinon, laissez cette case vide.")
        return ""


class SiretForm(SpacedForm):
    """The SIRET of an organisation entered without one, or of the other party of a mandate."""

    siret = LineField(label="Numéro SIRET", help_text="14 chiffres ; les espaces ne comptent pas.", max_length=60)

    def clean_siret(self) -> str:
        return clean_siret(self.cleaned_data["siret"])


class OrganisationForm(SpacedForm):
    """What a person declares of an organisation; fields that the register filled say so."""

    name = LineField(label="Nom", max_length=200, error_messages={"required": "Saisissez le nom de l’organisation."})
    acronym = LineField(label="Sigle", required=False, max_length=60)
    address = LineField(label="Adresse du siège", required=False, max_length=250)
    postcode = LineField(
        label="Code postal",
        max_length=10,
        validators=[RegexValidator(r"\A[0-9]{5}\Z", "Un code postal compte 5 chiffres.")],
        error_messages={"required": "Saisissez le code postal du siège : 5 chiffres.", "max_length": "Un code postal compte 5 chiffres."},
    )
    commune = AreaField(label="Commune du siège", error_messages={"required": "Saisissez la commune du siège."})
    legal_family = forms.ChoiceField(
        label="Quelle est la famille juridique de l’organisation ?",
        choices=LegalFamily.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez la famille juridique."},
    )
    cooperative_form = forms.ChoiceField(
        label="Pour une coopérative : laquelle ?",
        choices=[("", "Ce n’est pas une coopérative"), *CooperativeForm.choices],
        required=False,
        help_text="Une SCOP ou une SCIC peut avoir la forme d’une SARL, d’une SA ou d’une SAS.",
    )
    ess_evidence = forms.ChoiceField(
        label="Qu’est-ce qui montre qu’elle fait partie de l’économie sociale et solidaire (ESS) ?",
        choices=EssEvidence.choices,
        widget=forms.RadioSelect,
        help_text="Vous n’avez rien à joindre maintenant : nos services vérifient.",
        error_messages={"required": "Choisissez une réponse ; « Aucune pour le moment » en est une."},
    )
    roles = forms.MultipleChoiceField(
        label="Que fait-elle sur la plateforme ?",
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Plusieurs réponses sont possibles.",
        error_messages={"required": "Cochez au moins une réponse."},
    )
    website = SiteField(
        label="Site web",
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text="Exemple : www.exemple.fr.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url"}),
        error_messages={"invalid": "Cette adresse de site n’est pas complète. Exemple : www.exemple.fr."},
    )

    optional_words: ClassVar[dict[str, str]] = {"cooperative_form": "obligatoire dans ce cas"}

    def __init__(self, *args: Any, answer: Answer | None = None, vouched: Place | None = None, **kwargs: Any) -> None:
        """`vouched` is the postcode and the commune that the register gave together: they are remarked upon, not refused."""
        initial: dict[str, Any] = {"roles": [Role.APPLICANT], **(kwargs.pop("initial", None) or {})}
        if isinstance(answer, Identity):
            initial |= {name: value for name in self.base_fields if (value := getattr(answer, name, ""))}
            initial["commune"] = commune_of_code(answer.commune_code)
            vouched = (answer.postcode, initial["commune"])
            initial.setdefault("cooperative_form", suggested_form(answer.legal_category, answer.name))
            family = LegalFamily.COOPERATIVE if initial["cooperative_form"] else suggested_family(answer.legal_category)
            initial.setdefault("legal_family", family)
            if initial["legal_family"] in {LegalFamily.ASSOCIATION, LegalFamily.COOPERATIVE, LegalFamily.MUTUAL, LegalFamily.FOUNDATION}:
                initial.setdefault("ess_evidence", EssEvidence.STATUS)
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.vouched, self.remark = vouched, ""
        if answer is not None:
            for name in ("name", "acronym", "address", "postcode", "commune"):
                self.fields[name].help_text = FROM_REGISTER if initial.get(name) else f"{DECLARED} {self.fields[name].help_text}".strip()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("legal_family") == LegalFamily.COOPERATIVE and not data.get("cooperative_form") and "cooperative_form" in data:
            self.add_error("cooperative_form", "Dites quelle coopérative : en cas de doute, choisissez « Autre coopérative ».")
        if data.get("cooperative_form") and data.get("legal_family") not in {None, LegalFamily.COOPERATIVE}:
            self.add_error("legal_family", "Une SCOP, une SCIC ou une autre coopérative relève de la famille « Coopérative ».")
        if data.get("postcode") and data.get("commune"):
            self._compare_place(data["postcode"], data["commune"])
        return data

    def _compare_place(self, postcode: str, commune: Area) -> None:
        problem = postcode_problem(postcode, commune)
        if problem and (postcode, commune) == self.vouched:
            self.remark = f"{problem} C’est ce que dit le répertoire officiel : rien n’est bloqué, mais vérifiez l’adresse du siège."
        elif problem:
            self.add_error("postcode", f"{problem} Corrigez le code postal ou la commune.")

    def declaration(self) -> Declaration:
        data = self.cleaned_data
        return Declaration(**{**data, "legal_family": LegalFamily(data["legal_family"]), "roles": tuple(data["roles"])})


class ClaimForm(SpacedForm):
    """In what capacity one acts for an organisation."""

    capacity = LineField(
        label="Votre fonction dans l’organisation",
        max_length=120,
        help_text="Exemple : présidente, directeur, chargée de projet.",
        error_messages={"required": "Dites quelle est votre fonction dans l’organisation."},
    )


class ReasonForm(SpacedForm):
    """Why, told to the person concerned."""

    why = TextField(
        label="Motif",
        max_length=1000,
        help_text="La personne concernée le lira.",
        error_messages={"required": "Donnez un motif : la personne concernée le lira."},
    )


class OptionalReasonForm(ReasonForm):
    """Why, if one wishes to say."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].required = False


class DisputeForm(SpacedForm):
    """Whom one contests, and why."""

    about = forms.ChoiceField(label="Qui n’agit pas pour l’organisation, selon vous ?", required=False)
    reason = TextField(
        label="Expliquez la situation",
        max_length=2000,
        help_text="Nos services vous lisent et tranchent. Rien ne change d’ici là.",
        error_messages={"required": "Expliquez la situation : nos services en ont besoin pour trancher."},
    )
    mark_optional = False

    def __init__(self, *args: Any, members: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(place.uuid): place.user for place in members}
        named = [(str(place.uuid), f"{place.user.get_full_name()} ({place.get_role_display()})") for place in members]
        field = self.fields["about"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", "Les personnes qui administrent l’organisation, en général"), *named]

    def person(self) -> User | None:
        return self.people.get(self.cleaned_data["about"])


class InvitationForm(SpacedForm):
    """Whom one invites, and as what."""

    email = AddressField(
        label="Adresse électronique",
        max_length=254,
        help_text="Exemple : prenom.nom@exemple.fr. La personne reçoit un lien valable 14 jours.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Saisissez l’adresse de la personne à inviter."},
    )
    role = forms.ChoiceField(
        label="Rôle",
        choices=MemberRole.choices,
        widget=forms.RadioSelect,
        initial=MemberRole.EDITOR,
        help_text="Administration : gérer l’organisation et ses membres. Rédaction : écrire les dossiers. Lecture : les lire.",
        error_messages={"required": "Choisissez un rôle."},
    )


class MemberForm(SpacedForm):
    """The role of a member."""

    role = forms.ChoiceField(
        label="Rôle",
        choices=MemberRole.choices,
        widget=forms.RadioSelect,
        help_text="Administration : gérer l’organisation et ses membres. Rédaction : écrire les dossiers. Lecture : les lire.",
    )


class TermsForm(SpacedForm):
    """Until when a mandate lasts, and whether it goes as far as depositing."""

    ends_on = DayField(
        label="Date de fin du mandat",
        help_text="Ce jour compris, trois ans au plus. Exemple : 31/12/2027.",
        error_messages={"required": "Saisissez la date de fin du mandat. Exemple : 31/12/2027."},
    )
    may_deposit = forms.BooleanField(
        label="Le mandat permet aussi de déposer les dossiers",
        required=False,
        help_text="Sans cela, il permet seulement de les préparer : le client dépose lui-même.",
    )
    mark_optional = False

    def clean_ends_on(self) -> date:
        day: date = self.cleaned_data["ends_on"]
        today = french.day_of(clock.now())
        if day <= today:
            raise ValidationError("La date de fin doit être à venir.")
        if day > today + LONGEST_MANDATE:
            raise ValidationError("Un mandat dure trois ans au plus : choisissez une date plus proche.")
        return day

    def terms(self) -> Terms:
        """The mandate ends when its last day ends, in Paris."""
        end = datetime.combine(self.cleaned_data["ends_on"] + timedelta(days=1), time.min, ZoneInfo(french.PARIS))
        return Terms(expires_at=end, may_deposit=self.cleaned_data["may_deposit"])


class MandateGiveForm(TermsForm):
    """Which support structure one mandates."""

    siret = LineField(label="SIRET de la structure d’accompagnement", max_length=60, help_text="Elle doit être inscrite sur la plateforme.")
    field_order = ("siret",)
    organisation: Organisation | None = None

    def clean_siret(self) -> str:
        siret = clean_siret(self.cleaned_data["siret"])
        self.organisation = Organisation.objects.filter(siret=siret).first()
        if self.organisation is None:
            raise ValidationError("Aucune organisation n’est inscrite avec ce SIRET : vérifiez-le auprès de la structure.")
        if Role.SUPPORT not in self.organisation.roles:
            raise ValidationError("Cette organisation n’accompagne pas de porteurs de projets sur la plateforme.")
        return siret


class MandateAskForm(TermsForm):
    """Of whom one asks a mandate: an organisation by its SIRET, or its administrator by mail."""

    siret = LineField(label="SIRET du client", required=False, max_length=60, help_text="S’il est déjà inscrit sur la plateforme.")
    email = AddressField(
        label="Ou l’adresse électronique de la personne qui le dirige",
        required=False,
        max_length=254,
        help_text="Elle reçoit votre demande, et choisit au nom de quelle organisation elle répond.",
    )
    field_order = ("siret", "email")
    organisation: Organisation | None = None

    def clean_siret(self) -> str:
        if not self.cleaned_data["siret"]:
            return ""
        siret = clean_siret(self.cleaned_data["siret"])
        self.organisation = Organisation.objects.filter(siret=siret).first()
        if self.organisation is None:
            raise ValidationError("Aucune organisation n’est inscrite avec ce SIRET : écrivez plutôt à la personne qui la dirige.")
        return siret

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "siret" in data and "email" in data and bool(data["siret"]) == bool(data["email"]):
            self.add_error("siret", "Indiquez soit le SIRET du client, soit une adresse électronique.")
        return data


class MandateGrantForm(SpacedForm):
    """For which of one's organisations one grants a mandate asked by mail."""

    client = forms.ModelChoiceField(
        label="Au nom de quelle organisation accordez-vous ce mandat ?",
        queryset=Organisation.objects.none(),
        to_field_name="uuid",
        empty_label="Choisir une organisation",
        error_messages={
            "required": "Choisissez l’organisation qui donne le mandat.",
            "invalid_choice": "Choisissez une organisation de la liste.",
        },
    )

    def __init__(self, *args: Any, administered: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["client"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = administered


class AcceptanceForm(SpacedForm):
    """The yes of a person whose account is not the invited address."""

    agreed = forms.BooleanField(
        label="Je rejoins l’organisation avec ce compte-ci",
        error_messages={"required": "Cochez cette case pour accepter avec ce compte, ou connectez-vous avec l’autre adresse."},
    )
