"""Writes of amendments: prepared change by change, then published at once, and told to each whom they touch."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Model

from accounts.models import User
from calls.actions.announcement import owe_announcement
from calls.actions.form import write_question
from calls.amendable import RULES, TEXTS, kind_of, plain, rules_of, tightens, typed
from calls.enums import AmendmentState, ChangeKind, Phase
from calls.freeze import lock_round
from calls.models import Amendment, AmendmentChange, Question, Round, Section
from calls.queries.amendment import with_rows
from calls.workflow import AMENDMENT_TRANSITIONS
from kit import clock
from kit.workflow import RefusedTransition, advance

FOREIGN = {"Call": "call", "Section": "section", "Question": "question", "Choice": "choice"}
"""The column of a change that names its row; a change of the round itself names none."""


class RefusedAmendment(RefusedTransition):
    """What an amendment may not do, or not any more."""


@transaction.atomic
def start_amendment(round: Round, *, by: User) -> Amendment:
    """The amendment that is in preparation for a published round that is not closed, made if there is none."""
    locked = lock_round(round, by=by)
    if locked.phase not in {Phase.OPEN, Phase.COMING}:
        raise RefusedAmendment("Un avenant modifie une session publiée et pas encore close.")
    return Amendment.objects.get_or_create(round=locked, state=AmendmentState.DRAFT)[0]


@transaction.atomic
def explain_amendment(amendment: Amendment, *, by: User, explanation: str) -> Amendment:
    """Write what changes and why, in the words that applicants will read."""
    locked = _lock(amendment, by)
    locked.explanation = explanation
    locked.save(update_fields=["explanation"])
    return locked


@transaction.atomic
def amend(amendment: Amendment, rows: Iterable[tuple[Model, Mapping[str, Any]]], *, by: User) -> Amendment:
    """Write down, for each row, the new values of some of its columns; a value that stands already takes its change away.

    Refuses what an amendment may not touch, and a rule that would be tightened.
    """
    locked = _lock(amendment, by)
    for target, values in rows:
        _amend_row(locked, target, values)
    return locked


@transaction.atomic
def amend_with_question(amendment: Amendment, section: Section, *, by: User, choices: Sequence[str] = (), **fields: Any) -> AmendmentChange:
    """Write down a question to be added at the end of `section`, always optional: what is deposited stays complete."""
    locked = _lock(amendment, by)
    if section.round_id != locked.round_id:
        raise RefusedAmendment("Cette section est celle d’une autre session.")
    after = {name: plain(value) for name, value in fields.items()} | {"required": False, "choices": list(choices)}
    return _write_down(locked, ChangeKind.ADDITION, section=section, after=after)


@transaction.atomic
def drop_change(change: AmendmentChange, *, by: User) -> None:
    """Take a change out of an amendment in preparation."""
    _lock(change.amendment, by)
    change.delete()


@transaction.atomic
def discard_amendment(amendment: Amendment, *, by: User) -> None:
    """Delete an amendment in preparation: nothing of it was public."""
    _lock(amendment, by).delete()


@transaction.atomic
def publish_amendment(amendment: Amendment, *, by: User) -> Amendment:
    """Apply every change, number and date the amendment, and owe its news to whoever started a dossier.

    Refuses an amendment without a change or an explanation, after the closing, and one that was prepared over a text that stands no more.
    """
    locked = _lock(amendment, by)
    round_ = locked.round
    if round_.phase not in {Phase.OPEN, Phase.COMING}:
        raise RefusedAmendment("La session est close : un avenant n’y changerait plus rien.")
    changes = list(with_rows().filter(amendment=locked))
    if not changes:
        raise RefusedAmendment("Cet avenant ne change rien : ajoutez au moins une modification.")
    if not locked.explanation.strip():
        raise RefusedAmendment("Expliquez ce qui change, et pourquoi : chaque candidat lira ces mots.")
    for change in changes:
        _apply(change, round_)
    Round.objects.filter(pk=round_.pk).update(form_edition=F("form_edition") + 1)
    last = Amendment.objects.filter(round=round_).aggregate(last=Max("number"))["last"] or 0
    published = advance(locked, "publish", AMENDMENT_TRANSITIONS, by=by, number=last + 1, published_at=clock.now(), published_by=by)
    owe_announcement(round_, amendment=published)
    return published


def _lock(amendment: Amendment, by: User) -> Amendment:
    """The amendment in preparation, its round locked; refuses who does not manage calls, and one that is published."""
    round_ = lock_round(amendment.round, by=by)
    locked = Amendment.objects.select_for_update(of=("self",)).get(pk=amendment.pk)
    locked.round = round_
    if locked.state != AmendmentState.DRAFT:
        raise RefusedAmendment("Cet avenant est publié : il ne change plus. Préparez-en un autre.")
    return locked


def _amend_row(amendment: Amendment, target: Model, values: Mapping[str, Any]) -> None:
    about = _about(target)
    for field, value in values.items():
        if field not in (*TEXTS[type(target)], *(rules_of(target) if isinstance(target, Question) else ())):
            raise RefusedAmendment("Cela ne se change pas par un avenant : ouvrez une nouvelle session.")
        before = getattr(target, field)
        if field in RULES and (problem := tightens(field, before, value)):
            raise RefusedAmendment(problem)
        changes = amendment.changes.filter(**about, field=field, kind=kind_of(field))
        if before == value:
            changes.delete()
        elif changes.update(before=plain(before), after=plain(value)) == 0:
            _write_down(amendment, kind_of(field), field=field, before=plain(before), after=plain(value), **about)


def _about(target: Model) -> dict[str, Any]:
    name = FOREIGN.get(type(target).__name__)
    rows = dict.fromkeys(FOREIGN.values())
    return {**rows, name: target} if name else rows


def _write_down(amendment: Amendment, kind: ChangeKind, **words: Any) -> AmendmentChange:
    last = amendment.changes.aggregate(last=Max("position"))["last"]
    return AmendmentChange.objects.create(amendment=amendment, kind=kind, position=0 if last is None else last + 1, **words)


def _apply(change: AmendmentChange, round_: Round) -> None:
    if change.section is not None and change.kind == ChangeKind.ADDITION:
        fields = {name: typed(name, value) for name, value in change.after.items()}
        write_question(round_, change.section, **fields)
        return
    target = type(change.target)._base_manager.select_for_update(of=("self",)).get(pk=change.target.pk)  # noqa: SLF001 - the manager that hides nothing
    if plain(getattr(target, change.field)) != change.before:
        raise RefusedAmendment("Un texte a changé depuis que cet avenant a été préparé : retirez cette modification, puis refaites-la.")
    setattr(target, change.field, typed(change.field, change.after))
    target.save(update_fields=[change.field])
