"""What was found of a dossier: the findings in force and those before, and the changes of follower, for staff's eyes."""

from dataclasses import dataclass

from calls.models import Admissibility, Application, Eligibility, FollowerChange
from calls.queries.closing import Closing, closing_of
from calls.queries.timeline import Event, timeline_of

KINDS = (("recevabilite", "Recevabilité", "recevable"), ("eligibilite", "Éligibilité", "éligible"))


@dataclass(frozen=True, slots=True)
class FindingView:
    """One of the two findings of a dossier, in force or not made yet."""

    kind: str
    title: str
    finding: Admissibility | Eligibility | None
    is_outdated: bool

    @property
    def said(self) -> str:
        return self.finding.get_outcome_display() if self.finding else "Pas encore examiné"


@dataclass(frozen=True, slots=True)
class Examination:
    """The findings of a dossier, what happened to it as staff may know, and what bears on its closing."""

    views: tuple[FindingView, FindingView]
    events: list[Event]
    closing: Closing

    def of(self, kind: str) -> FindingView | None:
        return next((view for view in self.views if view.kind == kind), None)


def examination_of(application: Application) -> Examination:
    """The findings, the closing and the timeline of a dossier: six queries. Needs its round and its current deposit."""
    admissibility = list(Admissibility.objects.filter(application=application).select_related("by"))
    eligibility = list(Eligibility.objects.filter(application=application).select_related("by"))
    follower_changes = application.follower_changes.select_related("follower", "by")
    closing = closing_of(application)
    events = [
        *timeline_of(application, closing),
        *(_finding_event("Recevabilité", finding) for finding in admissibility),
        *(_finding_event("Éligibilité", finding) for finding in eligibility),
        *(Event(change.at, _following(change), str(change.by or "")) for change in follower_changes),
    ]
    return Examination(
        views=(_view(KINDS[0], admissibility, application), _view(KINDS[1], eligibility, application)),
        events=sorted(events, key=lambda event: event.at),
        closing=closing,
    )


def current_finding(application: Application, kind: str) -> FindingView:
    """One of the findings: one query."""
    for known in KINDS:
        if known[0] == kind:
            if known is KINDS[0]:
                return _view(known, list(Admissibility.objects.current().filter(application=application).select_related("by")), application)
            return _view(known, list(Eligibility.objects.current().filter(application=application).select_related("by")), application)
    raise LookupError(kind)


def _view(kind: tuple[str, str, str], findings: "list[Admissibility] | list[Eligibility]", application: Application) -> FindingView:
    current = next((finding for finding in findings if finding.superseded_at is None), None)
    outdated = current is not None and current.deposit_id is not None and current.deposit_id != application.current_deposit_id
    return FindingView(kind[0], kind[1], current, outdated)


def _finding_event(title: str, finding: "Admissibility | Eligibility") -> Event:
    return Event(finding.at, f"{title} : {finding.get_outcome_display().lower()}", str(finding.by or ""), finding.reason)


def _following(change: FollowerChange) -> str:
    return "Plus suivi par personne" if change.released else f"Suivi par {change.follower or 'un compte supprimé'}"
