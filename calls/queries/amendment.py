"""Amendments as they are read: what changes, for whom, and what that means for one dossier."""

from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from calls.enums import ApplicationState, ChangeKind
from calls.models import Amendment, AmendmentChange, Answer, Application, Question, Round
from calls.queries.application import Sheet


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change as people read it; `touched` dossiers have answered the question that it is about."""

    change: AmendmentChange
    said: str
    touched: int = 0


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom an amendment touches: the dossiers of its round, and for each change those that have answered."""

    drafts: int
    deposited: int
    lines: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class EffectLine:
    """What a change means for one dossier; `section_key` and `question_key` lead to it where there is something to see."""

    said: str
    effect: str
    section_key: str = ""
    question_key: str = ""


@dataclass(frozen=True, slots=True)
class AmendmentForDossier:
    amendment: Amendment
    lines: tuple[EffectLine, ...]


def with_rows() -> QuerySet[AmendmentChange]:
    """Changes with the rows that they are about: what `said` needs."""
    return AmendmentChange.objects.select_related("call", "section", "question__section", "choice__question__section", "amendment__round")


def sentences_of(amendment: Amendment) -> list[str]:
    return [change.said for change in with_rows().filter(amendment=amendment)]


def published_amendments(round: Round) -> list[Amendment]:
    """Those of a round in order, each with `rows`, its changes as they are said."""
    return list(Amendment.objects.published().filter(round=round).prefetch_related(Prefetch("changes", with_rows(), to_attr="rows")))


def reach_of(amendment: Amendment) -> Reach:
    """Whom the amendment touches, counts only: staff do not read drafts. Three queries."""
    changes = list(with_rows().filter(amendment=amendment))
    counts = alive_counts(amendment.round)
    keys = {change.pk: question.key for change in changes if (question := question_of(change)) is not None}
    answered = dict(
        Answer.objects.filter(application__in=_alive(amendment.round).values("pk"), question_key__in=keys.values(), value__isnull=False)
        .values_list("question_key")
        .annotate(count=Count("application", distinct=True))
        .order_by()
    )
    lines = tuple(ChangeLine(change, change.said, answered.get(keys.get(change.pk, ""), 0)) for change in changes)
    return Reach(counts["drafts"], counts["deposited"], lines)


def alive_counts(round: Round) -> dict[str, int]:
    """How many dossiers of the round are in preparation, `drafts`, and `deposited`: whom a decision about it touches."""
    return _alive(round).aggregate(
        drafts=Count("pk", filter=Q(state=ApplicationState.DRAFT)), deposited=Count("pk", filter=Q(state=ApplicationState.DEPOSITED))
    )


def _alive(round: Round) -> QuerySet[Application]:
    return Application.objects.filter(round=round).exclude(state=ApplicationState.WITHDRAWN)


def question_of(change: AmendmentChange) -> Question | None:
    """The question that a change is about, if it is about one that was asked already."""
    return change.question or (change.choice.question if change.choice else None)


def amendments_for(application: Application, sheet: Sheet) -> list[AmendmentForDossier]:
    """What amendments published since the dossier was started change for it, the last first; no query for a round that none amended."""
    if not application.round.is_amended:
        return []
    since = [one for one in published_amendments(application.round) if one.published_at and one.published_at >= application.started_at]
    return [AmendmentForDossier(one, tuple(_effect(change, application, sheet) for change in one.rows)) for one in reversed(since)]  # type: ignore[attr-defined] # prefetched


def _effect(change: AmendmentChange, application: Application, sheet: Sheet) -> EffectLine:
    is_deposited = application.state == ApplicationState.DEPOSITED
    said, question = change.said, question_of(change)
    if change.kind == ChangeKind.ADDITION:
        key = change.section.key if change.section else ""
        effect = (
            "Votre dépôt reste complet ; vous pouvez y répondre et déposer de nouveau."
            if is_deposited
            else "Répondez-y si vous le souhaitez."
        )
        return EffectLine(said, effect, key)
    if question is None:
        return EffectLine(said, "Rien à changer dans vos réponses.", change.section.key if change.section else "")
    if not sheet.reading(question.key).typed:
        return EffectLine(said, "Vous n’y avez pas répondu.", question.section.key, question.key)
    if change.kind == ChangeKind.RELAXATION:
        return EffectLine(said, "Votre réponse reste valable.", question.section.key, question.key)
    effect = "Votre réponse déposée reste valable ; relisez-la." if is_deposited else "Relisez votre réponse."
    return EffectLine(said, effect, question.section.key, question.key)
