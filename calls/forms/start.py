"""The project that a new dossier is about: one that exists, or a new one in a few words."""

from django import forms
from django.http import QueryDict

from calls.actions.application import NewProject
from calls.forms.fields import LineField
from kit import french
from kit.plain_text import clean_text
from projects.models import Project, Theme
from territories.enums import AreaKind
from territories.fields import AreaField

NEW = "nouveau"


class StartForm(forms.Form):
    """Choose a project, or describe a new one; where there is none to choose, only the description is asked."""

    project = forms.ChoiceField(
        label="De quel projet s’agit-il ?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez un projet, ou « Un nouveau projet ».",
            "invalid_choice": "Choisissez un projet de la liste.",
        },
    )
    name = LineField(
        label="Nom du projet",
        max_length=150,
        required=False,
        error_messages={"max_length": "Donnez un nom d’au plus %(limit_value)d caractères."},
    )
    summary = forms.CharField(
        label="Le projet en quelques mots",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Deux ou trois phrases qu’une personne qui ne vous connaît pas comprendra. Au plus 1 000 caractères.",
    )
    themes = forms.ModelMultipleChoiceField(
        label="Thèmes (facultatif)",
        queryset=Theme.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Un ou plusieurs.",
        error_messages={"invalid_choice": "Choisissez les thèmes dans la liste.", "invalid_list": "Choisissez les thèmes dans la liste."},
    )
    places = AreaField(
        label="Lieux du projet (facultatif)",
        kinds=(AreaKind.COMMUNE, AreaKind.EPCI, AreaKind.DEPARTEMENT, AreaKind.REGION),
        multiple=True,
        required=False,
        help_text="Communes, intercommunalités, départements ou régions où le projet agit : écrivez un nom ou un code postal, puis choisissez dans la liste proposée. Recommencez pour chaque lieu.",
    )

    mark_optional = False

    def __init__(self, data: QueryDict | None = None, *, projects: tuple[Project, ...]) -> None:
        super().__init__(data, initial={"project": str(projects[0].uuid) if projects else NEW})
        self.by_uuid = {str(project.uuid): project for project in projects}
        if projects:
            choices = [(uuid, project.name) for uuid, project in self.by_uuid.items()]
            self.fields["project"].choices = [*choices, (NEW, "Un nouveau projet")]  # type: ignore[attr-defined] # a ChoiceField
        else:
            del self.fields["project"]
        self.fields["themes"].queryset = Theme.objects.current()  # type: ignore[attr-defined] # a ModelMultipleChoiceField

    def clean_summary(self) -> str:
        text = clean_text(self.cleaned_data["summary"])
        longest = Project._meta.get_field("summary").max_length or 0  # noqa: SLF001 - Django's own way to a field
        if len(text) > longest:
            raise forms.ValidationError(
                f"Résumez en {french.number(longest)} caractères au plus : votre texte en compte {french.number(len(text))}."
            )
        return text

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        if cleaned.get("project", NEW) != NEW:
            for name in ("name", "summary", "themes", "places"):  # of a project that exists, nothing else is asked
                self.errors.pop(name, None)
        elif "project" not in self.errors:
            if not cleaned.get("name") and "name" not in self.errors:
                self.add_error("name", "Donnez un nom au projet.")
            if not cleaned.get("summary") and "summary" not in self.errors:
                self.add_error("summary", "Décrivez le projet en quelques mots.")
        return cleaned

    @property
    def chosen(self) -> Project | None:
        """The existing project chosen; none for a new one."""
        return self.by_uuid.get(self.cleaned_data.get("project", NEW))

    def to_new_project(self) -> NewProject:
        """What the action takes; only once the form is valid and no project is chosen."""
        data = self.cleaned_data
        return NewProject(data["name"], data["summary"], data["themes"], data["places"])
