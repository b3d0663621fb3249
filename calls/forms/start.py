"""The project that a new dossier is about: one that exists, or a new one in a few words."""

from django import forms

from calls.forms.deposit import LineField
from kit.plain_text import clean_text
from projects.models import Project, Theme

NEW = "nouveau"


class ProjectChoiceForm(forms.Form):
    """Choose a project, or describe a new one."""

    project = forms.ChoiceField(label="De quel projet s’agit-il ?", widget=forms.RadioSelect)
    name = LineField(label="Nom du projet", max_length=150, required=False)
    summary = forms.CharField(
        label="Le projet en quelques mots",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Deux ou trois phrases qu’une personne qui ne vous connaît pas comprendra.",
    )
    themes = forms.ModelMultipleChoiceField(
        label="Thèmes", queryset=Theme.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, help_text="Un ou plusieurs."
    )

    mark_optional = False

    def __init__(self, data: object = None, *, projects: tuple[Project, ...]) -> None:
        super().__init__(data, initial={"project": str(projects[0].uuid) if projects else NEW})  # type: ignore[arg-type] # a QueryDict or nothing
        self.by_uuid = {str(project.uuid): project for project in projects}
        self.fields["project"].choices = [  # type: ignore[attr-defined] # a ChoiceField
            *((uuid, project.name) for uuid, project in self.by_uuid.items()),
            (NEW, "Un nouveau projet"),
        ]
        self.fields["themes"].queryset = Theme.objects.current()  # type: ignore[attr-defined] # a ModelMultipleChoiceField

    def clean_summary(self) -> str:
        return clean_text(self.cleaned_data["summary"])

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        if cleaned.get("project") == NEW:
            if not cleaned.get("name"):
                self.add_error("name", "Donnez un nom au projet.")
            if not cleaned.get("summary") and "summary" not in self.errors:
                self.add_error("summary", "Décrivez le projet en quelques mots.")
        return cleaned

    @property
    def chosen(self) -> Project | None:
        """The existing project chosen; none for a new one."""
        return self.by_uuid.get(self.cleaned_data["project"])
