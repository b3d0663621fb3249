"""Tasks of `notifications`: deliver one message, and everything that is due."""

from celery import shared_task

from notifications.models import Message


@shared_task
def deliver_message(message_id: int) -> None:
    """Deliver one message if it is still due; nothing if another worker has it."""
    from notifications.actions import deliver_due

    deliver_due(Message.objects.due_or_new().filter(pk=message_id))


@shared_task
def send_digests() -> None:
    """Send each person the digest whose hour has come, whatever the day."""
    from notifications import actions

    actions.send_digests()


@shared_task
def sweep_messages() -> None:
    """Deliver every message that is due, whatever the day."""
    from notifications.actions import deliver_due

    deliver_due(Message.objects.due())
