"""The people invited to one dossier, and what stands behind a link."""

import hashlib

from calls.models import Application, Guest


def digest_of(token: str) -> str:
    """What is kept of a link: enough to recognise it, not to rebuild it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def guest_by_token(token: str) -> Guest | None:
    """The invitation behind a link, if the link was ever sent."""
    wanted = Guest.objects.select_related("application__round__call", "application__project", "application__organisation", "invited_by")
    return wanted.filter(token_digest=digest_of(token)).first()


def guest_problem(guest: Guest | None) -> str:
    """Why a link is of no use, in a sentence; empty when it is."""
    if guest is None:
        return "Ce lien d’invitation n’existe pas. Vérifiez que l’adresse est complète : certains logiciels de courriel la coupent."
    if guest.revoked_at:
        return "Cette invitation a été annulée ou remplacée. Demandez-en une nouvelle à la personne qui l’a envoyée."
    if guest.accepted_at:
        return "Cette invitation a déjà été acceptée. Si c’est vous, connectez-vous : le dossier est dans « Mes dossiers »."
    if guest.has_expired:
        return "Cette invitation a expiré. Demandez-en une nouvelle à la personne qui l’a envoyée."
    return ""


def guests_of(application: Application) -> list[Guest]:
    """Who has a place in the dossier or still may take it, the last invited first: one query."""
    return list(application.guest_places.standing().select_related("user", "invited_by").order_by("-invited_at", "-pk"))
