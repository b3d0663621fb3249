"""Tasks of `notifications`."""

from celery import shared_task


@shared_task
def sweep_messages() -> None:
    """Deliver every message that is due, whatever the day."""
