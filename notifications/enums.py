"""States of a message, and the kinds that this app itself must know."""

from django.db import models


class MessageState(models.TextChoices):
    """What became of a message."""

    DUE = "due", "À envoyer"
    SENT = "sent", "Envoyé"
    FAILED = "failed", "En échec"

    @property
    def label_for_recipient(self) -> str:
        """What its recipient reads in the inbox."""
        return {
            MessageState.DUE: "Pas encore parti par courriel",
            MessageState.SENT: "Envoyé aussi par courriel",
            MessageState.FAILED: "N’a pas pu être remis par courriel",
        }[self]


SIGN_IN = "sign_in"
"""The kind of a message that carries a code or a link to sign in: never in the inbox; as every message that carries a secret, it is shown to no staff and erased once sent."""
