"""Connections to the database: their settings, and how many of them a server or a worker opens at most.

Each thread keeps one connection, so the threads of the lanes are the pool: reading cannot take what giving needs, and
nothing waits for a connection. The sum is known before anything starts.
"""

from dataclasses import dataclass
from typing import Any

import dj_database_url

from pennypress.config import database as database_engine

# The worker's own pool for its queue, one connection of it for listening, and one for each job at once.
WORKER_QUEUE = 4


def database(url: str, *, is_pooled: bool) -> dict[str, Any]:
    """This function will give Django's settings of the database at `url`.

    Behind a pooler that lends a connection for one transaction, no cursor stays on the server and no statement is prepared.
    """
    found: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=None, conn_health_checks=True))
    found["ENGINE"] = database_engine.__name__
    # What the address says goes before our own.
    found["OPTIONS"] = {**database_engine.OPTIONS, **found.get("OPTIONS", {})}
    if is_pooled:
        found["DISABLE_SERVER_SIDE_CURSORS"] = True
        found["OPTIONS"]["prepare_threshold"] = None
    return found


@dataclass(frozen=True)
class Budget:
    """The most connections that one server opens, by what they are for."""

    processes: int
    reading: int
    writing: int
    files: int = 2
    listening: int = 1

    @property
    def whole(self) -> int:
        return self.processes * (self.reading + self.writing + self.files + self.listening)

    def __str__(self) -> str:
        lanes = f"{self.reading} for reading, {self.writing} for writing, {self.files} for files"
        each = f"{lanes}, {self.listening} for listening"
        return f"at most {self.whole} connections to the database: {self.processes} processes, each {each}"


def of_worker(at_once: int) -> int:
    """This function will say how many connections a worker opens at most."""
    return WORKER_QUEUE + at_once
