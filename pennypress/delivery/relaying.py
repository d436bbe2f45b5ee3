"""The relay: tells the caches in front what was purged. It runs in the worker, where nobody waits for it.

It hears the same notices as the page stores do. One worker relays at a time, whichever holds the lock; the next takes over
when that one is gone. Whenever notices may have been missed, or a cache could not be told, it ends everything that the
cache holds of the paper. What is missed even so lives no longer than its lease.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import psycopg
from psycopg import sql

from pennypress.delivery import calling
from pennypress.delivery.caching import EVERYTHING
from pennypress.delivery.drivers import Driver, batches
from pennypress.delivery.listening import ALIVE, ASKED_SECONDS, RETRY_SECONDS
from pennypress.delivery.purging import CHANNEL

# Purges are gathered for so long: the gifts of one moment are one call, and the page stores behind have heard by then.
GATHERED_SECONDS = 0.1
# And told once more, for a page that was fetched in between from a server that had not heard.
ECHO_SECONDS = 1.0
# A cache that could not be told is told again after so long.
OWED_SECONDS = 30.0
# More tags at once end everything: it is sooner done.
MOST_TAGS = 1_000
# "pennypress relay", as the number of an advisory lock.
LOCK = 7_366_210

logger = logging.getLogger(__name__)


class Relay:
    """What one cache in front is still to be told."""

    def __init__(
        self,
        driver: Driver,
        *,
        call: Callable[[calling.Call], None] = calling.make,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.driver, self.call, self.clock = driver, call, clock
        self.due: dict[str, float] = {}
        self.echoes: dict[str, float] = {}
        self.rested_until = 0.0
        self.changed = threading.Condition()

    def tell(self, tags: Iterable[str]) -> None:
        """This function will have the cache end what carries any of the tags, soon. It does not wait."""
        with self.changed:
            now = self.clock()
            for tag in tags:
                self.due.setdefault(tag, now + GATHERED_SECONDS)
                self.echoes[tag] = now + ECHO_SECONDS
            self.changed.notify()

    def run(self) -> None:
        """This function will go on telling the cache, for good."""
        while True:
            with self.changed:
                while (wait := self._wait()) > 0:
                    self.changed.wait(min(wait, 60.0))
            self.work()

    def work(self) -> None:
        """This function will tell the cache what is due now; what it cannot tell it owes."""
        tags = self._take()
        try:
            for few in batches(tags, self.driver.most):
                self.call(self.driver.ending(few))
        except calling.CannotPurge as trouble:
            logger.error("%s was not told what changed: %s", self.driver.name, trouble)
            with self.changed:
                self.due[EVERYTHING] = self.clock() + OWED_SECONDS

    def _wait(self) -> float:
        first = min([*self.due.values(), *self.echoes.values()], default=float("inf"))
        return max(first, self.rested_until) - self.clock()

    def _take(self) -> list[str]:
        with self.changed:
            now = self.clock()
            self.rested_until = now + self.driver.pause
            taken = [tag for tag in {**self.due, **self.echoes} if now >= min(self._times(tag))]
            for tag in taken:
                self.due.pop(tag, None)
                if self.echoes.get(tag, now + 1) <= now:
                    del self.echoes[tag]
        return [EVERYTHING] if EVERYTHING in taken or len(taken) > MOST_TAGS else taken

    def _times(self, tag: str) -> list[float]:
        return [times[tag] for times in (self.due, self.echoes) if tag in times]


def begin(parameters: dict[str, Any], drivers: Sequence[Driver]) -> list[Relay]:
    """This function will begin to relay in threads that end with the process: one that hears, and one for each cache."""
    relays = [Relay(driver) for driver in drivers]
    for relay in relays:
        threading.Thread(target=relay.run, name=f"relay-{relay.driver.name}", daemon=True).start()
    if relays:
        threading.Thread(target=_hear, args=(parameters, relays), name="relay", daemon=True).start()
    return relays


def _hear(parameters: dict[str, Any], relays: list[Relay]) -> None:
    while True:
        try:
            with psycopg.connect(**parameters, **ALIVE, autocommit=True) as connection:
                while not _is_ours(connection):
                    time.sleep(ASKED_SECONDS)
                connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
                _tell(relays, [EVERYTHING])
                while True:
                    for notice in connection.notifies(timeout=ASKED_SECONDS):
                        _tell(relays, notice.payload.split())
                    connection.execute("SELECT 1")
        except (psycopg.Error, OSError):
            time.sleep(RETRY_SECONDS)


def _is_ours(connection: "psycopg.Connection[Any]") -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
    return bool(row and row[0])


def _tell(relays: list[Relay], tags: list[str]) -> None:
    for relay in relays:
        relay.tell(tags)
