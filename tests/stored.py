"""A paper whose public pages all stand in a page store that really listens to the database."""

import queue
import time
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection
from django.test import Client

from pennypress.delivery import listening, purging
from pennypress.delivery.store import Page, Store

PATIENCE_SECONDS = 10
COMPOSES = {"surrogate-capability": 'test="ESI/1.0"'}


@dataclass
class Shelf:
    """Pages as they were stored, and what became of them."""

    addresses: list[str]
    store: Store = field(default_factory=lambda: Store(50_000_000))
    heard: "queue.Queue[frozenset[str]]" = field(default_factory=queue.Queue)

    def begin(self) -> "Shelf":
        parameters = connection.get_connection_params()
        names = ("dbname", "user", "password", "host", "port")
        known = {name: parameters[name] for name in names if parameters.get(name)}
        listening.listen(known, heard=self.heard.put, missed=lambda: self.heard.put(frozenset(["begun"])))
        assert self.heard.get(timeout=PATIENCE_SECONDS) == {"begun"}
        for address in self.addresses:
            self.store.put(_page(address))
        return self

    def hear(self) -> set[str]:
        """Drops what was purged since, and gives the tags: the last notice is our own, so that none is still on its way."""
        purging.purge("the-last")
        every: set[str] = set()
        while "the-last" not in every:
            every |= self.heard.get(timeout=PATIENCE_SECONDS)
        self.store.purge(every)
        return every - {"the-last"}

    def dropped(self) -> set[str]:
        return {address for address in self.addresses if address not in self.store.pages}

    def stale(self) -> set[str]:
        """The addresses that still stand in the store, and would be answered otherwise now."""
        kept = [self.store.pages[address] for address in self.addresses if address in self.store.pages]
        return {page.key for page in kept if _differs(page, _page(page.key))}

    def unchanged(self, *, before: dict[str, bytes]) -> set[str]:
        """Of the dropped, those that would be answered as before."""
        return {address for address in self.dropped() if _page(address).body == before[address]}

    def bodies(self) -> dict[str, bytes]:
        return {address: self.store.pages[address].body for address in self.addresses}


def _differs(one: Page, other: Page) -> bool:
    return (one.status, one.body) != (other.status, other.body)


def _page(address: str) -> Page:
    answer = Client(headers={"host": settings.ALLOWED_HOSTS[0], **COMPOSES}).get(address)
    return Page(
        key=address,
        status=answer.status_code,
        headers=[],
        body=answer.content,
        tags=frozenset(answer.get("Surrogate-Key", "").split()),
        made_at=time.time(),
        begun_at=time.monotonic(),
        fresh_until=float("inf"),
        stale_until=float("inf"),
    )
