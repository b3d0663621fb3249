"""Periodic work of `calls`."""

from celery import shared_task


@shared_task
def send_closing_reminders() -> None:
    """Owe the reminders of rounds that close soon."""
    from calls.actions.reminder import owe_reminders

    owe_reminders()
