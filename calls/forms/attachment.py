"""What a page announces of a file before it sends it, and what a form brings whole."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from calls.actions.attachment import Brought
from calls.definition import FormDefinition, QuestionDefinition, SectionDefinition
from calls.forms.sent import field_name

LONGEST_SIZE = 2**53
"""The largest size that a browser can say."""
UNREADABLE = "Le serveur n’a pas compris l’annonce de ce fichier. Rechargez la page."


class BeginForm(forms.Form):
    """A file about to be sent: in answer to what, its name, its size, and a key that is the same when it is sent again."""

    question = forms.CharField(max_length=60)
    name = forms.CharField(max_length=100_000, strip=False)
    size = forms.IntegerField(min_value=0, max_value=LONGEST_SIZE)
    key = forms.CharField(max_length=100_000, strip=False)

    def __init__(self, data: QueryDict, *, definition: FormDefinition) -> None:
        super().__init__(data)
        self.definition = definition

    def clean_question(self) -> QuestionDefinition:
        question = self.definition.by_key.get(self.cleaned_data["question"])
        if question is None or not question.is_files:
            raise forms.ValidationError(UNREADABLE)
        return question

    @property
    def sentence(self) -> str:
        """Why it cannot be begun."""
        return UNREADABLE

    @property
    def asked(self) -> QuestionDefinition:
        found: QuestionDefinition = self.cleaned_data["question"]
        return found

    @property
    def sending(self) -> dict[str, Any]:
        """What the action takes; only once the form is valid."""
        data = self.cleaned_data
        return {"name": data["name"], "size": data["size"], "client_key": data["key"]}


def brought_files(section: SectionDefinition, data: QueryDict, files: MultiValueDict[str, UploadedFile[Any]]) -> list[Brought]:
    """What the form of a section brings whole, without JavaScript: for each question, files to remove, to take up and to take in."""
    taken, source = taken_files(section.questions, data)
    brought = []
    for question in section.questions:
        name = field_name(question.key)
        if question.is_files and (f"{name}-files" in files or f"{name}-remove" in data or question == taken):
            removed = [uuid for text in data.getlist(f"{name}-remove") if (uuid := _uuid(text))]
            brought.append(Brought(question, files.getlist(f"{name}-files"), removed, source if question == taken else None))
    return brought


def taken_files(questions: Iterable[QuestionDefinition], data: QueryDict) -> tuple[QuestionDefinition | None, UUID | None]:
    """The question whose « Reprendre ces fichiers » was pressed, and the dossier whose files it names; None for what names none."""
    key, _, text = data.get("take", "").partition(":")
    question = next((question for question in questions if question.key == key and question.is_files), None)
    source = _uuid(text)
    return (question, source) if question and source else (None, None)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def offset_in(query: QueryDict) -> int:
    """The byte at which a piece starts; -1, which is none, for what is no number."""
    text = query.get("offset", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1  # noqa: PLR2004 - the largest that a browser can say
