"""What calls hold about one person, for the copy of one's data."""

from typing import Any

from accounts.models import User
from calls.models import Answer, AnswerVersion, Application, Attachment, Deposit, Enquiry, Guest


def personal_data(user: User) -> dict[str, list[dict[str, Any]]]:
    """Dossiers started, answers written, deposits made, questions asked."""
    return {
        "dossiers commencés": [
            {
                "numéro": item.number,
                "projet": item.project.name,
                "état": item.get_state_display(),
                "commencé le": item.started_at.isoformat(),
            }
            for item in Application.objects.filter(started_by=user).select_related("project").order_by("pk")
        ],
        "réponses écrites": [
            {"dossier": str(item.application.uuid), "question": item.question_key, "saisie": item.typed, "le": item.at.isoformat()}
            for item in Answer.objects.filter(by=user).select_related("application").order_by("pk")
        ],
        "réponses écrites puis remplacées": [
            {"dossier": str(item.application.uuid), "question": item.question_key, "saisie": item.typed, "le": item.at.isoformat()}
            for item in AnswerVersion.objects.filter(by=user).select_related("application").order_by("pk")
        ],
        "fichiers donnés": [
            {
                "dossier": str(item.application.uuid) if item.application else "",
                "nom": item.name,
                "taille": item.size,
                "empreinte": item.sha256,
                "le": item.begun_at.isoformat(),
            }
            for item in Attachment.objects.filter(uploaded_by=user).select_related("application").order_by("pk")
        ],
        "dépôts": [
            {
                "numéro": item.application.number,
                "reçu le": item.arrived_at.isoformat(),
                "nom": item.signatory_name,
                "fonction": item.signatory_function,
            }
            for item in Deposit.objects.filter(deposited_by=user).select_related("application").order_by("pk")
        ],
        "invitations acceptées": [
            {"dossier": str(item.application.uuid), "accès": item.get_access_display(), "invité le": item.invited_at.isoformat()}
            for item in Guest.objects.filter(user=user).select_related("application").order_by("pk")
        ],
        "questions posées": [
            {"appel": item.call.title, "question": item.text, "le": item.asked_at.isoformat()}
            for item in Enquiry.objects.filter(asked_by=user).select_related("call").order_by("pk")
        ],
    }
