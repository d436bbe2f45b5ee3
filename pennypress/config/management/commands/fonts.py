"""`pennypress fonts`: cut the paper's typefaces to woff2 in static/fonts/."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pennypress.config import fonts


class Command(BaseCommand):
    help = "Make the web's typefaces in static/fonts/ from the installed font packages."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for file, made in fonts.build(settings.ROOT / "static" / "fonts"):
                if made or options["verbosity"] > 1:
                    self.stdout.write(f"{file.name} {file.stat().st_size / 1024:.1f} KB")
        except fonts.CannotBuildFonts as trouble:
            raise CommandError(str(trouble)) from trouble
