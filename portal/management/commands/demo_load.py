"""Load the demonstration data, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.demo.load import ForeignData, load_demonstration


class Command(BaseCommand):
    help = "Charge la démonstration dans une base vide."

    def handle(self, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        try:
            loaded = load_demonstration()
        except ForeignData as fault:
            raise CommandError(str(fault)) from fault
        if loaded:
            self.stdout.write("Démonstration chargée.")
