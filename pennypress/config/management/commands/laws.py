"""`pennypress laws`: run every law and say which hold; exits with 1 when one is broken."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pennypress import laws
from pennypress.config import lawbook, readiness


class Command(BaseCommand):
    help = "Check every law of the books, the register and the letters."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="print broken laws only")

    def handle(self, *args: Any, quiet: bool = False, **options: Any) -> None:
        if readiness.pending_migrations():
            raise CommandError("The database is not up to date; run: pennypress migrate")
        findings = laws.run(lawbook.every_law())
        for finding in findings:
            if not finding.holds or not quiet:
                mark = "holds " if finding.holds else "BROKEN"
                self.stdout.write(f"{mark} {finding.law.name}: {finding.law.says}")
            for row in finding.rows:
                self.stdout.write(f"       {row}")
        broken = [finding for finding in findings if not finding.holds]
        self.stdout.write(f"{len(findings) - len(broken)} of {len(findings)} laws hold.")
        if broken:
            sys.exit(1)
