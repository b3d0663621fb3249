"""What a request brings of the questions of a section: the names of their fields, and which of them it brings whole."""

import json
from collections.abc import Iterable
from hashlib import sha256

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from calls.definition import QuestionDefinition, SectionDefinition
from calls.enums import QuestionKind
from calls.forms.table import sent_texts
from calls.reading import AREA_KIND, Typed
from territories.fields import AREAS_LIMIT, AreaWidget, understand
from territories.models import Area
from territories.queries import areas_by_key


def field_name(key: str) -> str:
    return f"q-{key}"


def texts_of(question: QuestionDefinition, data: QueryDict) -> Iterable[str]:
    name = field_name(question.key)
    return sent_texts(name, data) if question.is_composite else data.getlist(name)


def is_sent(question: QuestionDefinition, data: QueryDict) -> bool:
    """Whether the request brings the field and the version that stands after it in the page: an absent field is not an empty answer.

    But boxes all unticked are an answer emptied, and a browser sends nothing of them: there the version is enough.
    """
    name = field_name(question.key)
    whole = question.kind == QuestionKind.MULTIPLE_CHOICE or name in data or (question.is_area and f"{name}_code" in data)
    return whole and version_name(question) in data


def version_name(question: QuestionDefinition) -> str:
    return f"{field_name(question.key)}-version"


def base_name(question: QuestionDefinition) -> str:
    return f"{field_name(question.key)}-base"


def mark_of(typed: Typed) -> str:
    """A short digest of what was typed; one and the same for every way of saying nothing."""
    return sha256(json.dumps(typed or "", ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def sent_version(question: QuestionDefinition, data: QueryDict) -> int:
    """The version over which the page wrote, 0 for none."""
    return _version(data.get(version_name(question), ""))


def adding_name(section: SectionDefinition, data: QueryDict) -> str:
    """The field whose « Ajouter », « Retirer » or « Reprendre » was pressed, without JavaScript: where to come back to."""
    taken = data.get("take", "").partition(":")[0]
    if any(question.key == taken for question in section.questions):
        return field_name(taken)
    names = [field_name(question.key) for question in section.questions]
    return next((name for name in names if f"{name}_add" in data or f"{name}_remove" in data), "")


def sent_areas(questions: list[QuestionDefinition], data: QueryDict) -> tuple[dict[str, Area], dict[str, list[str]]]:
    """The areas that the fields of these questions designate, by reference; and each question's texts. One query, and one a text typed."""
    given = {
        question.key: area_widget(question).value_from_datadict(data, MultiValueDict(), field_name(question.key)) for question in questions
    }
    known = areas_by_key(key for each in given.values() for key in each.keys[:AREAS_LIMIT])
    areas: dict[str, Area] = {}
    texts: dict[str, list[str]] = {}
    for question in questions:
        sent = given[question.key]
        answer = understand(sent, (AREA_KIND[question.kind],), multiple=question.several, known=known)
        areas |= {area.key: area for area in answer.areas}
        texts[question.key] = [*(area.key for area in answer.areas), *([sent.text] if answer.problem and sent.text else [])]
    return areas, texts


def _version(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - a version is short


def area_widget(question: QuestionDefinition) -> AreaWidget:
    widget = AreaWidget()
    widget.kinds, widget.multiple = (AREA_KIND[question.kind],), question.several
    return widget
