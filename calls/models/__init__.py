"""Tables of `calls`, split by noun."""

from calls.models.amendment import Amendment, AmendmentChange, AmendmentTransition
from calls.models.announcement import Announcement, AnnouncementTransition
from calls.models.application import Answer, Application, ApplicationQuerySet, ApplicationTransition
from calls.models.attachment import Attachment, AttachmentQuerySet, AttachmentTransition
from calls.models.call import Call, CallDocument, Enquiry
from calls.models.deposit import Deposit, DepositRefusal, Receipt
from calls.models.elimination import EliminatedReceipt, EliminationLine, EliminationList, EliminationTransition
from calls.models.export import Export, ExportTransition
from calls.models.finding import Admissibility, Eligibility, Finding
from calls.models.following import FollowerChange
from calls.models.form import Choice, EligibilityRule, Part, Question, Section
from calls.models.guest import Guest
from calls.models.history import AnswerVersion
from calls.models.partner import PartnerName
from calls.models.round import Declaration, Extension, Round, RoundTransition
from calls.models.seal import SealKey

__all__ = [
    "Admissibility",
    "Amendment",
    "AmendmentChange",
    "AmendmentTransition",
    "Announcement",
    "AnnouncementTransition",
    "Answer",
    "AnswerVersion",
    "Application",
    "ApplicationQuerySet",
    "ApplicationTransition",
    "Attachment",
    "AttachmentQuerySet",
    "AttachmentTransition",
    "Call",
    "CallDocument",
    "Choice",
    "Declaration",
    "Deposit",
    "DepositRefusal",
    "Eligibility",
    "EligibilityRule",
    "EliminatedReceipt",
    "EliminationLine",
    "EliminationList",
    "EliminationTransition",
    "Enquiry",
    "Export",
    "ExportTransition",
    "Extension",
    "Finding",
    "FollowerChange",
    "Guest",
    "Part",
    "PartnerName",
    "Question",
    "Receipt",
    "Round",
    "RoundTransition",
    "SealKey",
    "Section",
]
