"""How a field is drawn: its template, and the words above it: its question, what is expected, the help, who will read the answer."""

from collections.abc import Mapping
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from calls.definition import QuestionDefinition, expected_files
from calls.enums import QuestionKind, Visibility
from calls.forms.sent import field_name

TEMPLATES: dict[QuestionKind, str] = {
    QuestionKind.SHORT_TEXT: "calls/fields/line.html",
    QuestionKind.LONG_TEXT: "calls/fields/text.html",
    QuestionKind.NUMBER: "calls/fields/line.html",
    QuestionKind.AMOUNT: "calls/fields/line.html",
    QuestionKind.DATE: "calls/fields/line.html",
    QuestionKind.YES_NO: "calls/fields/choices.html",
    QuestionKind.SINGLE_CHOICE: "calls/fields/choices.html",
    QuestionKind.MULTIPLE_CHOICE: "calls/fields/choices.html",
    QuestionKind.COMMUNE: "calls/fields/area.html",
    QuestionKind.EPCI: "calls/fields/area.html",
    QuestionKind.DEPARTEMENT: "calls/fields/area.html",
    QuestionKind.EMAIL: "calls/fields/line.html",
    QuestionKind.PHONE: "calls/fields/line.html",
    QuestionKind.URL: "calls/fields/line.html",
    QuestionKind.PARTNER: "calls/fields/partner.html",
    QuestionKind.GROUP: "calls/fields/table.html",
    QuestionKind.BUDGET: "calls/fields/table.html",
    QuestionKind.YEARS: "calls/fields/table.html",
    QuestionKind.FILES: "calls/fields/files.html",
}

# What a question says of its readers; the section says what holds for those that say nothing.
READERS: dict[Visibility, str] = {
    Visibility.PUBLIC: "Réponse publique : elle pourra être publiée.",
    Visibility.COMMUNICABLE: "",
    Visibility.CONFIDENTIAL: "Réponse confidentielle : lue pour examiner le dossier, elle n’est pas communiquée au public.",
}


EXPECTED: Mapping[str, str] = {
    QuestionKind.DATE: "Format attendu : jour/mois/année, par exemple 26/02/2018.",
    QuestionKind.AMOUNT: "En euros.",
    QuestionKind.MULTIPLE_CHOICE: "Plusieurs réponses sont possibles.",
    QuestionKind.EMAIL: "Format attendu : nom@exemple.fr.",
    QuestionKind.PHONE: "Format attendu : 01 23 45 67 89 ; hors de France, avec l’indicatif du pays : +32 2 123 45 67.",
    QuestionKind.URL: "Format attendu : https://exemple.fr.",
    QuestionKind.PARTNER: "Numéro SIRET, 14 chiffres.",
    QuestionKind.BUDGET: "En euros. Le total des charges et celui des ressources doivent être égaux.",
}


@lru_cache(maxsize=4096)
def words_of(question: QuestionDefinition, *, is_missing: bool, required: bool) -> SafeString:
    """The words of a question. Kept, because a frozen form says them to every reader: they take half of the time of a field."""
    name = field_name(question.key)
    readers = READERS[question.visibility]
    state = {"is_missing": is_missing, "required": required}
    context = {"question": question, "name": name, "expected": expected_of(question), "readers": readers, **state}
    return render_to_string("calls/fields/_words.html", context)


def expected_of(question: QuestionDefinition) -> str:
    """What the answer must look like, in a few words."""
    match question.kind:
        case QuestionKind.NUMBER:
            return f"En chiffres{f' ({question.unit})' if question.unit else ''}."
        case QuestionKind.SHORT_TEXT | QuestionKind.LONG_TEXT if question.max_words:
            return f"{question.max_words} mots au plus."
        case QuestionKind.FILES:
            return expected_files(question)
        case kind:
            return EXPECTED.get(kind, "")
