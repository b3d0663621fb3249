"""Files of dossiers as pages show them, and as answers name them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from accounts.models import User
from calls.definition import SectionDefinition
from calls.enums import AttachmentState
from calls.models import Application, Attachment
from calls.reading import Reading, Typed
from kit import french

NO_ANTIVIRUS = "pas d’antivirus configuré lors de l’envoi"


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file in its question's field."""

    uuid: str
    name: str
    state: str
    said: str
    problem: str
    percent: int
    is_served: bool


def line_of(attachment: Attachment) -> FileLine:
    """What is said of a file to whoever writes in its dossier."""
    percent = attachment.received * 100 // attachment.size if attachment.state == AttachmentState.RECEIVING else 100
    return FileLine(
        uuid=str(attachment.uuid),
        name=attachment.name,
        state=attachment.state,
        said=" – ".join(filter(None, (french.file_size(attachment.size), _standing(attachment, percent)))),
        problem=attachment.problem,
        percent=percent,
        is_served=attachment.is_served,
    )


def _standing(attachment: Attachment, percent: int) -> str:
    match attachment.state:
        case AttachmentState.RECEIVING:
            return f"envoi interrompu à {percent}{french.NBSP}% : choisissez de nouveau ce fichier pour le reprendre, ou retirez-le"
        case AttachmentState.CHECKING:
            return "reçu, recherche de virus en cours"
        case AttachmentState.READY:
            return "enregistrée sans ses métadonnées (lieu, appareil, auteur)" if attachment.is_rewritten else ""
        case _:
            return "refusé"


def files_in(application: Application, section: SectionDefinition) -> dict[str, list[FileLine]]:
    """The files of the questions of a section, by question: no query where it has no such question, else one."""
    keys = [question.key for question in section.questions if question.is_files]
    found: dict[str, list[FileLine]] = {}
    if keys:
        shown = Attachment.objects.filter(application=application, question_key__in=keys, removed_at=None)
        for attachment in shown.exclude(state=AttachmentState.REFUSED):
            found.setdefault(attachment.question_key, []).append(line_of(attachment))
    return found


def file_names(typed: Iterable[Typed]) -> dict[str, str]:
    """The names of the files that some answers name, removed ones too: one query."""
    wanted = {text for texts in typed if isinstance(texts, list) for text in texts}
    return {str(uuid): name for uuid, name in Attachment.objects.filter(uuid__in=wanted).values_list("uuid", "name")}


def attachment_for(user: User, uuid: UUID) -> Attachment | None:
    """One file, with its dossier and round, if `user` sees that dossier."""
    return Attachment.objects.visible_to(user).select_related("application__round").filter(uuid=uuid).first()


def readable_attachment(user: User, uuid: UUID) -> Attachment | None:
    """One file for whoever may read it: members while it stands in their dossier, staff once a deposit names it."""
    own = Attachment.objects.visible_to(user).filter(uuid=uuid).first()
    return own or Attachment.objects.deposited_for(user).filter(uuid=uuid).first()


def answer_from(attachments: Iterable[Attachment]) -> Reading:
    """The answer that these files are: as typed their uuids, as value what a deposit says of each; no value while one is infected."""
    files = list(attachments)
    sound = all(one.state != AttachmentState.INFECTED for one in files)
    return Reading([str(one.uuid) for one in files], [one.as_answer for one in files] if files and sound else None)


def standings(uuids: Iterable[str]) -> Mapping[str, Attachment]:
    """The files that a deposit names, as they stand: one query, none for no file."""
    wanted = list(uuids)
    return {str(one.uuid): one for one in Attachment.objects.filter(uuid__in=wanted)} if wanted else {}
