"""`pennypress demo`: one command to the demo paper: database, stories, money, server and worker, until Ctrl-C."""

import signal
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections
from django.utils import timezone

from pennypress.config import lawbook, readiness, supervising
from pennypress.demo import build, staff
from pennypress.people import demonstration
from pennypress.people.models import Person, User


class Command(BaseCommand):
    help = "Build the demo paper if it is not built yet, and serve it."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--build-only", action="store_true", help="build, and serve nothing")

    def handle(self, *args: Any, build_only: bool = False, **options: Any) -> None:
        began = time.monotonic()
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            if not build_only:
                readiness.require_free_port()
            self._prepare()
            if not build_only:
                connections.close_all()
                self._serve(began)
        except KeyboardInterrupt:
            self.stdout.write("\nStopped.")
        except (readiness.NotReady, supervising.ServerEnded, build.CannotBuild, demonstration.CannotMark) as trouble:
            raise CommandError(str(trouble)) from trouble

    def _prepare(self) -> None:
        _refuse_a_real_paper()
        if count := readiness.pending_migrations():
            self._migrate(count)
        readiness.collect_static(self.stdout.write)
        if not build.is_built():
            build.build(now=timezone.now(), lawbook=lawbook.every_law(), say=self.stdout.write)

    def _migrate(self, count: int) -> None:
        """As the owner, in a process of its own, counting what it does."""
        self.stdout.write(f"Migrating the database, {count} steps…")
        command = [sys.executable, "-m", "pennypress", "migrate", "--no-color"]
        done = 0
        with subprocess.Popen(command, cwd=settings.ROOT, stdout=subprocess.PIPE, text=True) as migrate:
            for line in migrate.stdout or ():
                done += line.lstrip().startswith("Applying")
                if line.lstrip().startswith("Applying") and done % 50 == 0:
                    self.stdout.write(f"  {done} of {count}")
                    self.stdout.flush()
        if migrate.returncode:
            raise readiness.NotReady("The database could not be migrated; the lines above say why.")

    def _serve(self, began: float) -> None:
        with supervising.Children() as children:
            children.start("serve", "--workers", "1")
            children.start("work")
            children.await_server()
            self._welcome(time.monotonic() - began)
            children.watch()

    def _welcome(self, seconds: float) -> None:
        lines = ["", f"The demo paper is open (after {seconds:.0f} s):  {settings.SITE_URL}", ""]
        lines += [f"  {email:<24} {staff.PASSWORD}   {name}" for email, name, _role in staff.STAFF]
        lines += ["", f"The desk is at {settings.SITE_URL}/desk/, letters at {settings.SITE_URL}/demo/letters/."]
        lines += ["Ctrl-C stops everything.", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def _refuse_a_real_paper() -> None:
    """The demo touches nobody's books: not even a migration is run where somebody real may be."""
    tables = set(connection.introspection.table_names())
    if not {"people_user", "people_person"} <= tables or ("people_demomark" in tables and demonstration.is_marked()):
        return
    if User.objects.exists() or Person.objects.exists():
        raise readiness.NotReady("This database holds a real paper. The demo wants one of its own: PENNYPRESS_VAR")
