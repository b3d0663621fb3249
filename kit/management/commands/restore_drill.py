"""`manage.py restore_drill FOLDER`: restore a backup aside, compare it with its manifest, say what was found."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from kit.backups import drill
from kit.postgres_tools import ToolFault


class Command(BaseCommand):
    help = "Restaure une sauvegarde dans une base d’essai, la vérifie, supprime cette base. La base du site n’est pas touchée."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="SAUVEGARDE", type=Path)
        parser.add_argument("--keep", action="store_true", help="garder la base d’essai")
        parser.add_argument("--binaries", metavar="DOSSIER", type=Path, help="où se trouve pg_restore")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            report = drill(options["folder"], keep=options["keep"], binaries=options["binaries"])
        except (ToolFault, OSError, ValueError, DatabaseError) as fault:
            raise CommandError(f"L’exercice n’a pas pu être mené. {fault}") from fault
        for sentence in report.seen:
            self.stdout.write(f"[bon]   {sentence}")
        for sentence in report.faults:
            self.stdout.write(f"[faute] {sentence}")
        if report.faults:
            raise CommandError("Cette sauvegarde ne restaure pas ce qu’elle annonce.")
        self.stdout.write("La sauvegarde se restaure.")
