"""Loads the committed official geographic code; safe to run at each start."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from territories.actions import OlderVintage, load_areas
from territories.source import DATA, Source


class Command(BaseCommand):
    help = "Charge les régions, départements, intercommunalités et communes du code officiel géographique."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", type=Path, default=DATA, help="dossier des données (par défaut, celles du dépôt)")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        try:
            report = load_areas(Source(options["data"]))
        except OlderVintage as refusal:
            raise CommandError("La base contient déjà un millésime plus récent du code officiel géographique.") from refusal
        if report.already_there:
            self.stdout.write(f"Territoires : le code officiel géographique {report.vintage} est déjà chargé.")
        else:
            self.stdout.write(
                f"Territoires : code officiel géographique {report.vintage} chargé,"
                f" {report.written} territoires écrits, {report.ended} disparus."
            )
