"""The delay that repairs an interrupted deposit."""

from datetime import timedelta

from django.db import transaction

from accounts.models import User
from calls.actions.round import RefusedExtension, extend_for_one
from calls.models import DepositRefusal, Extension
from calls.queries.interruption import interrupted_deposits
from kit import clock, french

DELAY = timedelta(hours=24)
"""What an interrupted applicant is given to press « Déposer » again."""


@transaction.atomic
def extend_after_interruption(refusal: DepositRefusal, *, by: User) -> Extension:
    """Give the dossier of an interrupted deposit a day more, with what is known of the interruption as its evidence; its starter is told.

    Refuses when it was given already, and who does not manage calls.
    """
    found = interrupted_deposits(refusal.application.round).filter(pk=refusal.pk).first()
    if found is None or found.tried_since is None:
        raise RefusedExtension("Ce dépôt n’attend plus de délai : quelqu’un vient peut-être de l’accorder.")
    incident = (
        f"Dépôt interrompu. Selon le navigateur, premier essai le {french.instant(found.tried_since, seconds=True)}, sans réponse de la "
        f"plateforme ; la demande n’a abouti que le {french.instant(found.arrived_at, seconds=True)}."
    )
    return extend_for_one(
        found.application,
        by=by,
        closes_at=clock.now() + DELAY,
        reason="La plateforme n’a pas répondu au moment du dépôt, avant la clôture.",
        incident=incident,
    )
