"""Empty the demonstration and load it again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.demo.load import ForeignData, empty_demonstration, load_demonstration


class Command(BaseCommand):
    help = "Efface la démonstration et la recharge ; refuse toute autre base."

    def handle(self, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        try:
            empty_demonstration()
            load_demonstration()
        except ForeignData as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write("Démonstration rechargée.")
