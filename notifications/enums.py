"""States of a message."""

from django.db import models


class MessageState(models.TextChoices):
    """What became of a message."""

    DUE = "due", "À envoyer"
    SENT = "sent", "Envoyé"
    FAILED = "failed", "En échec"
