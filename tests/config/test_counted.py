"""The server's entry has what is read counted in the paper's database."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from pennypress.delivery import counting
from pennypress.delivery.front import Front
from pennypress.delivery.rendering import Lane, Lanes
from pennypress.delivery.store import Store
from pennypress.newsroom.models import HourRead


def test_what_is_read_at_the_server_is_counted_by_story(committed, monkeypatch):
    from pennypress.config import rsgi

    monkeypatch.setattr(counting, "EACH_SECONDS", 0.02)
    lane = Lane(rsgi.django, name="files", threads=1, waiting=1)
    lanes = Lanes(reading=lane, writing=lane, files=lane, for_writing=(), for_files=())
    front = Front(lanes=lanes, store=Store(1_000_000), hosts=frozenset())

    async def reads() -> None:
        front.loop = asyncio.get_running_loop()
        rsgi._have_counted(front)
        for second in (1, 2, 3):
            front.reads.note("12", second)
        front.reads.note("40", 3)
        while front.reads.seconds:
            await asyncio.sleep(0.01)

    with ThreadPoolExecutor(1) as apart:
        apart.submit(lambda: asyncio.run(asyncio.wait_for(reads(), 20))).result()
    until = time.monotonic() + 20
    while HourRead.objects.count() < 2 and time.monotonic() < until:
        time.sleep(0.02)
    lane.pool.submit(connections.close_all).result()

    assert {row.article_id: row.seconds for row in HourRead.objects.all()} == {12: 3, 40: 1}
