"""`manage.py backup FOLDER`: the database and the files, with a manifest, in a new folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kit.backups import make_backup
from kit.postgres_tools import ToolFault


class Command(BaseCommand):
    help = "Sauvegarde la base et les fichiers, avec leurs empreintes, dans un nouveau sous-dossier de DOSSIER."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DOSSIER", type=Path)
        parser.add_argument("--without-files", action="store_true", help="la base seule (fichiers dans un bucket sauvegardé par ailleurs)")
        parser.add_argument("--binaries", metavar="DOSSIER", type=Path, help="où se trouve pg_dump")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            made = make_backup(options["folder"], with_files=not options["without_files"], binaries=options["binaries"])
        except (ToolFault, OSError) as fault:
            raise CommandError(f"La sauvegarde n’est pas faite. {fault}") from fault
        self.stdout.write(f"Sauvegarde faite : {made}")
