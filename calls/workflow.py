"""When: the transitions of rounds, dossiers, files, announcements, exports and eliminations."""

from calls.enums import AmendmentState, AnnouncementState, ApplicationState, AttachmentState, EliminationState, ExportState, RoundState
from calls.permissions import (
    acts_for_organisation,
    carries_out_elimination,
    deposits_application,
    manages_amendment,
    manages_round,
    prepares_elimination,
    retries_announcement,
    runs_elimination,
    system_only,
    takes_export,
)
from kit.workflow import Transition

ROUND_TRANSITIONS = (
    Transition("publish", "Publier", (RoundState.DRAFT,), RoundState.PUBLISHED, manages_round),
    Transition("cancel", "Annuler la session", (RoundState.PUBLISHED,), RoundState.CANCELLED, manages_round),
)

AMENDMENT_TRANSITIONS = (Transition("publish", "Publier l’avenant", (AmendmentState.DRAFT,), AmendmentState.PUBLISHED, manages_amendment),)

APPLICATION_TRANSITIONS = (
    Transition("deposit", "Déposer", (ApplicationState.DRAFT,), ApplicationState.DEPOSITED, deposits_application),
    Transition(
        "deposit_again", "Déposer les modifications", (ApplicationState.DEPOSITED,), ApplicationState.DEPOSITED, deposits_application
    ),
    Transition("withdraw", "Retirer le dossier", (ApplicationState.DEPOSITED,), ApplicationState.WITHDRAWN, deposits_application),
    Transition("resume", "Reprendre le dossier", (ApplicationState.WITHDRAWN,), ApplicationState.DRAFT, acts_for_organisation),
)

ANNOUNCEMENT_TRANSITIONS = (
    Transition("finish", "Terminer", (AnnouncementState.DUE,), AnnouncementState.DONE, system_only),
    Transition("give_up", "Abandonner", (AnnouncementState.DUE,), AnnouncementState.FAILED, system_only),
    Transition("retry", "Réessayer", (AnnouncementState.FAILED,), AnnouncementState.DUE, retries_announcement),
)

ATTACHMENT_TRANSITIONS = (
    Transition("accept", "Accepter le fichier", (AttachmentState.RECEIVING,), AttachmentState.CHECKING, system_only),
    Transition("refuse", "Refuser le fichier", (AttachmentState.RECEIVING,), AttachmentState.REFUSED, system_only),
    Transition("clear", "Déclarer sain", (AttachmentState.CHECKING,), AttachmentState.READY, system_only),
    Transition("condemn", "Déclarer infecté", (AttachmentState.CHECKING,), AttachmentState.INFECTED, system_only),
)

EXPORT_TRANSITIONS = (
    Transition("run", "Écrire le fichier", (ExportState.ASKED, ExportState.RUNNING), ExportState.RUNNING, takes_export),
    Transition("finish", "Terminer", (ExportState.RUNNING,), ExportState.DONE, takes_export),
    Transition("give_up", "Abandonner", (ExportState.ASKED, ExportState.RUNNING), ExportState.FAILED, takes_export),
    Transition("take", "Télécharger", (ExportState.DONE,), ExportState.DONE, takes_export),
    Transition("expire", "Effacer le fichier", (ExportState.DONE,), ExportState.EXPIRED, takes_export),
)

ELIMINATION_TRANSITIONS = (
    Transition("submit", "Soumettre au visa", (EliminationState.PREPARED,), EliminationState.SUBMITTED, prepares_elimination),
    Transition("approve", "Enregistrer le visa", (EliminationState.SUBMITTED,), EliminationState.APPROVED, prepares_elimination),
    Transition("carry_out", "Éliminer les dossiers", (EliminationState.APPROVED,), EliminationState.CARRYING_OUT, carries_out_elimination),
    Transition("finish", "Terminer", (EliminationState.CARRYING_OUT,), EliminationState.CARRIED_OUT, runs_elimination),
    Transition(
        "abandon",
        "Abandonner",
        (EliminationState.PREPARED, EliminationState.SUBMITTED, EliminationState.APPROVED),
        EliminationState.ABANDONED,
        prepares_elimination,
    ),
)
