"""`pennypress backup [FOLDER]`: write the database and the pictures to one file."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pennypress.config import backups, pgtools, readiness


class Command(BaseCommand):
    help = "Write the database and the pictures to one file, with checksums."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", nargs="?", type=Path, help="where to write it (default: backups in PENNYPRESS_VAR)"
        )
        parser.add_argument(
            "--without-pictures",
            action="store_true",
            help="leave the pictures in their bucket, which is kept otherwise",
        )

    def handle(self, *args: Any, folder: Path | None = None, without_pictures: bool = False, **options: Any) -> None:
        if readiness.pending_migrations():
            raise CommandError("The database is not up to date; run: pennypress migrate")
        try:
            place, manifest = backups.make(
                folder or settings.VAR / "backups",
                now=timezone.now(),
                say=self.stdout.write,
                with_pictures=not without_pictures,
            )
        except (backups.CannotLeavePictures, pgtools.NoSuchTool, pgtools.ToolFailed, OSError) as trouble:
            raise CommandError(f"No backup was written: {trouble}") from trouble
        size = place.stat().st_size / 1_000_000
        left = f"pictures left in the bucket {manifest.pictures_in}"
        held = left if manifest.pictures_in else f"{len(manifest.files) - 1} pictures"
        self.stdout.write(f"{place} ({size:.1f} MB, {held})")
        if manifest.laws_broken:
            raise CommandError(f"The backup is written, but these laws are broken: {', '.join(manifest.laws_broken)}.")
