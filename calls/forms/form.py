"""What staff write of a round's form: a section, a question with only the parts that its kind uses."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from calls.enums import FileFamily, KnownFact, QuestionKind, Visibility
from calls.forms.fields import BEFORE_PUBLICATION, LabelsField, LineField, NumberField, ProseField
from calls.forms.parts import BETWEEN, PartsField
from calls.kinds import FACTS, MOST_ROWS, MOST_YEARS, PARTS
from calls.models import Question, Section
from calls.models.form import LARGEST_FILE_MB, MAX_WORDS, MOST_FILES

PART_FIELDS = ("key", "label", "kind", "side", "required")
VISIBILITY_HELP = (
    "Public : publié avec le dossier. Communicable : remis à qui le demande, une fois la décision prise. "
    "Confidentiel : vie privée ou secret des affaires."
)


FIRST_YEAR, LAST_YEAR = 1900, 2100
LABELS: dict[str, dict[str, str]] = {
    QuestionKind.GROUP: {"parts": "Colonnes", "minimum": "Lignes, au moins", "maximum": "Lignes, au plus"},
    QuestionKind.BUDGET: {"parts": "Lignes", "several": "Le candidat peut ajouter ses propres lignes"},
    QuestionKind.YEARS: {"parts": "Lignes", "minimum": "Première année", "maximum": "Dernière année"},
}
"""What a field is called where its kind of question uses it otherwise."""


class SectionTextForm(forms.Form):
    """The words of a section."""

    title = LineField(label="Titre", max_length=150, error_messages={"required": "Donnez un titre à la section."})
    introduction = ProseField(
        label="Introduction",
        required=False,
        help_text="En une ou deux phrases, ce que le candidat doit avoir en tête. Markdown.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class KindForm(forms.Form):
    """What a new question will be answered with."""

    kind = forms.ChoiceField(label="La réponse sera", choices=QuestionKind.choices, widget=forms.RadioSelect)


class QuestionForm(forms.Form):
    """A question; the fields of other kinds are taken out."""

    kind = forms.ChoiceField(choices=QuestionKind.choices, widget=forms.HiddenInput)
    label = LineField(
        label="Question",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Une seule question à la fois, comme vous la poseriez de vive voix.",
        error_messages={"required": "Écrivez la question."},
    )
    help_text = ProseField(
        label="Aide",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Où trouver l’information, ce qui est attendu, un exemple. Montrée sous la question.",
    )
    choices = LabelsField(
        label="Choix proposés",
        required=False,
        help_text="Un par ligne, dans l’ordre. Reformuler une ligne garde sa clé ; en ajouter ou en ôter ne touche pas les autres.",
    )
    parts = PartsField(
        label="Colonnes ou lignes",
        required=False,
        help_text="Les rangs laissés vides sont ignorés ; pour en avoir d’autres, enregistrez puis revenez. Vider un libellé retire son rang.",
    )
    max_words = forms.IntegerField(
        label="Nombre de mots, au plus",
        required=False,
        min_value=1,
        max_value=MAX_WORDS,
        help_text="Vide : pas de limite. Une page compte environ 400 mots.",
    )
    minimum = NumberField(label="Au moins", required=False)
    maximum = NumberField(label="Au plus", required=False)
    whole = forms.BooleanField(label="Nombre entier", required=False, help_text="Refuse les décimales.")
    unit = LineField(label="Unité", required=False, max_length=40, help_text="Par exemple « salariés », « personnes par an ».")
    several = forms.BooleanField(label="Plusieurs territoires possibles", required=False)
    past = forms.BooleanField(label="Date passée", required=False, help_text="Refuse une date à venir.")
    known_as = forms.ChoiceField(
        label="Réponse déjà connue",
        required=False,
        choices=[("", "Non"), *KnownFact.choices],
        help_text="Ce que la fiche de l’organisation en dit est proposé à côté du champ vide, jamais rempli d’office.",
    )
    most_files = forms.IntegerField(
        label="Nombre de fichiers, au plus", required=False, min_value=1, max_value=MOST_FILES, help_text="Vide : un seul."
    )
    largest_mb = forms.IntegerField(
        label="Taille d’un fichier, au plus (en Mo)",
        required=False,
        min_value=1,
        max_value=LARGEST_FILE_MB,
        help_text="Vide : 10 Mo. Un document de texte dépasse rarement 5 Mo.",
    )
    file_families = forms.MultipleChoiceField(
        label="Formats acceptés",
        required=False,
        choices=FileFamily.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucun coché : tous ceux-là.",
    )
    required = forms.BooleanField(
        label="Obligatoire pour déposer", required=False, help_text="Un brouillon s’enregistre toujours, même incomplet."
    )
    visibility = forms.ChoiceField(
        label="Qui pourra lire la réponse", choices=Visibility.choices, widget=forms.RadioSelect, help_text=VISIBILITY_HELP
    )
    key = forms.SlugField(
        label="Clé",
        required=False,
        max_length=60,
        help_text="Identifiant de la question dans les exports, le même d’une session à l’autre. Vide : faite à partir de la question.",
        error_messages={"invalid": "La clé ne contient que des lettres sans accent, des chiffres, des tirets."},
    )

    optional_words: ClassVar[dict[str, str]] = {"choices": BEFORE_PUBLICATION, "parts": BEFORE_PUBLICATION}

    def __init__(self, *args: Any, kind: str, question: Question | None = None, taken: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question, self.taken = question, taken
        self.initial.setdefault("kind", kind)
        for part in frozenset().union(*PARTS.values()) - PARTS[kind]:
            del self.fields[part]
        if "parts" in PARTS[kind]:
            self.fields["parts"].of_kind(kind)  # type: ignore[attr-defined] # a PartsField
        for name, label in LABELS.get(kind, {}).items():
            self.fields[name].label = label
        if "known_as" in self.fields:
            self.fields["known_as"].choices = [("", "Non"), *((fact.value, fact.label) for fact in FACTS[kind])]  # type: ignore[attr-defined] # a ChoiceField
        if question is not None:
            self.fields["key"].required = True

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if key in self.taken:
            raise forms.ValidationError("Une autre question de cette session porte déjà cette clé.")
        return key

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        least, most = cleaned.get("minimum"), cleaned.get("maximum")
        if least is not None and most is not None and most < least:
            self.add_error("maximum", "« Au plus » est inférieur à « au moins ».")
        elif problem := _bounds_problem(self.initial["kind"], least, most):
            self.add_error("maximum", problem)
        return cleaned


def _bounds_problem(kind: str, least: Decimal | None, most: Decimal | None) -> str:
    """What is wrong with the rows of a group or with the years of a table."""
    bounds = [bound for bound in (least, most) if bound is not None]
    if kind == QuestionKind.GROUP and any(bound != int(bound) or not 0 <= bound <= MOST_ROWS for bound in bounds):
        return f"Un groupe compte de 0 à {MOST_ROWS} lignes."
    if kind == QuestionKind.YEARS:
        if least is None or most is None or any(year != int(year) or not FIRST_YEAR <= year <= LAST_YEAR for year in bounds):
            return "Indiquez la première et la dernière année, en quatre chiffres."
        if most - least >= MOST_YEARS:
            return f"Un tableau compte au plus {MOST_YEARS} années."
    return ""


def values_of(question: Question) -> dict[str, Any]:
    """What `QuestionForm` starts from."""
    plain = {name: getattr(question, name) for name in QuestionForm.base_fields if name not in {"choices", "parts"}}
    parts = [
        {**{name: getattr(part, name) for name in PART_FIELDS}, "choices": f"{BETWEEN} ".join(part.choices)}
        for part in question.parts.all()
    ]
    return {**plain, "choices": [choice.label for choice in question.choices.all()], "parts": parts}


class SectionChoiceForm(forms.Form):
    """The section to which a question moves."""

    section = forms.ModelChoiceField(label="Déplacer dans la section", queryset=Section.objects.none(), empty_label=None)

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["section"] = question.section_id
        self.fields["section"].queryset = Section.objects.filter(round=question.round_id)  # type: ignore[attr-defined] # a ModelChoiceField


class PlaceForm(forms.Form):
    """Where a dragged question or section was dropped; `step` is what the up and down buttons send."""

    section = forms.IntegerField(required=False, min_value=1)
    index = forms.IntegerField(required=False, min_value=0, max_value=1000)
    step = forms.TypedChoiceField(choices=((-1, "Monter"), (1, "Descendre")), coerce=int, required=False, empty_value=None)
