"""Minding the database of a server that opens: it may be down, and then the paper is served as it was last printed.

Down is a server that nobody hears, or that is starting. One that answers and will not have us, or an address that cannot be
one, is a mistake in the settings: that is told at once, and nothing is opened.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, connections
from django.db.utils import OperationalError
from psycopg import conninfo, pq

from pennypress.config import embedded, lodgings, readiness
from pennypress.config.readiness import NotReady

logger = logging.getLogger(__name__)
ASKED_SECONDS = 2.0
# What of a connection's parameters says where the server is.
_WHERE = ("host", "port", "dbname", "user", "password", "connect_timeout", "sslmode", "service")


class _Down(Exception):
    """The database is down; the text says how we know."""


@contextlib.contextmanager
def held(*, meanwhile: Callable[[], None] = lambda: None) -> Iterator[None]:
    """This function will see that the database is there and up to date, and keep the embedded one running.

    `meanwhile` is done beside its start. While it is down, and something was printed that can be served, it is waited for
    beside the server; what is found then stands in the log. Raises: NotReady.
    """
    with contextlib.ExitStack() as holding:
        minded = _Minded(holding)
        with ThreadPoolExecutor(1) as beside:
            starting = beside.submit(minded.hold)
            meanwhile()
        try:
            starting.result()
            minded.open()
        except _Down as trouble:
            if not _has_spool():
                raise NotReady(f"{trouble}\nNothing was printed here yet that could be served without it.") from trouble
            printed = settings.VAR / "spool"
            logger.warning("%s The paper is served as it was last printed, from %s.", trouble, printed)
            threading.Thread(target=_wait, args=(minded,), name="database", daemon=True).start()
        yield


def _wait(minded: "_Minded") -> None:
    """Asks until the database is there and up to date, and says once what else is found."""
    told = ""
    while True:
        time.sleep(ASKED_SECONDS)
        try:
            minded.open()
        except (_Down, NotReady) as trouble:
            if str(trouble) != told:
                logger.warning("%s", trouble)
                told = str(trouble)
        else:
            logger.warning("The database is back, and up to date.")
            return
        finally:
            connections.close_all()


@dataclass
class _Minded:
    """The database, and whether we hold it already: the embedded one runs only as long as somebody does."""

    holding: contextlib.ExitStack
    is_held: bool = False

    def open(self) -> None:
        """Raises: _Down; NotReady, where waiting would not help, or not alone."""
        self.hold()
        try:
            pending = readiness.pending_migrations()
        except OperationalError as error:
            _tell_apart(str(error).strip())
        else:
            if pending:
                raise NotReady("The database is not up to date; run: pennypress migrate")

    def hold(self) -> None:
        """Starts the embedded database, where that is the one. Raises: _Down, NotReady."""
        if not settings.IS_EMBEDDED or self.is_held:
            return
        try:
            self.holding.enter_context(embedded.held(settings.VAR, logger.warning))
        except embedded.CannotStart as trouble:
            raise _Down(str(trouble)) from trouble
        except lodgings.CannotLodge as trouble:
            raise NotReady(str(trouble)) from trouble
        self.is_held = True


def _tell_apart(said: str) -> None:
    """Whether the database is down or refuses us, by asking whether anybody is there at all. Raises: _Down, NotReady."""
    connection.close()
    known = {name: str(value) for name, value in connection.get_connection_params().items() if name in _WHERE}
    heard = pq.PGconn.ping(conninfo.make_conninfo(**known).encode())
    if heard in (pq.Ping.OK, pq.Ping.NO_ATTEMPT):
        raise NotReady(f"The database will not have us; see DATABASE_URL. It says: {said}")
    raise _Down(f"The database does not answer: {said}")


def _has_spool() -> bool:
    return any((settings.VAR / "spool" / "pages").glob("*/*"))
