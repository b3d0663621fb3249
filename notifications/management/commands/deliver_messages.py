"""Deliver what is due without Celery: for a day when the broker or the workers are down, or from cron."""

from typing import Any

from django.core.management.base import BaseCommand

from notifications.actions import deliver_due
from notifications.models import Message


class Command(BaseCommand):
    help = "Envoie les messages dus, sans passer par Celery."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - the signature is the command’s
        tried = deliver_due(Message.objects.due())
        self.stdout.write(f"Messages traités : {tried} ; encore dus : {Message.objects.due().count()}.")
