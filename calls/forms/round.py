"""What staff write of a round: dates, notices, declarations, extensions."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator

from calls.forms.fields import BEFORE_PUBLICATION, LineField, ParisInstantField, ProseField
from calls.models import Application, Call, Declaration, Round
from calls.queries.call import application_by_reference
from community.enums import LegalFamily
from kit import clock, french

PIONNIER, EMPTY = "pionnier", "vide"
CODE = RegexValidator(r"^[A-Z0-9]{2,12}\Z", "Deux à douze lettres majuscules sans accent ou chiffres, par exemple PIO26.")
OPENING_HELP = "Heure de Paris."
CLOSING_HELP = "Heure de Paris, incluse : un dossier qui arrive à cet instant est à l’heure. Vide : appel permanent."


class CodeField(LineField):
    """The prefix of the dossiers' numbers, in capitals."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Préfixe des numéros",
            max_length=12,
            validators=[CODE],
            help_text="Par exemple PIO26 : les dossiers seront numérotés PIO26-0001. Il figure aussi dans l’adresse de la session.",
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        return super().to_python(value).upper()


class DatedForm(forms.Form):
    """Name, code and dates of a round, checked against the other rounds."""

    name = LineField(label="Nom de la session", max_length=120, help_text="Par exemple « Session 2026 » ou « Vague 2 ».")
    code = CodeField()
    opens_at = ParisInstantField(label="Ouverture", help_text=OPENING_HELP)
    closes_at = ParisInstantField(label="Clôture", required=False, help_text=CLOSING_HELP)

    def __init__(self, *args: Any, call: Call | None, round: Round | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call, self.round = call, round

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        others = Round.objects.exclude(pk=self.round.pk) if self.round else Round.objects.all()
        if (code := cleaned.get("code")) and others.filter(code=code).exists():
            self.add_error("code", "Une autre session porte déjà ce préfixe.")
        call = cleaned.get("call") or self.call
        if (name := cleaned.get("name")) and others.filter(call=call, name=name).exists():
            self.add_error("name", "Cet appel a déjà une session de ce nom.")
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", "La clôture doit suivre l’ouverture.")
        return cleaned


class RoundStartForm(DatedForm):
    """A new round, and the form it starts with."""

    template = forms.ChoiceField(
        label="Partir de",
        choices=(
            (PIONNIER, "Le dossier « pionnier » : neuf sections à adapter, avec les obstacles réglementaires et les indicateurs d’impact"),
            (EMPTY, "Un formulaire vide"),
        ),
        initial=PIONNIER,
        widget=forms.RadioSelect,
        help_text="Les mentions légales et les déclarations usuelles sont écrites dans les deux cas ; tout peut être changé avant la publication.",
        error_messages={"required": "Choisissez de quoi partir."},
    )

    def clean_template(self) -> str:
        """No template is named for an empty form."""
        template: str = self.cleaned_data["template"]
        return "" if template == EMPTY else template


class RoundForm(DatedForm):
    """Everything of a round but its form and its declarations."""

    places_min = forms.IntegerField(label="Lauréats, au moins", required=False, min_value=1, max_value=10_000)
    places_max = forms.IntegerField(label="Lauréats, au plus", required=False, min_value=1, max_value=10_000)
    implicit_decision = forms.ChoiceField(
        label="Le silence de l’administration vaut",
        choices=Round._meta.get_field("implicit_decision").choices or (),  # noqa: SLF001 - Django's public way to a field
        widget=forms.RadioSelect,
        help_text="Une demande d’aide financière ou de label : rejet implicite (article L. 231-4 du CRPA).",
    )
    silence_months = forms.IntegerField(label="Délai du silence, en mois", min_value=1, max_value=24)
    completeness_notice = ProseField(
        label="Pièces manquantes", required=False, help_text="Sur l’accusé de réception : article L. 114-5 du CRPA."
    )
    appeal_notice = ProseField(
        label="Voies et délais de recours",
        required=False,
        help_text="Sur l’accusé de réception : sans cette mention, les délais de recours ne peuvent être opposés (article L. 112-6 du CRPA).",
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    privacy_notice = ProseField(
        label="Protection des données personnelles",
        required=False,
        help_text="Montrée avant le dépôt.",
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    idle_draft_months = forms.IntegerField(
        label="Brouillon inactif supprimé après (mois)", min_value=1, max_value=60, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    refused_years = forms.IntegerField(label="Dossier refusé conservé (années)", min_value=1, max_value=50)
    accepted_years = forms.IntegerField(label="Dossier retenu conservé (années)", min_value=1, max_value=50)

    optional_words: ClassVar[dict[str, str]] = {
        "places_min": "l’un des deux, avant la publication",
        "places_max": "l’un des deux, avant la publication",
        "completeness_notice": BEFORE_PUBLICATION,
        "appeal_notice": BEFORE_PUBLICATION,
        "privacy_notice": BEFORE_PUBLICATION,
    }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        least, most = cleaned.get("places_min"), cleaned.get("places_max")
        if least is not None and most is not None and most < least:
            self.add_error("places_max", "Le nombre maximal de lauréats est inférieur au nombre minimal.")
        return cleaned


def values_of(round: Round) -> dict[str, Any]:
    """What `RoundForm` starts from."""
    return {name: getattr(round, name) for name in RoundForm.base_fields}


class RoundCopyForm(DatedForm):
    """A new round made from another, for the same call or another."""

    target = forms.ModelChoiceField(label="Pour l’appel", queryset=Call.objects.none(), empty_label=None)

    field_order = ("target", "name", "code", "opens_at", "closes_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = Call.objects.order_by("title", "pk")  # type: ignore[attr-defined] # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        self.call = self.cleaned_data.get("target") or self.call
        return super().clean()


class DeclarationForm(forms.ModelForm[Declaration]):
    """A declaration asked of whoever deposits."""

    families = forms.MultipleChoiceField(
        label="Familles juridiques concernées",
        choices=LegalFamily.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucune cochée : toutes.",
    )

    class Meta:
        model = Declaration
        fields = ("kind", "text", "source", "required", "families")
        field_classes = {"text": ProseField, "source": LineField}
        widgets = {"text": forms.Textarea(attrs={"rows": 8})}
        help_texts = {"text": "À la première personne, telle que la personne qui dépose la lira et la cochera."}


class ReasonForm(forms.Form):
    """Why a round is cancelled."""

    reason = ProseField(
        label="Motif",
        max_length=2000,
        help_text="Il est montré sur la page de l’appel.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Indiquez le motif."},
    )


class ExtensionForm(ReasonForm):
    """A later closing for everyone."""

    closes_at = ParisInstantField(label="Nouvelle clôture", help_text="Heure de Paris.")

    field_order: tuple[str, ...] = ("closes_at", "reason")

    def __init__(self, *args: Any, previous: datetime | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.previous = previous

    def clean_closes_at(self) -> datetime:
        closes_at: datetime = self.cleaned_data["closes_at"]
        if self.previous is not None and closes_at <= self.previous:
            raise forms.ValidationError(f"Choisissez un instant après la clôture actuelle : {french.instant(self.previous)}.")
        if closes_at <= clock.now():
            raise forms.ValidationError("Choisissez un instant à venir.")
        return closes_at


class SingleExtensionForm(ExtensionForm):
    """A later closing for one dossier, after an incident of the platform."""

    reference = LineField(
        label="Dossier",
        max_length=300,
        help_text="Son numéro s’il a été déposé, sinon l’adresse de sa page, que la personne peut vous envoyer.",
        error_messages={"required": "Indiquez le dossier."},
    )
    incident = ProseField(
        label="Incident de la plateforme",
        max_length=5000,
        help_text="Ce qui s’est passé, quand, et ce qui le prouve : journal, capture d’écran, ticket. Le jury pourra le lire.",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Décrivez l’incident qui justifie cette décision."},
    )

    field_order = ("reference", "closes_at", "incident", "reason")

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, previous=round.closes_at, **kwargs)
        self.round = round
        self.fields[
            "reason"
        ].help_text = "La personne le lit dans le courriel qui l’informe, et le jury dans le dossier ; il n’est pas public."

    def clean_reference(self) -> Application:
        application = application_by_reference(self.round, self.cleaned_data["reference"])
        if application is None:
            raise forms.ValidationError("Aucun dossier de cette session ne porte ce numéro ou cette adresse.")
        return application
