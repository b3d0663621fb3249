"""What may be taken up for the empty fields of a section: the boxes that show it, and the button that takes it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict

from calls.definition import QuestionDefinition
from calls.forms.section import SectionForm
from calls.forms.sent import field_name, sent_version
from calls.queries.application import typed_texts
from calls.queries.given import GivenFiles
from calls.queries.offers import Offer, Offers
from kit import french


@dataclass(frozen=True)
class OfferBox:
    """An offer beside its empty field: what the script puts in it, and what the button sends without."""

    offer: Offer
    question: QuestionDefinition

    @property
    def value(self) -> str:
        return f"{self.question.key}:{self.offer.source}"

    @property
    def copy(self) -> str:
        """As `QuestionField.fill` takes it; nothing where only the server can fill the field."""
        texts = typed_texts(self.offer.reading.typed)
        if not all(isinstance(text, str) for text in texts):
            return ""
        areas = [{"value": text, "label": label, "detail": ""} for text, label in zip(texts, self.offer.said.split("\n"), strict=False)]
        sent = [[field_name(self.question.key), "1"]] if self.question.is_composite else []
        pairs = sent + [self._pair(text) for text in texts]
        return json.dumps({"pairs": pairs, "areas": areas, "text": "" if self.question.takes_list else self.offer.said})

    def _pair(self, text: str) -> list[str]:
        """The field that takes the text: of a table, each cell has its own."""
        name = field_name(self.question.key)
        if not self.question.is_composite:
            return [name, text]
        address, _, typed = text.partition("=")
        return [f"{name}.{address}", typed]


@dataclass(frozen=True)
class FilesBox:
    """Files given already, beside an empty question that asks for some."""

    given: GivenFiles
    question: QuestionDefinition

    @property
    def value(self) -> str:
        return f"{self.question.key}:{self.given.dossier}"

    @property
    def files(self) -> list[str]:
        return [f"{file} ({french.file_size(file.size)})" for file in self.given.files]

    @property
    def act(self) -> str:
        return french.plural(len(self.given.files), "Reprendre ce fichier", "Reprendre ces fichiers")


def with_given(form: SectionForm, given: Mapping[str, GivenFiles]) -> SectionForm:
    """The same fields, what was given already beside those that ask for files and have none."""
    return replace(form, given={question.key: FilesBox(given[question.key], question) for question in form.empty if question.key in given})


def with_offers(form: SectionForm, offers: Offers) -> SectionForm:
    """The same fields, what could answer the empty ones beside them."""
    boxes = {
        question.key: tuple(OfferBox(offer, question) for offer in offers.by_key[question.key])
        for question in form.empty
        if question.key in offers.by_key
    }
    return replace(form, offers=boxes)


def taken_offer(form: SectionForm, data: QueryDict) -> tuple[QuestionDefinition | None, str]:
    """The question, empty, whose « Reprendre cette réponse » was pressed, and which of its offers; what was typed there goes first."""
    key, _, source = data.get("take", "").partition(":")
    return next((question for question in form.empty if question.key == key and not question.is_files), None), source


def taking(form: SectionForm, question: QuestionDefinition, source: str, offers: Offers, data: QueryDict) -> SectionForm:
    """The same fields, this one answered by what was offered for it; as they are when nothing is offered under that name."""
    offer = offers.named(question.key, source)
    if offer is None:
        return form
    return replace(
        form,
        readings={**form.readings, question.key: offer.reading},
        based_on={**form.based_on, question.key: sent_version(question, data)},
        areas={**form.areas, **offers.areas},
        sent=form.sent | {question.key},
    )
