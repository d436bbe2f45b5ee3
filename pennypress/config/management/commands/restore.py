"""`pennypress restore FILE`: bring back a backup into an empty place, or with --replace over what is there."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pennypress.config import backups, pgtools, restoring


class Command(BaseCommand):
    help = "Bring back a backup: checks it whole, restores it, runs the laws."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the backup")
        parser.add_argument("--replace", action="store_true", help="put it in the place of the paper that is here")

    def handle(self, *args: Any, file: Path, replace: bool = False, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        troubles = (backups.DamagedBackup, restoring.CannotRestore, pgtools.NoSuchTool, pgtools.ToolFailed)
        try:
            manifest = restoring.restore(file, replace=replace, say=self.stdout.write)
        except troubles as trouble:
            raise CommandError(f"{trouble}\nNothing was changed.") from trouble
        self.stdout.write(f"Restored the backup of {manifest.made_at}; the laws hold.")
