"""A storm of gifts while the paper is read: 200 gifts in ten seconds beside 20,000 requests a second for a story.

    .venv/bin/python -m benchmarks.storm VAR [--gifts 200] [--over 10] [--reads 20000]

VAR is the folder of a demo that was built and is stopped; two server processes and a worker run on it. Wants wrk. Each gift
is a reader's whole way by the sandbox: the page to give, the form, the payment page, the thanks. Printed are how many
failed, how long the form to give took, and what was read meanwhile. First, with nobody else there, single gifts: how long
after the thanks every answer of the story shows the fund as the books have it.
"""

import argparse
import re
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from benchmarks.hits import RATE, fetched, longest_story
from pennypress.config import embedded
from tests.attacks import readers
from tests.attacks.papers import Paper
from tests.attacks.readers import Reader

RAISED = re.compile(rb'data-raised-minor="(\d+)"')
READERS = 64
# So many answers in a row, from whichever process, must be right before the meter counts as shown.
IN_A_ROW = 12


class Storm:
    """Gifts that set out at their moments, and what became of each."""

    def __init__(self, paper: Paper) -> None:
        self.paper, self.lock = paper, threading.Lock()
        self.took: list[float] = []
        self.troubles: Counter[str] = Counter()

    def one(self, number: int) -> None:
        trouble = readers.trouble_of(lambda: self._give(number))
        with self.lock:
            self.troubles += Counter([trouble] if trouble else [])

    def _give(self, number: int) -> str:
        reader = Reader(self.paper.port, address=f"192.0.{2 + number // 250}.{number % 250}")
        page = reader.get("/give/")
        began = time.monotonic()
        answer = readers.offer(reader, email=f"storm{number}@example.org", page=page)
        with self.lock:
            self.took.append(time.monotonic() - began)
        if not answer.location.startswith("/sandbox/pay/"):
            return f"{answer.status} on giving"
        thanks = readers.pay(reader, answer.location)
        return "" if thanks.location.endswith("/thanks/") else f"{thanks.status} on paying"


def raised(paper: Paper, path: str) -> int:
    found = RAISED.search(fetched(paper.port, path)[1])
    if found is None:
        raise SystemExit(f"{path} shows no meter.")
    return int(found[1])


def in_the_books(paper: Paper) -> int:
    with paper.owner() as asked:
        row = asked.execute("SELECT count(*) FROM payments_receipt").fetchone()
        assert row
        return int(row[0])


def shown_after(paper: Paper, path: str, number: int) -> float:
    """Seconds from the thanks for one gift until the story shows it, whichever process answers."""
    before, storm = raised(paper, path), Storm(paper)
    storm.one(number)
    if storm.troubles:
        raise SystemExit(f"A gift failed: {dict(storm.troubles)}")
    began, last, right = time.monotonic(), time.monotonic(), 0
    while right < IN_A_ROW:
        if time.monotonic() - began > 30:
            raise SystemExit("The meter did not move within 30 seconds.")
        if raised(paper, path) > before:
            right += 1
        else:
            right, last = 0, time.monotonic()
        time.sleep(0.02)
    return last - began


def storm(paper: Paper, path: str, gifts: int, over: int, reads: int) -> int:
    told, before = Storm(paper), in_the_books(paper)
    pause = max(1, round(READERS * 1000 / reads))
    script = paper.var / "storm.lua"
    script.write_text(f"function delay() return {pause} end\n", encoding="utf-8")
    command = ["wrk", "-t2", f"-c{READERS}", f"-d{over}s", "-s", str(script), "-H", f"Host: localhost:{paper.port}"]
    reading = subprocess.Popen([*command, f"http://127.0.0.1:{paper.port}{path}"], stdout=subprocess.PIPE, text=True)
    crowd = [threading.Thread(target=told.one, args=(10_000 + number,)) for number in range(gifts)]
    for thread in crowd:
        thread.start()
        time.sleep(over / gifts)
    for thread in crowd:
        thread.join(120)
    rate = RATE.search(reading.communicate()[0])
    script.unlink()
    until = time.monotonic() + 30
    while in_the_books(paper) - before < gifts and time.monotonic() < until:
        time.sleep(0.2)
    settled = in_the_books(paper) - before
    quantiles = statistics.quantiles(told.took, n=100)
    print(
        f"{gifts} gifts in {over} s: {told.troubles.total()} failed {dict(told.troubles) or ''}, {settled} settled; the form took"
        f" {statistics.median(told.took):.3f} s, 95 of 100 within {quantiles[94]:.3f} s;"
        f" meanwhile {float(rate[1]) if rate else 0:,.0f} stories a second were read"
    )
    return told.troubles.total() + gifts - settled


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("var", type=Path)
    asked.add_argument("--gifts", type=int, default=200)
    asked.add_argument("--over", type=int, default=10, help="seconds")
    asked.add_argument("--reads", type=int, default=20_000, help="offered in a second")
    asked.add_argument("--single", type=int, default=20, help="single gifts, to time the meter")
    wanted = asked.parse_args()
    paper = Paper(wanted.var.resolve(), PENNYPRESS_DEMO="1", PENNYPRESS_TRUSTED_HOPS="1")
    embedded.start(paper.var)
    try:
        paper.serve("--workers", "2")
        paper.start("work", "work")
        path = longest_story(paper.port)
        late = [shown_after(paper, path, number) for number in range(wanted.single)]
        print(
            f"{len(late)} gifts, each on the story {statistics.median(late):.2f} s after its thanks in the middle,"
            f" {max(late):.2f} s at most"
        )
        failed = storm(paper, path, wanted.gifts, wanted.over, wanted.reads)
    finally:
        paper.stop()
        embedded.stop(paper.var)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
