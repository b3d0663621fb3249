"""What the applicant's pages are handed: where the dossier stands, what may be done with it, how to move through it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse

from accounts.models import User
from calls.definition import SectionDefinition
from calls.enums import ApplicationState, CheckOutcome, RoundState
from calls.grid import Rows
from calls.models import Application, EliminatedReceipt, Receipt
from calls.permissions import acts_for_organisation, deletes_draft, edits_application, invites_guests, writes_as_member
from calls.queries.application import SectionProgress, Sheet
from calls.queries.receipt import KnownKey, Verdict
from calls.workflow import APPLICATION_TRANSITIONS
from kit import french
from kit.workflow import available

STANDINGS = {
    "in_force": "en vigueur",
    "changed": "en vigueur",
    "replaced": "remplacé par un dépôt plus récent",
    "withdrawn": "dossier retiré depuis",
}
"""What a list of receipts says of each; its own page says more."""

TOGETHER, ALONE = 5, 20


@dataclass(frozen=True, slots=True)
class SectionLink:
    """A section in the dossier's own menu."""

    url: str
    title: str
    progress: SectionProgress
    is_current: bool


@dataclass(frozen=True)
class SectionLinks:
    """The sections in order, and those before and after the current one."""

    links: Sequence[SectionLink]

    @cached_property
    def position(self) -> int:
        """The place of the current section, from 1."""
        return next(index for index, link in enumerate(self.links, start=1) if link.is_current)

    @property
    def following(self) -> SectionLink | None:
        return self.links[self.position] if self.position < len(self.links) else None

    @property
    def previous(self) -> SectionLink | None:
        return self.links[self.position - 2] if self.position > 1 else None


@dataclass(frozen=True, slots=True)
class AnswerRead:
    """A question with its answer in words; as a table or as a link, where it is one."""

    label: str
    said: str
    rows: Rows | None
    link: str


@dataclass(frozen=True, slots=True)
class SectionRead:
    """A section to read again before the deposit: each question with its answer, and where to correct it."""

    title: str
    url: str
    answers: tuple[AnswerRead, ...]


def may_change(application: Application) -> bool:
    """Whether the answers may be changed now, by who may."""
    return application.state != ApplicationState.WITHDRAWN and application.accepts_deposits


def can_edit(application: Application, user: User) -> bool:
    """Whether `user` may change the answers now."""
    return edits_application(user, application) and may_change(application)


@dataclass(frozen=True)
class ApplicationPage:
    """A dossier for one reader."""

    application: Application
    sheet: Sheet
    writes: bool
    deletes: bool
    is_own: bool
    """Whether the reader is of the organisation itself, and not a mere reader there."""
    acts: bool
    """Whether the reader acts for the organisation, as a member or through a mandate; a guest does not."""
    invites: bool
    moves: frozenset[str]

    @property
    def sections(self) -> tuple[SectionProgress, ...]:
        return self.sheet.progress

    @cached_property
    def complete_sections(self) -> int:
        return sum(section.is_complete for section in self.sections)

    @property
    def is_complete(self) -> bool:
        return self.complete_sections == len(self.sections)

    @property
    def closes_at(self) -> datetime | None:
        return self.application.closes_at

    @property
    def is_cancelled(self) -> bool:
        return self.application.round.state == RoundState.CANCELLED

    @property
    def can_edit(self) -> bool:
        """Whether this reader may change answers now."""
        return self.writes and may_change(self.application)

    @cached_property
    def rows(self) -> tuple[tuple[SectionProgress, str], ...]:
        """Each section, and the keys of its questions: by them a browser finds the text that it kept."""
        keys = [" ".join(question.key for question in section.questions) for section in self.sheet.shown]
        return tuple(zip(self.sections, keys, strict=True))

    @property
    def to_fill(self) -> SectionProgress | None:
        """The section where this reader begins, or goes on filling; none when nothing is missing, or what was deposited stands as it is."""
        if not self.can_edit or self.can_change_deposit:
            return None
        return next((section for section in self.sections if not (self.is_begun and section.is_complete)), None)

    @property
    def is_begun(self) -> bool:
        """Whether some answer was given."""
        return any(section.started for section in self.sections)

    @property
    def can_change_deposit(self) -> bool:
        """Whether what was deposited stands as it is, and this reader may still change it."""
        deposited = self.application.state == ApplicationState.DEPOSITED and not self.application.changed_since_deposit
        return deposited and self.can_edit and bool(self.sections)

    @property
    def can_deposit(self) -> bool:
        """Whether there is something to deposit, and this reader may do it, and it is still time."""
        changed = self.application.state == ApplicationState.DRAFT or self.application.changed_since_deposit
        return changed and self.application.accepts_deposits and self.deposits

    @property
    def who_deposits(self) -> str:
        """The sentence for whoever sees a dossier that another person deposits."""
        house = self.application.organisation
        if self.acts:
            return f"Votre mandat permet de préparer ce dossier ; son dépôt revient à « {house} », qui vous l’a confié."
        return f"Vous pouvez {'modifier' if self.writes else 'lire'} ce dossier ; son dépôt revient aux personnes qui écrivent pour « {house} »."

    @property
    def deposits(self) -> bool:
        """Whether this reader may deposit the dossier, one day or another."""
        return not self.moves.isdisjoint({"deposit", "deposit_again"})

    @cached_property
    def read_again(self) -> tuple[SectionRead, ...]:
        """Everything that would be deposited, in words."""
        return tuple(
            SectionRead(
                section.title,
                reverse("calls:application_section", args=[self.application.uuid, section.key]),
                tuple(
                    AnswerRead(question.label, self.sheet.said(question), self.sheet.rows(question), self.sheet.link(question))
                    for question in section.questions
                ),
            )
            for section in self.sheet.shown
        )

    def saved(self, section: SectionDefinition, reader: User) -> str:
        """When an answer of the section was last saved, in words for `reader`; nothing before the first."""
        saved = [self.sheet.answers[question.key].at for question in section.questions if question.key in self.sheet.answers]
        return french.lately(max(saved), reader.time_zone) if saved else ""

    @property
    def pace(self) -> int:
        """After how many seconds an open page asks again what others changed: seldom while nobody else may write."""
        together = self.application.is_shared or self.application.mandate_id or self.application.guests
        return TOGETHER if together else ALONE

    @property
    def project_places(self) -> list[str]:
        """The names of the project's places: one query."""
        return [place.label for place in self.application.project.places.select_related("departement", "region")]

    @property
    def can_withdraw(self) -> bool:
        return "withdraw" in self.moves

    @property
    def can_resume(self) -> bool:
        return "resume" in self.moves and self.application.accepts_deposits

    @property
    def can_delete(self) -> bool:
        return self.deletes and self.application.state == ApplicationState.DRAFT and self.application.current_deposit_id is None


def application_page(application: Application, sheet: Sheet, user: User) -> ApplicationPage:
    """The page of `application` for `user`, who sees it."""
    moves = frozenset(move.name for move in available(application, user, APPLICATION_TRANSITIONS))
    return ApplicationPage(
        application,
        sheet,
        writes=edits_application(user, application),
        deletes=deletes_draft(user, application),
        is_own=writes_as_member(user, application),
        acts=acts_for_organisation(user, application),
        invites=invites_guests(user, application),
        moves=moves,
    )


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A receipt among those of its dossier, and what became of its deposit."""

    receipt: Receipt
    standing: str


def receipt_lines(application: Application, receipts: Sequence[Receipt]) -> list[ReceiptLine]:
    """The receipts of `application`, in their order, each told apart from those that count no more."""
    return [ReceiptLine(receipt, STANDINGS[receipt_standing(receipt, application)]) for receipt in receipts]


def receipt_standing(receipt: Receipt, application: Application) -> str:
    """What became of the deposit that a receipt of `application` acknowledges: withdrawn, replaced by a newer one, changed since, or in force."""
    if application.current_deposit_id != receipt.deposit_id:
        return "replaced"
    if application.state != ApplicationState.DEPOSITED:
        return "withdrawn"
    return "changed" if application.changed_since_deposit else "in_force"


PUBLIC_STANDINGS = {
    "in_force": "En vigueur : c’est le dépôt que le service lit.",
    "replaced": "Remplacé : un dépôt plus récent du même dossier a pris sa place.",
    "withdrawn": "Retiré : le dossier n’est plus candidat.",
}


@dataclass(frozen=True, slots=True)
class VerdictPage:
    """What the page of verification shows of a verdict."""

    outcome: CheckOutcome
    receipt: Receipt | None
    key: KnownKey | None
    standing: str
    content: dict[str, Any]
    eliminated: EliminatedReceipt | None = None


def verdict_page(verdict: Verdict) -> VerdictPage:
    """What anyone who holds the receipt may read: what it says, and whether its deposit still stands; never that a draft goes on."""
    receipt = verdict.receipt if verdict.outcome != CheckOutcome.BROKEN else None
    if receipt is None:
        return VerdictPage(verdict.outcome, None, None, "", {}, verdict.eliminated)
    standing = receipt_standing(receipt, receipt.deposit.application)
    said = PUBLIC_STANDINGS["in_force" if standing == "changed" else standing]
    return VerdictPage(verdict.outcome, receipt, verdict.key, said, receipt.content)


def hidden_section(section: SectionDefinition) -> str:
    """The sentence for whoever opens a section that does not concern the dossier."""
    why = f" : elle est à remplir seulement si {section.shown_if.words}" if section.shown_if else ""
    return f"La section « {section.title} » ne concerne pas ce dossier, d’après ses réponses actuelles{why}."


def section_links(application: Application, sheet: Sheet, key: str) -> SectionLinks:
    """The menu of sections, standing at `key`."""
    return SectionLinks(
        [
            SectionLink(
                reverse("calls:application_section", args=[application.uuid, progress.key]), progress.title, progress, progress.key == key
            )
            for progress in sheet.progress
        ]
    )
