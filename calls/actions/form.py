"""Writes of a round's form: sections, questions, choices. Every one refuses once the round is no longer in preparation."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.models import User
from calls.actions.condition import follow_question, refuse_if_named
from calls.freeze import lock_draft
from calls.kinds import EMPTY, PARTS
from calls.models import Choice, Part, Question, Round, Section
from kit.workflow import RefusedTransition

LONGEST_KEY = 60
PART_FIELDS = ("key", "label", "kind", "side", "required", "choices", "position")
QUESTION_FIELDS = frozenset({"kind", "label", "help_text", "required", "visibility", "shown_if", "required_if", *EMPTY})


@transaction.atomic
def add_section(round: Round, *, by: User, title: str, introduction: str = "") -> Section:
    """Add a section at the end of the form."""
    locked = lock_draft(round, by=by)
    keys = locked.sections.values_list("key", flat=True)
    return Section.objects.create(
        round=locked, key=free_key(title, keys), title=title, introduction=introduction, position=_after(locked.sections.all())
    )


@transaction.atomic
def change_section(section: Section, *, by: User, title: str, introduction: str) -> Section:
    """Change a section's words; its key stays."""
    lock_draft(section.round, by=by)
    section.title, section.introduction = title, introduction
    section.save(update_fields=["title", "introduction"])
    return section


@transaction.atomic
def delete_section(section: Section, *, by: User) -> None:
    """Delete a section with its questions. Refuses while conditions elsewhere look at one of them."""
    draft = lock_draft(section.round, by=by)
    keys = list(section.questions.values_list("key", flat=True))
    refuse_if_named(draft, keys, but=[section.key, *keys])
    section.delete()
    _renumber(list(draft.sections.all()))


@transaction.atomic
def move_section(section: Section, *, by: User, index: int) -> None:
    """Put a section at the place `index`, from 0; beyond the ends, at the end."""
    draft = lock_draft(section.round, by=by)
    _place(section, [row for row in draft.sections.all() if row.pk != section.pk], index)


@transaction.atomic
def add_question(
    section: Section, *, by: User, choices: Sequence[str] = (), parts: Sequence[Mapping[str, Any]] = (), key: str = "", **fields: Any
) -> Question:
    """Add a question at the end of a section; `choices` are labels, `parts` the columns or lines of a table. What its kind has no use for
    is emptied.

    The key comes from the label unless one is given; a key taken by another question of the round is refused.
    """
    return write_question(lock_draft(section.round, by=by), section, choices=choices, parts=parts, key=key, **fields)


def write_question(
    round: Round, section: Section, *, choices: Sequence[str] = (), parts: Sequence[Mapping[str, Any]] = (), key: str = "", **fields: Any
) -> Question:
    """What `add_question` does, for an action that holds the round and knows that it may."""
    values = _relevant(fields)
    keys = set(round.questions.values_list("key", flat=True))
    if key in keys:
        raise RefusedTransition(f"Une autre question de cette session porte déjà la clé « {key} ».")
    question = Question.objects.create(
        round=round,
        section=section,
        key=key or free_key(values["label"], keys),
        position=_after(section.questions.all()),
        **values,
    )
    _write_choices(question, choices)
    _write_parts(question, parts)
    return question


@transaction.atomic
def change_question(
    question: Question, *, by: User, choices: Sequence[str] = (), parts: Sequence[Mapping[str, Any]] = (), key: str = "", **fields: Any
) -> Question:
    """Change a question; a choice whose label stays, or is only reworded in its place, keeps its key.

    Conditions follow a new key; a kind or a choice that one of them relies on is kept: such a change is refused.
    """
    draft = lock_draft(question.round, by=by)
    values = _relevant(fields)
    old_key = question.key
    if key and draft.questions.filter(key=key).exclude(pk=question.pk).exists():
        raise RefusedTransition(f"Une autre question de cette session porte déjà la clé « {key} ».")
    values["key"] = key or question.key
    for name, value in values.items():
        setattr(question, name, value)
    question.save(update_fields=list(values))
    _write_choices(question, choices)
    _write_parts(question, parts)
    follow_question(draft, question, old_key)
    return question


@transaction.atomic
def move_question(question: Question, *, by: User, section: Section, index: int) -> None:
    """Put a question at the place `index` of a section of the same round."""
    lock_draft(question.round, by=by)
    if section.round_id != question.round_id:
        raise RefusedTransition("Une question reste dans le formulaire de sa session.")
    origin = question.section
    question.section = section
    question.save(update_fields=["section"])
    _place(question, list(section.questions.exclude(pk=question.pk).order_by("position", "pk")), index)
    if origin.pk != section.pk:
        _renumber(list(origin.questions.order_by("position", "pk")))


@transaction.atomic
def duplicate_question(question: Question, *, by: User) -> Question:
    """Add a copy of a question just after it, with a key of its own."""
    draft = lock_draft(question.round, by=by)
    values = {name: getattr(question, name) for name in QUESTION_FIELDS}
    key = free_key(question.key, draft.questions.values_list("key", flat=True))
    copy = Question.objects.create(round=draft, section=question.section, key=key, position=question.position, **values)
    Choice.objects.bulk_create(
        Choice(question=copy, key=choice.key, label=choice.label, position=choice.position) for choice in question.choices.all()
    )
    copy_parts(question, copy)
    others = list(question.section.questions.exclude(pk=copy.pk).order_by("position", "pk"))
    _place(copy, others, [row.pk for row in others].index(question.pk) + 1)
    return copy


@transaction.atomic
def delete_question(question: Question, *, by: User) -> None:
    """Delete a question. Refuses while conditions elsewhere look at it."""
    refuse_if_named(lock_draft(question.round, by=by), [question.key], but=[question.key])
    section = question.section
    question.delete()
    _renumber(list(section.questions.order_by("position", "pk")))


@transaction.atomic
def shift_section(section: Section, *, by: User, step: int) -> None:
    """Move a section one place up (-1) or down (1); at the ends it stays."""
    draft = lock_draft(section.round, by=by)
    order = [row.pk for row in draft.sections.all()]
    move_section(section, by=by, index=order.index(section.pk) + step)


@transaction.atomic
def shift_question(question: Question, *, by: User, step: int) -> None:
    """Move a question one place up (-1) or down (1); past the end of its section, into the neighbouring one."""
    draft = lock_draft(question.round, by=by)
    order = list(question.section.questions.order_by("position", "pk").values_list("pk", flat=True))
    index = order.index(question.pk) + step
    sections = list(draft.sections.all())
    place = [row.pk for row in sections].index(question.section_id)
    if index < 0 and place > 0:
        neighbour = sections[place - 1]
        move_question(question, by=by, section=neighbour, index=neighbour.questions.count())
    elif index >= len(order) and place + 1 < len(sections):
        move_question(question, by=by, section=sections[place + 1], index=0)
    else:
        move_question(question, by=by, section=question.section, index=index)


def free_key(text: str, taken: Iterable[str]) -> str:
    """A key made from `text` that is none of `taken`."""
    used = set(taken)
    stem = slugify(text.replace("’", " "))[:LONGEST_KEY].strip("-_") or "question"
    if stem not in used:
        return stem
    number = 2
    while (key := f"{stem[: LONGEST_KEY - len(str(number)) - 1]}-{number}") in used:
        number += 1
    return key


def _relevant(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields, with what the kind has no use for emptied."""
    if unknown := fields.keys() - QUESTION_FIELDS:
        raise TypeError(unknown)
    parts = PARTS[fields["kind"]]
    return {**fields, **{name: empty for name, empty in EMPTY.items() if name not in parts}}


def _write_choices(question: Question, labels: Sequence[str]) -> None:
    """Make the choices of `question` those of `labels`, in that order, keys kept where the label or the place says it is the same choice."""
    wanted = list(dict.fromkeys(labels)) if "choices" in PARTS[question.kind] else []
    kept = _kept_keys(list(question.choices.all()), wanted)
    question.choices.all().delete()
    used = set(kept.values())
    for position, label in enumerate(wanted):
        key = kept.get(label) or free_key(label, used)
        used.add(key)
        Choice.objects.create(question=question, key=key, label=label, position=position)


def _write_parts(question: Question, parts: Sequence[Mapping[str, Any]]) -> None:
    """Make the columns or lines of `question` those given, in that order; one that says its key keeps it."""
    wanted = parts if "parts" in PARTS[question.kind] else ()
    known = set(question.parts.values_list("key", flat=True))
    kept = [part["key"] if part.get("key") in known else "" for part in wanted]
    question.parts.all().delete()
    used = {key for key in kept if key}
    seen: set[str] = set()
    for position, (part, key) in enumerate(zip(wanted, kept, strict=True)):
        own = key if key and key not in seen else free_key(part["label"], used)
        used.add(own)
        seen.add(own)
        Part.objects.create(**{**part, "question": question, "key": own, "position": position})


def copy_parts(source: Question, copy: Question) -> None:
    """Give a copy of a question its columns or lines, under the same keys."""
    Part.objects.bulk_create(Part(question=copy, **{name: getattr(part, name) for name in PART_FIELDS}) for part in source.parts.all())


def _kept_keys(choices: list[Choice], wanted: Sequence[str]) -> dict[str, str]:
    """The keys that labels keep: same label first; else the same line, when neither its old nor its new label stands elsewhere."""
    by_label = {choice.label: choice.key for choice in choices}
    kept = {label: by_label[label] for label in wanted if label in by_label}
    for choice, label in zip(choices, wanted, strict=False):
        if label not in kept and choice.label not in wanted:
            kept[label] = choice.key
    return kept


def _after(rows: Any) -> int:
    last: int | None = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _place(row: Any, others: list[Any], index: int) -> None:
    others.insert(max(index, 0), row)
    _renumber(others)


def _renumber(rows: Iterable[Any]) -> None:
    for position, row in enumerate(rows):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])
