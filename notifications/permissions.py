"""Who may look into the outbox."""

from accounts.permissions import Person, manages_calls
from notifications.enums import SIGN_IN
from notifications.models import Message


def reads_outbox(user: Person) -> bool:
    """Administrators and call managers see what the platform wrote to everyone."""
    return manages_calls(user)


def retries(user: Person, message: Message) -> bool:
    """May put a failed message back; a code to sign in is dead by then, and erased."""
    return reads_outbox(user) and message.kind != SIGN_IN


def system_only(user: Person, message: Message) -> bool:  # noqa: ARG001 - the signature of every permission
    """What no person does by hand."""
    return False
