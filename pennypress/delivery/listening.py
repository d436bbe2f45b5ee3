"""Listening: a thread that hears of purges from the database and hands them to the event loop.

Whoever changes what is shown says so by NOTIFY inside the transaction, which the database delivers when it commits. While
the connection is lost purges may be missed: when it is back, nothing that was stored counts as fresh any longer.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connection
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


def reached() -> dict[str, Any]:
    """This function will give the parameters by which Django reaches the database, for a connection apart from its own."""
    parameters = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    return {name: parameters[name] for name in names if parameters.get(name)}


def listen(
    parameters: dict[str, Any], *, heard: Callable[[frozenset[str]], None], missed: Callable[[], None]
) -> threading.Thread:
    """This function will begin to listen in a thread that ends with the process.

    `heard` is called with the tags of each purge, and `missed` whenever purges may not have been heard: both in that thread.
    """
    thread = threading.Thread(target=_listen, args=(parameters, heard, missed), name="purges", daemon=True)
    thread.start()
    return thread


def _listen(parameters: dict[str, Any], heard: Callable[[frozenset[str]], None], missed: Callable[[], None]) -> None:
    while True:
        try:
            with psycopg.connect(**parameters, **ALIVE, autocommit=True) as line:
                line.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
                # Only from here on is everything heard.
                missed()
                while True:
                    for notice in line.notifies(timeout=ASKED_SECONDS):
                        heard(frozenset(notice.payload.split()))
                    line.execute("SELECT 1")
        except (psycopg.Error, OSError):
            time.sleep(RETRY_SECONDS)
