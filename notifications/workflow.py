"""When a message changes state."""

from kit.workflow import Table, Transition
from notifications.enums import MessageState
from notifications.permissions import retries, system_only

DUE, SENT, FAILED = MessageState.DUE, MessageState.SENT, MessageState.FAILED
WAITING, SUMMED, REFUSED = MessageState.WAITING, MessageState.SUMMED, MessageState.REFUSED

TRANSITIONS: Table = (
    # from `failed` too: a slow worker may have sent what another gave up meanwhile, and what was sent was sent
    Transition("send", "Noter l’envoi", (DUE, FAILED), SENT, system_only),
    Transition("give_up", "Abandonner", (DUE,), FAILED, system_only),
    Transition("retry", "Renvoyer", (FAILED,), DUE, retries),
    Transition("sum_up", "Dire dans un résumé", (WAITING,), SUMMED, system_only),
    Transition("release", "Envoyer sans attendre le résumé", (WAITING,), DUE, system_only),
    Transition("refuse", "Ne pas envoyer", (WAITING,), REFUSED, system_only),
)
