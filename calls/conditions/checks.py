"""What is wrong with the conditions of a form: what they name is gone or comes later, loops, contradictions, what can never hold. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from calls.conditions.model import NO_VALUE, Condition, Row
from calls.conditions.operators import AREA, NUMBERS, OPERATORS, TEXTS, is_number, operators_of, row_holds
from calls.conditions.words import quoted
from calls.definition import FormDefinition, QuestionDefinition, SectionDefinition
from calls.enums import Mode, Operator, QuestionKind
from kit import french
from kit.search_key import search_key

SOME_AREA = "area"
APART = " qzx "
FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class Holder:
    """What bears a condition: a question, a section or a rule; `before` are the keys of the questions that the condition may look at."""

    kind: str
    key: str
    name: str
    what: str
    condition: Condition
    before: frozenset[str]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, in a sentence, and where it is mended."""

    kind: str
    key: str
    sentence: str


def holders_of(definition: FormDefinition) -> list[Holder]:
    """Everything that bears a condition, in order."""
    found: list[Holder] = []
    seen: set[str] = set()

    def add(kind: str, key: str, name: str, what: str, condition: Condition | None) -> None:
        if condition is not None:
            found.append(Holder(kind, key, name, what, condition, frozenset(seen)))

    for section in definition.sections:
        add("section", section.key, section.title, "la condition d’affichage de la section", section.shown_if)
        for question in section.questions:
            add("question", question.key, question.label, "la condition d’affichage de la question", question.shown_if)
            add("question", question.key, question.label, "la condition qui rend obligatoire la question", question.required_if)
            seen.add(question.key)
    for rule in definition.rules:
        add("rule", rule.key, rule.sentence, "la règle d’éligibilité", rule.condition)
    return found


def users_of(definition: FormDefinition, keys: Iterable[str]) -> list[Holder]:
    """What looks at one of these questions."""
    wanted = set(keys)
    return [holder for holder in holders_of(definition) if holder.condition.names & wanted]


def faults_of(definition: FormDefinition) -> list[Fault]:
    """Everything that stops the conditions of a form from meaning something, in order."""
    never = never_asked(definition)
    faults = [fault for holder in holders_of(definition) for fault in _faults(holder, definition, never)]
    return faults + list(_rules_together(definition, never))


def value_problem(question: QuestionDefinition, row: Row) -> str:
    """Why a row cannot be about this question, in a sentence; nothing when it can."""
    if row.operator not in operators_of(question.kind):
        return f"La comparaison « {row.operator.label} » ne va pas avec {quoted(question.label)} ({question.kind.label.lower()})."
    if row.operator in NO_VALUE:
        return ""
    values = row.value if isinstance(row.value, tuple) else (row.value,)
    wrong = next((value for value in values if not _fits(question, value)), None)
    return "" if wrong is None else f"La valeur « {wrong} » ne va pas avec {quoted(question.label)}."


def never_asked(definition: FormDefinition) -> frozenset[str]:
    """The questions that no answer can bring up: their condition, or their section's, can never hold."""
    never: set[str] = set()
    seen: dict[str, QuestionDefinition] = {}
    for section in definition.sections:
        before = dict(seen)
        for question in section.questions:
            own = [(section.shown_if, before), (question.shown_if, seen)]
            if not all(_can_hold(condition, known, never) for condition, known in own if condition) or not _agree(
                section, question, seen, never
            ):
                never.add(question.key)
            seen[question.key] = question
    return frozenset(never)


def _agree(section: SectionDefinition, question: QuestionDefinition, seen: dict[str, QuestionDefinition], never: set[str]) -> bool:
    """Whether a question's condition and its section's can hold together."""
    both = [condition for condition in (section.shown_if, question.shown_if) if condition]
    return len(both) < 2 or _rows_hold(_all_of(both), seen, never)  # noqa: PLR2004 - both of them


def _faults(holder: Holder, definition: FormDefinition, never: frozenset[str]) -> Iterator[Fault]:
    found = list(_row_faults(holder, definition, never))
    known = {key: definition.by_key[key] for key in holder.before}
    if not found and not _can_hold(holder.condition, known, never):
        found = ["elle ne peut jamais être remplie : ses lignes se contredisent, ou demandent une réponse que les limites excluent."]
    for sentence in found:
        yield Fault(holder.kind, holder.key, f"{quoted(holder.name)}, {holder.what} : {sentence}")


def _row_faults(holder: Holder, definition: FormDefinition, never: frozenset[str]) -> Iterator[str]:
    for row in dict.fromkeys(holder.condition.rows):
        question = definition.by_key.get(row.question)
        if question is None:
            yield f"elle regarde une question qui n’existe plus (« {row.question} »)."
        elif row.question not in holder.before:
            yield _later(holder, question, definition)
        elif problem := value_problem(question, row):
            yield f"{problem[0].lower()}{problem[1:]}"
        elif question.key in never and row.operator != Operator.NOT_ANSWERED:
            yield f"elle regarde {quoted(question.label)}, qui n’est jamais posée."


def _later(holder: Holder, question: QuestionDefinition, definition: FormDefinition) -> str:
    own = {holder.key} if holder.kind == "question" else {other.key for other in _section(definition, holder.key).questions}
    if own & _reached(question.key, definition):
        return f"elle regarde {quoted(question.label)}, qui dépend d’elle à son tour : c’est une boucle."
    return f"elle regarde {quoted(question.label)}, qui vient après. Une condition ne regarde que les questions posées avant."


def _section(definition: FormDefinition, key: str) -> SectionDefinition:
    return next(section for section in definition.sections if section.key == key)


def _reached(key: str, definition: FormDefinition) -> set[str]:
    """The question and all those that its being asked depends on, near or far."""
    edges: dict[str, set[str]] = {}
    for section in definition.sections:
        for question in section.questions:
            conditions = [condition for condition in (section.shown_if, question.shown_if, question.required_if) if condition]
            edges[question.key] = {name for condition in conditions for name in condition.names}
    reached: set[str] = set()
    waiting = [key]
    while waiting:
        current = waiting.pop()
        if current not in reached:
            reached.add(current)
            waiting.extend(edges.get(current, ()))
    return reached


def _rules_together(definition: FormDefinition, never: frozenset[str]) -> Iterator[Fault]:
    """Rules are met together: what each asks may stand alone and contradict another."""
    alone = [rule for rule in definition.rules if _can_hold(rule.condition, definition.by_key, never)]
    rows = _all_of(rule.condition for rule in alone)
    for key in dict.fromkeys(row.question for row in rows):
        own = [row for row in rows if row.question == key]
        if not _rows_hold(own, definition.by_key, never):
            names = [rule for rule in alone if _is_plain(rule.condition) and key in rule.condition.names]
            said = french.joined([quoted(rule.sentence) for rule in names])
            yield Fault(
                "rule", names[0].key, f"Ces règles d’éligibilité se contredisent, aucun dossier ne peut les remplir toutes : {said}."
            )


def _is_plain(condition: Condition) -> bool:
    """Whether every row of it must hold."""
    return condition.mode == Mode.ALL or len(condition.rows) == 1


def _all_of(conditions: Iterable[Condition]) -> list[Row]:
    return [row for condition in conditions if _is_plain(condition) for row in condition.rows]


def _can_hold(condition: Condition, known: "dict[str, QuestionDefinition]", never: Iterable[str]) -> bool:
    if _is_plain(condition):
        return _rows_hold(condition.rows, known, never)
    return any(_rows_hold([row], known, never) for row in condition.rows)


def _rows_hold(rows: Sequence[Row], known: "dict[str, QuestionDefinition]", never: Iterable[str]) -> bool:
    """Whether some answers make every row hold: for each question, some value that its rows all accept."""
    by_question: dict[str, list[Row]] = {}
    for row in rows:
        by_question.setdefault(row.question, []).append(row)
    return all(_some_value(own, known.get(key), is_never_asked=key in never) for key, own in by_question.items())


def _some_value(rows: list[Row], question: QuestionDefinition | None, *, is_never_asked: bool) -> bool:
    kind = question.kind if question else ""
    values = [None] if question is None or is_never_asked else [None, *_candidates(rows, question)]
    return any(all(row_holds(row, kind, value, _lying(rows)) for row in rows) for value in values)


def _lying(rows: list[Row]) -> dict[str, frozenset[str]]:
    """An area that lies in every one asked: whether such an area exists is beyond what is known here."""
    return {SOME_AREA: frozenset(str(row.value) for row in rows if row.operator == Operator.IN_AREA)}


def _candidates(rows: list[Row], question: QuestionDefinition) -> Iterator[Any]:
    """Enough possible answers: if none of them makes the rows hold, no answer does."""
    match question.kind:
        case QuestionKind.YES_NO:
            yield from (True, False)
        case QuestionKind.SINGLE_CHOICE:
            yield from (choice.key for choice in question.choices)
        case QuestionKind.MULTIPLE_CHOICE:
            refused = {row.value for row in rows if row.operator == Operator.NOT_CONTAINS}
            yield [choice.key for choice in question.choices if choice.key not in refused] or None
        case kind if kind in NUMBERS:
            yield from _numbers(rows, question)
        case QuestionKind.DATE:
            yield from _days(rows)
        case kind if kind in TEXTS:
            yield APART.join(str(row.value) for row in rows if row.operator == Operator.CONTAINS) or APART
        case kind if OPERATORS.get(kind) == AREA:
            yield [SOME_AREA]
        case _:
            yield True


def _numbers(rows: list[Row], question: QuestionDefinition) -> Iterator[str]:
    step = Decimal(1) if question.whole else Decimal("0.01")
    named = [Decimal(str(row.value)) for row in rows if is_number(row.value)]
    bounds = [bound for bound in (question.minimum, question.maximum) if bound is not None]
    for value in (number + move for number in (*named, *bounds, Decimal(0)) for move in (-step, Decimal(0), step)):
        low = question.minimum is None or value >= question.minimum
        high = question.maximum is None or value <= question.maximum
        if low and high and not (question.whole and value != value.to_integral_value()):
            yield format(value, "f")


def _days(rows: list[Row]) -> Iterator[str]:
    yield FIRST_DAY.isoformat()
    for row in rows:
        if isinstance(row.value, str) and (day := _day(row.value)) and FIRST_DAY < day < LAST_DAY:
            yield from ((day + timedelta(days=move)).isoformat() for move in (-1, 0, 1))


def _fits(question: QuestionDefinition, value: object) -> bool:
    match question.kind:
        case QuestionKind.YES_NO:
            return isinstance(value, bool)
        case QuestionKind.SINGLE_CHOICE | QuestionKind.MULTIPLE_CHOICE:
            return value in {choice.key for choice in question.choices}
        case kind if kind in NUMBERS:
            return is_number(value)
        case QuestionKind.DATE:
            return isinstance(value, str) and _day(value) is not None
        case kind if kind in TEXTS:
            return isinstance(value, str) and bool(search_key(value))
        case _:
            return isinstance(value, str) and ":" in value


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
