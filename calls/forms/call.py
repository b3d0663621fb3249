"""What staff write of a call, and what people ask of it."""

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import slugify

from calls.forms.fields import BEFORE_PUBLICATION, LineField, PhoneField, ProseField
from calls.models import Call
from kit.uploads import check_document
from projects.models import Theme

LONGEST_ENQUIRY = 2000
LONGEST_SLUG = 80
PROSE = {"presentation": 10, "rules": 8, "selection": 8, "benefits": 8}


class CallForm(forms.ModelForm[Call]):
    """The texts, the themes and the service contact of a call. Leaving the short address empty makes one from the title."""

    themes = forms.ModelMultipleChoiceField(
        label="Thèmes",
        queryset=Theme.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ils aident à trouver l’appel. Aucun : l’appel est ouvert à tous les thèmes.",
    )

    class Meta:
        model = Call
        fields = (
            "title",
            "kind",
            "summary",
            "slug",
            "sponsor",
            "themes",
            "presentation",
            "rules",
            "selection",
            "benefits",
            "service_name",
            "service_address",
            "service_email",
            "service_phone",
        )
        field_classes = {
            "title": LineField,
            "summary": LineField,
            "sponsor": LineField,
            "presentation": ProseField,
            "rules": ProseField,
            "selection": ProseField,
            "benefits": ProseField,
            "service_name": LineField,
            "service_address": ProseField,
            "service_phone": PhoneField,
        }
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 2}),
            "service_address": forms.Textarea(attrs={"rows": 3}),
            **{name: forms.Textarea(attrs={"rows": rows}) for name, rows in PROSE.items()},
        }
        help_texts = {
            "title": "Le nom sous lequel les candidats le chercheront.",
            "summary": "Une phrase qui dit à qui l’appel s’adresse et ce qu’il apporte : elle figure dans la liste des appels.",
            "slug": "Elle termine l’adresse de la page publique. Vide : faite à partir du titre.",
            "sponsor": "Ministère, opérateur, partenaires.",
            "presentation": "Pourquoi cet appel, pour quoi faire. Mise en forme Markdown : **gras**, - liste, [lien](https://…), # titre.",
            "rules": "Les conditions, une par ligne, chacune vérifiable par le candidat. Markdown.",
            "selection": "Les étapes, les critères, le jury, le calendrier des réponses. Markdown.",
            "benefits": "Financement, accompagnement, durée. Markdown.",
            "service_name": "Ce service, son adresse, son courriel et son téléphone figurent sur l’accusé de réception (article R. 112-11-1 du CRPA).",
        }

    optional_words: ClassVar[dict[str, str]] = dict.fromkeys(
        ("service_name", "service_address", "service_email", "service_phone"), BEFORE_PUBLICATION
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["themes"].queryset = Theme.objects.current()  # type: ignore[attr-defined] # a ModelMultipleChoiceField
        if self.instance.pk and not self.is_bound:
            self.initial["themes"] = list(self.instance.themes.values_list("pk", flat=True))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("slug") and "slug" not in self.errors and cleaned.get("title"):
            cleaned["slug"] = free_slug(cleaned["title"], self.instance.pk)
        return cleaned


class CallStartForm(CallForm):
    """What is enough to begin: the rest is written on the call's own page."""

    class Meta(CallForm.Meta):
        fields = ("title", "kind", "summary", "slug", "sponsor", "themes")  # type: ignore[assignment] # a shorter tuple


def free_slug(title: str, but: int | None) -> str:
    """A short address made from `title` that no other call has."""
    stem = slugify(title.replace("’", " "))[: LONGEST_SLUG - 4].strip("-_") or "appel"
    taken = set(Call.objects.filter(slug__startswith=stem).exclude(pk__in=[but] if but else []).values_list("slug", flat=True))
    return stem if stem not in taken else next(f"{stem}-{n}" for n in range(2, len(taken) + 3) if f"{stem}-{n}" not in taken)


class DocumentForm(forms.Form):
    """A file that anyone may download from the call's page."""

    title = LineField(label="Titre du document", max_length=150, help_text="Par exemple « Règlement de l’appel ».")
    file = forms.FileField(
        label="Fichier",
        max_length=100,
        help_text="10 Mo au plus. Formats : pdf, docx, odt, xlsx, ods, png, jpg.",
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide : vérifiez-le, puis choisissez-le de nouveau.",
            "max_length": "Le nom de ce fichier est trop long : raccourcissez-le à moins de 100 caractères.",
        },
    )

    def clean_file(self) -> UploadedFile[Any]:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        check_document(upload)
        return upload


class EnquiryForm(forms.Form):
    """A question put to the service."""

    text = ProseField(
        label="Votre question",
        max_length=LONGEST_ENQUIRY,
        help_text="Le service la publie avec sa réponse, sans votre nom. N’y mettez rien de confidentiel sur votre projet. "
        "2 000 caractères au plus.",
        error_messages={"required": "Écrivez votre question."},
    )
    mark_optional = False


class AnswerForm(forms.Form):
    """The question as it will be published, and its answer."""

    published_text = ProseField(
        label="Question telle que publiée",
        max_length=LONGEST_ENQUIRY,
        help_text="Reformulez-la si elle désigne la personne, son organisation ou son projet.",
        error_messages={"required": "Écrivez la question à publier."},
    )
    answer = ProseField(
        label="Réponse",
        help_text="La même pour tous. Elle précise les règles de l’appel sans les changer.",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Écrivez la réponse."},
    )
