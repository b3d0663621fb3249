"""« Tell us once », for files: those that an empty question was given in the organisation's earlier dossiers."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from accounts.models import User
from calls.definition import QuestionDefinition
from calls.enums import AttachmentState
from calls.models import Application, Attachment
from community.queries import reach_of
from kit import french
from kit.uploads import MEGABYTE, extension_of


@dataclass(frozen=True, slots=True)
class GivenFiles:
    """The files of one dossier that a person may take up for a question, all of which it receives; `origin` says where they come from."""

    dossier: UUID
    origin: str
    files: tuple[Attachment, ...]


def given_before(
    application: Application, questions: Iterable[QuestionDefinition], user: User, *, dossier: UUID | None = None
) -> dict[str, GivenFiles]:
    """What `user`, who acts for the organisation, may take up for these questions, by key: of the dossier deposited last, or of `dossier`.

    Only files that may be served, and that the question receives. One query, and one for mandates if nothing asked for them yet; none where no
    question asks for files.
    """
    asking = {question.key: question for question in questions if question.is_files}
    if not asking:
        return {}
    reach = application.readers.get(user.pk) or reach_of(user)
    others = (
        Application.objects.seen_without_invitation(user, reach).filter(organisation=application.organisation_id).exclude(pk=application.pk)
    )
    if dossier is not None:
        others = others.filter(uuid=dossier)
    given = Attachment.objects.filter(
        application__in=others.order_by().values("pk"), question_key__in=asking, state=AttachmentState.READY, removed_at=None
    )
    deposited_first = F("application__current_deposit__arrived_at").desc(nulls_last=True)
    kept: dict[str, list[Attachment]] = {}
    for one in given.select_related("application__project").order_by(
        deposited_first, "-application__changed_at", "application", "begun_at", "pk"
    ):
        question = asking[one.question_key]
        of_question = kept.setdefault(question.key, [])
        if _receives(question, one, of_question):
            of_question.append(one)
    return {key: _given(files, user) for key, files in kept.items() if files}


def _receives(question: QuestionDefinition, file: Attachment, kept: list[Attachment]) -> bool:
    if len(kept) == question.most_files or (kept and kept[0].application_id != file.application_id):
        return False
    return extension_of(file.name) in question.extensions and file.size <= question.largest_mb * MEGABYTE


def _given(files: list[Attachment], user: User) -> GivenFiles:
    dossier = files[0].application
    assert dossier is not None  # noqa: S101 - they were found through it
    place = f"dossier {dossier.number}" if dossier.number else f"brouillon « {dossier.project} »"
    day = french.day(max(french.day_of(one.received_at or one.begun_at, user.time_zone) for one in files))
    what = french.plural(len(files), "Fichier déjà donné", "Fichiers déjà donnés")
    return GivenFiles(dossier.uuid, f"{what} le {day} ({place})", tuple(files))
