"""A storm of gifts while the paper is read: 200 gifts in ten seconds, beside readers who ask for a story without a pause.

    .venv/bin/python -m benchmarks.storm VAR [--gifts 200] [--over 10] [--readers 16] [--alone]

VAR is the folder of a demo that was built and is stopped; two server processes and a worker run on it, behind nginx with our
configuration, or with --alone nothing before them. Wants nginx and wrk (Debian packages). Each gift is a reader's whole way
by the sandbox: the page to give, the form, the payment page, the thanks. Printed are how many failed, how long the form to
give took, and what was read meanwhile. First, with nobody else there, single gifts: how long after it is in the books every
answer of the story shows it.
"""

import argparse
import re
import statistics
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks import stories
from benchmarks.caches import in_front
from benchmarks.hits import nginx, wrk
from benchmarks.stories import fetched
from pennypress.config import embedded
from tests.attacks import readers
from tests.attacks.papers import Paper
from tests.attacks.readers import Reader

RAISED = re.compile(rb'data-raised-minor="(\d+)"')
# So many answers in a row, from whichever process, must be right before the meter counts as shown.
IN_A_ROW = 12
STANDSTILL_SECONDS = 3


class Storm:
    """Gifts that set out at their moments, and what became of each."""

    def __init__(self, paper: Paper, port: int) -> None:
        self.paper, self.port, self.lock = paper, port, threading.Lock()
        self.pages: list[float] = []
        self.took: list[float] = []
        self.troubles: Counter[str] = Counter()

    def one(self, number: int) -> None:
        trouble = readers.trouble_of(lambda: self._give(number))
        with self.lock:
            self.troubles += Counter([trouble] if trouble else [])

    def _give(self, number: int) -> str:
        reader = Reader(self.port, address=f"192.0.{2 + number // 250}.{number % 250}", named=self.paper.port)
        began = time.monotonic()
        page = reader.get("/give/")
        shown = time.monotonic()
        answer = readers.offer(reader, email=f"storm{number}@example.org", page=page)
        with self.lock:
            self.pages.append(shown - began)
            self.took.append(time.monotonic() - shown)
        if not answer.location.startswith("/sandbox/pay/"):
            return f"{answer.status} on giving"
        paid = readers.pay(reader, answer.location)
        if not paid.location.endswith("/thanks/"):
            return f"{paid.status} on paying"
        thanks = reader.get(paid.location)
        return "" if thanks.status == 200 else f"{thanks.status} of the thanks"


def raised(paper: Paper, port: int, path: str) -> int:
    found = RAISED.search(fetched(port, path, Host=f"localhost:{paper.port}")[1])
    if found is None:
        raise SystemExit(f"{path} shows no meter.")
    return int(found[1])


def in_the_books(paper: Paper) -> int:
    with paper.owner() as asked:
        row = asked.execute("SELECT count(*) FROM payments_receipt").fetchone()
        assert row
        return int(row[0])


def await_standstill(paper: Paper) -> None:
    """Waits until the worker has settled what was left from before: the gifts that are counted are to be ours alone."""
    known, since = -1, time.monotonic()
    while time.monotonic() - since < STANDSTILL_SECONDS:
        if (found := in_the_books(paper)) != known:
            known, since = found, time.monotonic()
        time.sleep(0.1)


def shown_after(paper: Paper, port: int, path: str, number: int) -> float:
    """Seconds from the settlement of one gift until the story shows it, whichever process answers."""
    before, booked, storm = raised(paper, port, path), in_the_books(paper), Storm(paper, port)
    storm.one(number)
    if storm.troubles:
        raise SystemExit(f"A gift failed: {dict(storm.troubles)}")
    while in_the_books(paper) == booked:
        time.sleep(0.005)
    began, last, right = time.monotonic(), time.monotonic(), 0
    while right < IN_A_ROW:
        if time.monotonic() - began > 30:
            raise SystemExit("The meter did not move within 30 seconds.")
        if raised(paper, port, path) > before:
            right += 1
        else:
            right, last = 0, time.monotonic()
        time.sleep(0.02)
    return last - began


def storm(paper: Paper, port: int, path: str, gifts: int, over: int, connections: int) -> tuple[int, float]:
    """How many gifts failed, and how many stories a second were read, each reader asking again once they are answered."""
    told, before = Storm(paper, port), in_the_books(paper)
    crowd = [threading.Thread(target=told.one, args=(10_000 + number,)) for number in range(gifts)]
    said = {"Host": f"localhost:{paper.port}", "Accept-Encoding": "gzip"}
    with ThreadPoolExecutor(1) as beside:
        reading = beside.submit(wrk, port, path, connections=connections, seconds=over, **said)  # type: ignore[arg-type]
        for thread in crowd:
            thread.start()
            time.sleep(over / gifts)
        for thread in crowd:
            thread.join(120)
        read, late = reading.result()
    until = time.monotonic() + 30
    while in_the_books(paper) - before < gifts and time.monotonic() < until:
        time.sleep(0.2)
    settled = in_the_books(paper) - before
    print(
        f"{gifts} gifts in {over} s: {told.troubles.total()} failed {dict(told.troubles) or ''}, {settled} settled; the page to"
        f" give took {_of(told.pages)}, the form {_of(told.took)};"
        f" meanwhile {read:,.0f} stories a second were read, 99 of 100 within {late:.1f} ms"
    )
    return told.troubles.total() + abs(gifts - settled), read


def _of(took: list[float]) -> str:
    return f"{statistics.median(took):.3f} s, 95 of 100 within {statistics.quantiles(took, n=20)[-1]:.3f} s"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("var", type=Path)
    asked.add_argument("--gifts", type=int, default=200)
    asked.add_argument("--over", type=int, default=10, help="seconds")
    asked.add_argument("--readers", type=int, default=16, help="connections on which a story is asked for")
    asked.add_argument("--single", type=int, default=20, help="single gifts, to time the meter")
    asked.add_argument("--alone", action="store_true", help="nothing before the server")
    wanted = asked.parse_args()
    # What a reader's own address is, nginx says after the one that they come from here.
    front = (
        {"PENNYPRESS_TRUSTED_HOPS": "1"}
        if wanted.alone
        else {"PENNYPRESS_TRUSTED_HOPS": "2", "PENNYPRESS_NGINX_CACHE": "1"}
    )
    # So that it can be run again within the ten minutes of which the budget is.
    paper = Paper(wanted.var.resolve(), PENNYPRESS_DEMO="1", PENNYPRESS_PROVIDER_BUDGET="100000", **front)
    embedded.start(paper.var)
    try:
        paper.serve("--workers", "2")
        paper.start("work", "work")
        path = stories.longest(paper.port)
        await_standstill(paper)
        with in_front(paper, [] if wanted.alone else ["nginx"]) as ports:
            port = ports.get("nginx", paper.port)
            late = [shown_after(paper, port, path, number) for number in range(wanted.single)]
            print(
                f"{len(late)} gifts, each on the story {statistics.median(late):.2f} s after it was settled in the middle,"
                f" {max(late):.2f} s at most"
            )
            failed, read = storm(paper, port, path, wanted.gifts, wanted.over, wanted.readers)
            with nginx({"story.html": fetched(paper.port, path)[1]}) as files:
                rate, _late = wrk(files, "/story.html", connections=64, seconds=4, **{"Accept-Encoding": "gzip"})
            print(
                f"nginx with the story in a file, and nothing else to do, gives {rate:,.0f} a second: {read / rate:.2f} of it"
            )
    finally:
        paper.stop()
        embedded.stop(paper.var)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
