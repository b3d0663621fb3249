"""What staff write of a round's form: a section, a question with only the parts that its kind uses."""

from typing import Any, ClassVar

from django import forms

from calls.enums import QuestionKind, Visibility
from calls.forms.fields import BEFORE_PUBLICATION, LabelsField, LineField, NumberField, ProseField
from calls.kinds import PARTS
from calls.models import Question, Section
from calls.models.form import MAX_WORDS

VISIBILITY_HELP = (
    "Public : publié avec le dossier. Communicable : remis à qui le demande, une fois la décision prise. "
    "Confidentiel : vie privée ou secret des affaires."
)


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

    optional_words: ClassVar[dict[str, str]] = {"choices": BEFORE_PUBLICATION}

    def __init__(self, *args: Any, kind: str, question: Question | None = None, taken: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question, self.taken = question, taken
        self.initial.setdefault("kind", kind)
        for part in frozenset().union(*PARTS.values()) - PARTS[kind]:
            del self.fields[part]
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
        return cleaned


def values_of(question: Question) -> dict[str, Any]:
    """What `QuestionForm` starts from."""
    plain = {name: getattr(question, name) for name in QuestionForm.base_fields if name != "choices"}
    return {**plain, "choices": [choice.label for choice in question.choices.all()]}


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
