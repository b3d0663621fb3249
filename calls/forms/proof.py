"""What a browser may send to have a receipt checked: a file, or a number with its code."""

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from calls.actions.receipt import CODE_LENGTH
from kit import french

LARGEST = 5 * 1024 * 1024
PDF_SIGN = b"%PDF-"
HEAD = 1024
DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
SPACES = re.compile(r"\s+")
NOT_A_CODE_SIGN = re.compile(r"[\W_]+")
LONGEST_TYPED = 60


class ReceiptFileForm(forms.Form):
    """A file is what its bytes are: neither its name nor the type that the browser announces is looked at. Nothing of it is kept."""

    file = forms.FileField(
        label="Accusé de réception (PDF)",
        help_text=f"Le fichier tel que vous l’avez reçu, {french.file_size(LARGEST)} au plus. Il n’est pas conservé.",
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        error_messages={
            "required": "Choisissez le fichier à vérifier.",
            "invalid": "Choisissez le fichier à vérifier.",
            "missing": "Choisissez le fichier à vérifier.",
            "empty": "Ce fichier est vide : choisissez le PDF que vous avez reçu.",
        },
        max_length=255,
    )

    mark_optional = False

    def clean_file(self) -> bytes:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > LARGEST:
            raise forms.ValidationError(
                f"Ce fichier pèse {french.file_size(upload.size or 0)} : un accusé de réception pèse bien moins de {french.file_size(LARGEST)}. Choisissez le PDF que vous avez reçu."
            )
        document: bytes = upload.read()
        if PDF_SIGN not in document[:HEAD]:
            raise forms.ValidationError("Ce fichier n’est pas un PDF : choisissez l’accusé tel que vous l’avez reçu.")
        return document


class ReceiptNumberForm(forms.Form):
    """A number and its code, typed from paper: case, spaces and kinds of dashes do not count."""

    number = forms.CharField(
        label="Numéro de l’accusé",
        max_length=LONGEST_TYPED,
        help_text="Par exemple PIO26-0001-1.",
        error_messages={"required": "Indiquez le numéro de l’accusé."},
    )
    code = forms.CharField(
        label="Code de vérification",
        max_length=LONGEST_TYPED,
        help_text="Douze lettres et chiffres, par exemple ABCD-EFGH-JK23. Les tirets, les espaces et les majuscules ne comptent pas.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": "Indiquez le code de vérification, imprimé sous le numéro."},
    )

    mark_optional = False

    def clean_number(self) -> str:
        return SPACES.sub("", DASHES.sub("-", self.cleaned_data["number"])).removeprefix("n°").upper()

    def clean_code(self) -> str:
        code = NOT_A_CODE_SIGN.sub("", self.cleaned_data["code"]).upper()
        if len(code) != CODE_LENGTH:
            raise forms.ValidationError(f"Le code compte {CODE_LENGTH} lettres et chiffres ; le vôtre en compte {len(code)}.")
        return code
