"""`pennypress work`: the worker, which sends letters and minds everything that happens by the clock.

It may end at any time with code 0, as when the database restarts: run it under a supervisor that always restarts it.
"""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pennypress.config import caches, readiness
from pennypress.delivery import listening, relaying


class Command(BaseCommand):
    help = "Do the paper's background work, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at-once", type=int, default=2, help="how many jobs to do at once (default: 2)")

    def handle(self, *args: Any, at_once: int, **options: Any) -> None:
        try:
            readiness.require_keys()
        except readiness.NotReady as trouble:
            raise CommandError(str(trouble)) from trouble
        relaying.begin(listening.reached(), caches.drivers())
        told = ["--concurrency", str(at_once), "--shutdown-graceful-timeout", "10"]
        # What is done is of no more use to anybody, and each gift leaves some.
        told += ["--delete-jobs", "successful"]
        # What is asked for a moment later, letters that go together, nobody tells the worker of: it looks each second.
        call_command("procrastinate", "worker", *told, "--fetch-job-polling-interval", "1")
