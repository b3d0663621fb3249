"""When a message changes state."""

from kit.workflow import Table, Transition
from notifications.enums import MessageState
from notifications.permissions import retries, system_only

DUE, SENT, FAILED = MessageState.DUE, MessageState.SENT, MessageState.FAILED

TRANSITIONS: Table = (
    # from `failed` too: a slow worker may have sent what another gave up meanwhile, and what was sent was sent
    Transition("send", "Noter l’envoi", (DUE, FAILED), SENT, system_only),
    Transition("give_up", "Abandonner", (DUE,), FAILED, system_only),
    Transition("retry", "Renvoyer", (FAILED,), DUE, retries),
)
