"""Print the accounts of the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.models import DemonstrationLoad


class Command(BaseCommand):
    help = "Affiche les comptes de démonstration."

    def handle(self, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        if not settings.DEMONSTRATION or not DemonstrationLoad.objects.exists():
            return
        self.stdout.write("Comptes de démonstration (mot de passe commun : " + settings.DEMONSTRATION_PASSWORD + ")")
        for account in settings.DEMONSTRATION_ACCOUNTS:
            self.stdout.write(f"  {account['email']:<36} {account['who']}")
