"""What one process of the server says of its page store and its lanes, as Prometheus reads it.

Each process counts for itself and answers for itself; whoever gathers the figures tells them apart by `process`.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from pennypress.delivery.rendering import Lanes
from pennypress.delivery.store import Store

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(slots=True)
class Counts:
    """What a process answered since it began, in requests, and the purges that it heard."""

    hits: int = 0
    stale: int = 0
    misses: int = 0
    passed: int = 0
    refused: int = 0
    rescued: int = 0
    purges: int = 0


def text(counts: Counts, store: Store, lanes: Lanes) -> str:
    """This function will give the figures, one to a line. Ages are in seconds, sizes in bytes."""
    mine = f'process="{os.getpid()}"'
    figures = _figures(counts, store, lanes)
    return "".join(f"pennypress_{name}{{{mine}{more}}} {value}\n" for name, more, value in figures)


def _figures(counts: Counts, store: Store, lanes: Lanes) -> Iterator[tuple[str, str, float]]:
    answered = asdict(counts)
    yield "purges_total", "", answered.pop("purges")
    yield from (("requests_total", f',answered="{how}"', number) for how, number in answered.items())
    yield "store_pages", "", len(store.pages)
    yield "store_bytes", "", store.bytes
    yield "store_bytes_most", "", store.most
    yield "store_tags", "", len(store.by_tag)
    oldest = min((page.made_at for page in store.pages.values()), default=time.time())
    yield "store_oldest_seconds", "", round(time.time() - oldest, 1)
    for lane in (lanes.reading, lanes.writing, lanes.files):
        yield "lane_standing", f',lane="{lane.name}"', lane.standing
        yield "lane_most", f',lane="{lane.name}"', lane.most
