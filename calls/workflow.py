"""When: the transitions of rounds and of dossiers."""

from calls.enums import ApplicationState, ExportState, RoundState
from calls.permissions import deposits_application, edits_application, manages_round, takes_export
from kit.workflow import Transition

ROUND_TRANSITIONS = (
    Transition("publish", "Publier", (RoundState.DRAFT,), RoundState.PUBLISHED, manages_round),
    Transition("cancel", "Annuler la session", (RoundState.PUBLISHED,), RoundState.CANCELLED, manages_round),
)

APPLICATION_TRANSITIONS = (
    Transition("deposit", "Déposer", (ApplicationState.DRAFT,), ApplicationState.DEPOSITED, deposits_application),
    Transition(
        "deposit_again", "Déposer les modifications", (ApplicationState.DEPOSITED,), ApplicationState.DEPOSITED, deposits_application
    ),
    Transition("withdraw", "Retirer le dossier", (ApplicationState.DEPOSITED,), ApplicationState.WITHDRAWN, deposits_application),
    Transition("resume", "Reprendre le dossier", (ApplicationState.WITHDRAWN,), ApplicationState.DRAFT, edits_application),
)

EXPORT_TRANSITIONS = (
    Transition("run", "Écrire le fichier", (ExportState.ASKED, ExportState.RUNNING), ExportState.RUNNING, takes_export),
    Transition("finish", "Terminer", (ExportState.RUNNING,), ExportState.DONE, takes_export),
    Transition("give_up", "Abandonner", (ExportState.ASKED, ExportState.RUNNING), ExportState.FAILED, takes_export),
    Transition("take", "Télécharger", (ExportState.DONE,), ExportState.DONE, takes_export),
    Transition("expire", "Effacer le fichier", (ExportState.DONE,), ExportState.EXPIRED, takes_export),
)
