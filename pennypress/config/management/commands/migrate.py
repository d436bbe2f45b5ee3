"""`pennypress migrate`: Django's own, run as the owner of the database, then the grants of the application's role
and the groups of the staff.

It never stands before a busy table for long: whoever came after it would wait behind it. It gives up, lets the others
through, and tries again where it left off.
"""

import contextlib
import gc
import time
from typing import Any

import dj_database_url
from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from psycopg import errors, sql

from pennypress.config import roles
from pennypress.desk import staff

_HALF_MADE = """
SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE NOT indisvalid AND relnamespace = 'public'::regnamespace
"""


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-timeout", type=float, default=3.0, help="wait so many seconds for a table at most (default: 3)"
        )
        parser.add_argument(
            "--tries", type=int, default=20, help="so often, a few seconds apart, before giving up (default: 20)"
        )

    def handle(self, *args: Any, lock_timeout: float = 3.0, tries: int = 20, **options: Any) -> None:
        # Rendering models makes much garbage: what stands already is left out of each search for it, a quarter of the time.
        gc.freeze()
        self._patiently(lock_timeout, tries, *args, **options)
        roles.grant(str(dj_database_url.parse(settings.DATABASE_APP_URL)["USER"]))
        if not options.get("app_label"):  # Groups need every package's tables and permissions.
            staff.set_up_groups()

    def _patiently(self, lock_timeout: float, tries: int, *args: Any, **options: Any) -> None:
        """Migrates; where a lock is not to be had, again from there. What was done stays done. Raises: CommandError."""
        connection = connections[options["database"]]
        for attempt in range(1, tries + 1):
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{int(lock_timeout * 1000)}ms"])
            try:
                super().handle(*args, **options)
            except OperationalError as trouble:
                if not isinstance(trouble.__cause__, (errors.LockNotAvailable, errors.DeadlockDetected)):
                    raise
                self.stdout.write(f"\n  A table is in use, try {attempt} of {tries}: {trouble}".rstrip())
                self._take_away_half_made(connection)
            else:
                return
            finally:
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = 0")
            time.sleep(min(attempt, 5))
        raise CommandError(
            f"A table was in use at each of {tries} tries. What was migrated stays so; run it again when it is quieter."
        )

    def _take_away_half_made(self, connection: Any) -> None:
        """An index that was being made beside its table is left behind invalid, and would stand in its own way."""
        with contextlib.suppress(OperationalError), connection.cursor() as cursor:  # In use as well: at the next try.
            cursor.execute(_HALF_MADE)
            for (name,) in cursor.fetchall():
                cursor.execute(sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(sql.SQL(name)))
