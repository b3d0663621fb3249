"""The form of a round on paper, to be read by a board or filled by hand: every question, its help, its limits, blank lines."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.cache import cache

from calls.definition import AREA_KINDS, QuestionDefinition, SectionDefinition, definition_of, expected_files
from calls.enums import QuestionKind, RoundState
from calls.grid import least_rows, most_rows
from calls.models import Round
from calls.reading import table_of
from kit import clock, french
from kit.markdown import plain_links
from kit.money import euros
from kit.pdf import render_pdf

CACHE_SECONDS = 86_400
WORDS_A_LINE = 14
MOST_LINES = 22
SHORT = 1
DEFAULT_LONG = 10
MOST_PAPER_ROWS = 4


def blank_form_pdf(round: Round) -> bytes:
    """The blank form as PDF, kept for the day once the round is frozen: anyone may ask for it. Its call is needed."""
    now = clock.now()
    today = french.day_of(now)
    if round.state == RoundState.DRAFT:
        return _set(round, today, now)
    dates = "-".join(at.isoformat() if at else "none" for at in (round.published_at, round.closes_at))
    key = f"calls:blank-form:{round.pk}:{today}:{dates}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = _set(round, today, now)
        cache.set(key, kept, CACHE_SECONDS)
    return kept


def _set(round: Round, today: date, at: datetime) -> bytes:
    return render_pdf("calls/blank_form.typ", _data(round, french.day(today)), at=at)


def _data(round: Round, today: str) -> dict[str, Any]:
    form = definition_of(round)
    number = 0
    sections = []
    for section in form.sections:
        questions = []
        for question in section.questions:
            number += 1
            questions.append({"number": number, **_question(question)})
        sections.append(
            {"title": section.title, "introduction": section.introduction, "only_if": _only_if(section), "questions": questions}
        )
    return {
        "title": f"{round.call.title} : formulaire vierge",
        "round": round.name,
        "service": round.call.service_name,
        "opens": french.instant(round.opens_at),
        "closes": french.instant(round.closes_at) if round.closes_at else "",
        "sections": sections,
        "declarations": [{"kind": row.get_kind_display(), "text": row.text, "source": row.source} for row in round.declarations.all()],
        "privacy": [plain_links(line) for line in round.privacy_notice.splitlines() if line.strip()],
        "printed": today,
        "watermark": "DÉMONSTRATION" if settings.DEMONSTRATION else None,
    }


def _question(question: QuestionDefinition) -> dict[str, Any]:
    return {
        "label": question.label,
        "help": question.help_text,
        "required": question.required,
        "visibility": question.visibility.label,
        "expected": expected(question),
        "only_if": _only_if(question),
        "required_if": f"Obligatoire si {question.required_if.words}." if question.required_if and not question.required else "",
        "boxes": _boxes(question),
        "lines": _lines(question),
        "table": _table(question),
    }


def _table(question: QuestionDefinition) -> dict[str, Any] | None:
    """The empty table to fill by hand."""
    if not question.is_composite:
        return None
    grid = table_of(question, (), {})
    if question.kind == QuestionKind.GROUP:
        empty = [""] * len(question.parts)
        return {
            "headers": [part.label for part in question.parts],
            "rows": [empty] * max(least_rows(question), MOST_PAPER_ROWS),
            "strong": [],
        }
    if question.kind == QuestionKind.YEARS:
        return grid.rows().as_plain()
    rows: list[list[str]] = []
    strong: list[int] = []
    for block in grid.blocks:
        strong.append(len(rows))
        rows += [[block.title, ""], *([line.name, ""] for line in block.lines), *([["", ""]] * (2 if block.most else 0))]
        strong.append(len(rows))
        rows.append([f"Total des {block.title.lower()}", ""])
    return {"headers": ["Poste", "Montant"], "rows": rows, "strong": strong}


def _only_if(asked: QuestionDefinition | SectionDefinition) -> str:
    return f"À remplir seulement si {asked.shown_if.words}." if asked.shown_if else ""


def expected(question: QuestionDefinition) -> str:
    """What an answer must be, in a few words."""
    say = euros if question.kind == QuestionKind.AMOUNT else _plain_number
    parts = {
        QuestionKind.NUMBER: "Nombre entier" if question.whole else "Nombre",
        QuestionKind.AMOUNT: "Montant en euros",
        QuestionKind.DATE: f"Date{' passée' if question.past else ''} (jour/mois/année)",
        QuestionKind.MULTIPLE_CHOICE: "Plusieurs réponses possibles",
        QuestionKind.SINGLE_CHOICE: "Une seule réponse",
        QuestionKind.COMMUNE: "Communes" if question.several else "Commune",
        QuestionKind.EPCI: "Intercommunalités" if question.several else "Intercommunalité",
        QuestionKind.DEPARTEMENT: "Départements" if question.several else "Département",
        QuestionKind.EMAIL: "Adresse électronique",
        QuestionKind.PHONE: "Numéro de téléphone",
        QuestionKind.URL: "Adresse d’un site (https://…)",
        QuestionKind.PARTNER: "Numéro SIRET (14 chiffres)",
        QuestionKind.GROUP: f"Tableau de {most_rows(question)} lignes au plus",
        QuestionKind.BUDGET: "Budget en euros, dont les charges et les ressources sont égales",
    }
    if question.is_composite:
        return parts.get(question.kind, "Tableau à remplir")
    if question.is_files:
        return expected_files(question).rstrip(".")
    words = [parts.get(question.kind, "")]
    if question.unit:
        words.append(f"en {question.unit}")
    if question.max_words:
        words.append(f"{french.counted(question.max_words, 'mot')} au plus")
    if question.minimum is not None:
        words.append(f"au moins {say(question.minimum)}")
    if question.maximum is not None:
        words.append(f"au plus {say(question.maximum)}")
    return ", ".join(word for word in words if word)


def _plain_number(value: Decimal) -> str:
    """Without the decimals that the column adds."""
    return french.number(value.normalize())


def _boxes(question: QuestionDefinition) -> list[str]:
    return ["Oui", "Non"] if question.kind == QuestionKind.YES_NO else [choice.label for choice in question.choices]


def _lines(question: QuestionDefinition) -> int:
    if question.is_files:
        return 0
    if question.kind == QuestionKind.LONG_TEXT:
        return min(MOST_LINES, -(-question.max_words // WORDS_A_LINE)) if question.max_words else DEFAULT_LONG
    if question.kind in AREA_KINDS and question.several:
        return 3
    return 0 if _boxes(question) or question.is_composite else SHORT
