"""`pennypress serve`: open the paper's server. Under a supervisor that restarts it, beside `pennypress work`."""

import gc
import importlib
import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.urls import reverse
from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

from pennypress.config import connecting, handing_over, minding, readiness, wording

# Whoever has not said by then what they want, or says nothing more, makes room for others.
HEADER_SECONDS = 10
# So many may wait at the door until they are let in.
BACKLOG = 2048


class Command(BaseCommand):
    # What must be so before it opens, `readiness` asks.
    requires_system_checks = []
    help = "Serve the paper on PENNYPRESS_BIND and PORT, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        cores = os.cpu_count() or 1
        parser.add_argument(
            "--workers", type=int, default=min(cores, 4), help="processes (default: one a core, 4 at most)"
        )

    def handle(self, *args: Any, workers: int, **options: Any) -> None:
        try:
            readiness.require_keys()
            if not handing_over.is_beside():
                readiness.require_free_port()
            readiness.collect_static(self.stdout.write)
            with minding.held(meanwhile=_load):
                self._serve(workers)
        except readiness.NotReady as trouble:
            raise CommandError(str(trouble)) from trouble

    def _serve(self, workers: int) -> None:
        connections.close_all()
        budget = connecting.Budget(workers, settings.RENDER_THREADS, settings.WRITE_THREADS)
        self.stdout.write(f"This server opens {budget}.")
        Granian(
            "pennypress.config.rsgi:application",
            address=settings.BIND,
            port=settings.PORT,
            interface=Interfaces.RSGI,
            loop=Loops.uvloop,
            workers=workers,
            respawn_failed_workers=True,
            websockets=False,
            backlog=BACKLOG,
            backpressure=readiness.connections_at_once(),
            # Told which of the two it is, it does not wait for ever for a first word.
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
            log_level=LogLevels.warning,
        ).serve()


def _load() -> None:
    """Loads everything before the workers are forked: they start at once, and have in common what none of them changes.

    What loading left over stays with it: to look for it would take a tenth of the start, and spare no memory.
    """
    gc.disable()
    importlib.import_module("pennypress.config.rsgi")
    reverse("search")  # Every address is known from here on.
    wording.remember()
    gc.freeze()
    gc.enable()
