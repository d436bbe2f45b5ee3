"""Listening: a thread that hears of purges from the database and hands them to the event loop.

Whoever changes what is shown says so by NOTIFY inside the transaction, which the database delivers when it commits. While
the connection is lost purges may be missed: when it is back, nothing that was stored counts as fresh any longer.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from pennypress.delivery.purging import CHANNEL

# So often a connection on which nothing is heard is asked whether it is still there.
ASKED_SECONDS = 5.0
RETRY_SECONDS = 1.0
# A machine that is gone says nothing: after so long without an answer the connection counts as lost.
ALIVE: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


# How far the database has come with what is committed: what is heard of now, was before this.
_POSITION = "SELECT pg_current_wal_insert_lsn()::text"
_NEEDED = ("dbname", "user", "password", "host", "port", "target_session_attrs", "sslmode", "sslrootcert")


def reached() -> dict[str, Any]:
    """This function will give the parameters by which the database is reached, for a connection apart from Django's own.

    Where Django goes through a pooler, which would hear in our place, it is the way past it.
    """
    alias = "direct" if "direct" in connections.settings else "default"
    parameters = connections[alias].get_connection_params()
    return {name: parameters[name] for name in _NEEDED if parameters.get(name)}


def listen(
    parameters: dict[str, Any],
    *,
    heard: Callable[[frozenset[str]], None],
    missed: Callable[[], None],
    came_to: Callable[[str], object] | None = None,
) -> threading.Thread:
    """This function will begin to listen in a thread that ends with the process.

    `heard` is called with the tags of each purge, and `missed` whenever purges may not have been heard; before either,
    `came_to`, where there are replicas, with the database's position, which one must have come to before it shows what
    was purged for. All are called in that thread.
    """
    told = (parameters, heard, missed, came_to)
    thread = threading.Thread(target=_listen, args=told, name="purges", daemon=True)
    thread.start()
    return thread


def _listen(
    parameters: dict[str, Any],
    heard: Callable[[frozenset[str]], None],
    missed: Callable[[], None],
    came_to: Callable[[str], object] | None,
) -> None:
    while True:
        try:
            with psycopg.connect(**parameters, **ALIVE, autocommit=True) as line:
                line.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
                # Only from here on is everything heard.
                if came_to is not None:
                    came_to(_position(line))
                missed()
                while True:
                    notices = list(line.notifies(timeout=ASKED_SECONDS, stop_after=1))
                    # Without replicas it is asked only so that a connection that is gone is noticed.
                    position = _position(line) if came_to is not None or not notices else ""
                    if came_to is not None:
                        came_to(position)
                    for notice in notices:
                        heard(frozenset(notice.payload.split()))
        except (psycopg.Error, OSError):
            time.sleep(RETRY_SECONDS)


def _position(line: psycopg.Connection[Any]) -> str:
    row = line.execute(_POSITION).fetchone()
    return str(row[0]) if row else ""
