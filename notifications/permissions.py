"""Who may look into the outbox."""

from accounts.permissions import Person, manages_calls
from notifications.models import Message


def reads_outbox(user: Person) -> bool:
    """Administrators and call managers see what the platform wrote to everyone."""
    return manages_calls(user)


def retries(user: Person, message: Message) -> bool:
    """May put a failed message back; a secret is erased by then."""
    return reads_outbox(user) and not message.carries_secret


def system_only(user: Person, message: Message) -> bool:  # noqa: ARG001 - the signature of every permission
    """What no person does by hand."""
    return False
