"""States of a message, what messages are about, how soon one wants them, and the kinds that this app itself must know."""

from django.db import models


class MessageState(models.TextChoices):
    """What became of a message."""

    DUE = "due", "À envoyer"
    SENT = "sent", "Envoyé"
    FAILED = "failed", "En échec"
    WAITING = "waiting", "Attend le résumé quotidien"
    SUMMED = "summed", "Dit dans un résumé quotidien"
    REFUSED = "refused", "Non envoyé : le destinataire n’en veut pas"

    @property
    def label_for_recipient(self) -> str:
        """What its recipient reads in the inbox."""
        return {
            MessageState.DUE: "Pas encore parti par courriel",
            MessageState.SENT: "Envoyé aussi par courriel",
            MessageState.FAILED: "N’a pas pu être remis par courriel",
            MessageState.WAITING: "Sera dans votre prochain résumé par courriel",
            MessageState.SUMMED: "Dit dans un résumé par courriel",
            MessageState.REFUSED: "Pas envoyé par courriel, comme vous l’avez demandé",
        }[self]


class Topic(models.TextChoices):
    """What a message is about: what one may refuse, and what the law or the procedure owes."""

    NECESSARY = "necessary", "Vos démarches et votre compte"
    REMINDERS = "reminders", "Rappels avant une clôture"
    ANSWERS = "answers", "Réponses à vos questions"
    COLLEAGUES = "colleagues", "Vie de vos organisations"
    EXPORTS = "exports", "Exports que vous avez demandés"

    @property
    def is_refusable(self) -> bool:
        return self is not Topic.NECESSARY

    @property
    def explanation(self) -> str:
        """What the page of preferences says under the topic's name."""
        return {
            Topic.NECESSARY: (
                "Codes de connexion, accusés de réception, décisions, prolongations, incidents, effacement d’un brouillon : "
                "ces messages partent toujours aussitôt."
            ),
            Topic.REMINDERS: "Ce qui n’est pas encore déposé, sept jours, deux jours et trois heures avant la clôture.",
            Topic.ANSWERS: "Le service a publié sa réponse à une question que vous avez posée.",
            Topic.COLLEAGUES: "Une personne dit agir pour votre organisation, ou accepte votre invitation.",
            Topic.EXPORTS: "Le fichier est prêt, ou n’a pas pu être écrit.",
        }[self]


class Pace(models.TextChoices):
    """How soon one wants the messages of a topic by mail; the inbox has them all at once."""

    AT_ONCE = "at_once", "Aussitôt"
    DAILY = "daily", "Dans un résumé, une fois par jour"
    NEVER = "never", "Jamais par courriel"


SIGN_IN = "sign_in"
"""The kind of a message that carries a code or a link to sign in: never in the inbox; as every message that carries a secret, it is shown to no staff and erased once sent."""

DIGEST = "digest"
"""The kind of a daily digest: it repeats what the inbox already lists, so it is not in it."""
