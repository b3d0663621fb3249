"""What calls hold about one person, for the copy of one's data."""

from typing import Any

from accounts.models import User
from calls.models import Answer, Application, Deposit, Enquiry


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
        "dépôts": [
            {
                "numéro": item.application.number,
                "reçu le": item.arrived_at.isoformat(),
                "nom": item.signatory_name,
                "fonction": item.signatory_function,
            }
            for item in Deposit.objects.filter(deposited_by=user).select_related("application").order_by("pk")
        ],
        "questions posées": [
            {"appel": item.call.title, "question": item.text, "le": item.asked_at.isoformat()}
            for item in Enquiry.objects.filter(asked_by=user).select_related("call").order_by("pk")
        ],
    }
