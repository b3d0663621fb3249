"""What a browser may send about a project, said in French."""

from typing import Any

from django import forms
from django.http import QueryDict

from kit import french
from kit.plain_text import clean_line, clean_text
from projects.models import Project, Theme
from projects.queries import themes_of
from territories.enums import AreaKind
from territories.fields import AreaField


class NameField(forms.CharField):
    """One line of text, without the signs that people paste unseen."""

    def to_python(self, value: Any) -> str:
        return clean_line(str(value), said=self.max_length) if value else ""


class SummaryField(forms.CharField):
    """Several lines of text, likewise; a text too long is told by how much, in figures that can be read."""

    def to_python(self, value: Any) -> str:
        return clean_text(str(value), said=self.max_length) if value else ""

    def run_validators(self, value: Any) -> None:
        if self.max_length is not None and len(value) > self.max_length:
            longest, length = french.number(self.max_length), french.number(len(value))
            raise forms.ValidationError(f"Résumez en {longest} caractères au plus : votre texte en compte {length}.", code="max_length")
        super().run_validators(value)


class ProjectForm(forms.Form):
    """A project in a few words, its themes and its places."""

    name = NameField(
        label="Nom du projet",
        max_length=150,
        error_messages={"required": "Donnez un nom au projet.", "max_length": "Donnez un nom d’au plus %(limit_value)d caractères."},
    )
    summary = SummaryField(
        label="Le projet en quelques mots",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="À quel besoin répond-il, pour qui, comment ? Au plus 1 000 caractères.",
        error_messages={"required": "Décrivez le projet en quelques mots."},
    )
    themes = forms.ModelMultipleChoiceField(
        label="Thèmes",
        queryset=Theme.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Un ou plusieurs.",
        error_messages={"invalid_choice": "Choisissez les thèmes dans la liste.", "invalid_list": "Choisissez les thèmes dans la liste."},
    )
    places = AreaField(
        label="Lieux du projet",
        kinds=(AreaKind.COMMUNE, AreaKind.EPCI, AreaKind.DEPARTEMENT, AreaKind.REGION),
        multiple=True,
        required=False,
        help_text="Communes, intercommunalités, départements ou régions : écrivez un nom ou un code postal, puis choisissez dans la liste proposée. Recommencez pour chaque lieu.",
    )

    def __init__(self, data: QueryDict | None = None, *, project: Project | None = None) -> None:
        super().__init__(data, initial=_said_by(project) if project else {})
        self.fields["themes"].queryset = Theme.objects.current()  # type: ignore[attr-defined] # a ModelMultipleChoiceField


def _said_by(project: Project) -> dict[str, Any]:
    return {"name": project.name, "summary": project.summary, "themes": themes_of(project), "places": list(project.places.all())}
