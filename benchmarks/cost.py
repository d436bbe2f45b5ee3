"""What a month costs by how much is read: from bytes and CPU that are measured, and prices that we assume.

    .venv/bin/python -m benchmarks.cost                   the table of docs/run/cost.md, from the figures kept here
    .venv/bin/python -m benchmarks.cost --measure VAR     measures those figures, on a demo that was built and is stopped
    .venv/bin/python -m benchmarks.cost [--measure VAR] --write     and writes them, and the tables of the page, anew

Measured is a story over one process of the real server, with nothing before it: its bytes as Brotli sends them, and the CPU
of the server and of its database for each answer, stored and made anew.
"""

import argparse
import contextlib
import json
import math
import os
import re
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path

from pennypress.config import embedded, lodgings
from pennypress.delivery.front import SAYS_CAPABLE
from tests.attacks.kill9 import children
from tests.attacks.papers import Paper

VIEWS = (10_000, 1_000_000, 100_000_000)
SECONDS_A_MONTH = 30 * 86_400
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """Of one view of a story: bytes over the wire, and milliseconds of CPU, server and database together."""

    page_bytes: int
    furniture_bytes: int
    picture_bytes: int
    hit_ms: float
    miss_ms: float
    file_ms: float


@dataclass(frozen=True)
class Assumed:
    """What nobody can measure for another paper. Ours, of 26 November 2026; prices are no quotes."""

    first_views: float = 0.4
    hits: float = 0.97
    peak: float = 12.0
    busy: float = 0.5
    server_cores: int = 2
    server_pounds: float = 8.0
    server_terabytes: float = 10.0
    terabyte_pounds: float = 2.0
    edge_share: float = 0.9
    edge_terabyte_pounds: float = 6.0
    keeping_gigabytes: float = 60.0
    keeping_pounds: float = 0.02


@dataclass(frozen=True)
class Month:
    """What so many views come to."""

    views: int
    terabytes: float
    cpu_hours: float
    peak_cores: float
    servers: int
    pounds: float
    pounds_behind_edge: float


KEPT = Path(__file__).with_name("cost.json")
PAGE = Path(__file__).resolve().parent.parent / "docs" / "run" / "cost.md"
MEASURED = Measured(**json.loads(KEPT.read_text(encoding="utf-8")))
WORDS = {
    "page_bytes": "a story, as Brotli sends it",
    "furniture_bytes": "style sheets, scripts and fonts that it asks for; fetched once, then kept",
    "picture_bytes": "two of its pictures, in the smallest width that is offered",
    "hit_ms": "a stored page",
    "miss_ms": "the same page made anew, PostgreSQL's share included",
    "file_ms": "a picture",
    "first_views": "of ten views, four are somebody's first and fetch the furniture too",
    "hits": "of a hundred views, 97 find the page stored",
    "peak": "the busiest minutes have twelve times the month's mean",
    "busy": "and then a core is half busy, not more",
    "server_cores": "cores of one server",
    "server_pounds": "a month of it, with 4 GB of memory and 80 GB of disk",
    "server_terabytes": "that it may send for this",
    "terabyte_pounds": "each one more",
    "edge_share": "of what is asked and sent, a network of caches answers so much",
    "edge_terabyte_pounds": "and takes so much for each terabyte; some take nothing",
    "keeping_gigabytes": "backups, and the pictures in a bucket",
    "keeping_pounds": "a gigabyte of it for a month",
}


def month(views: int, measured: Measured, assumed: Assumed) -> Month:
    """What a month of so many views costs, on servers alone and with a network of caches in front."""
    first = assumed.first_views
    sent = views * (measured.page_bytes + measured.picture_bytes + first * measured.furniture_bytes)
    page_ms = assumed.hits * measured.hit_ms + (1 - assumed.hits) * measured.miss_ms
    # Beside the page a view fetches two pictures, and a first view six files of furniture.
    cpu_seconds = views * (page_ms + (2 + 6 * first) * measured.file_ms) / 1000
    cores = cpu_seconds / SECONDS_A_MONTH * assumed.peak
    servers = max(1, math.ceil(cores / assumed.busy / assumed.server_cores))
    terabytes = sent / 1e12
    return Month(
        views=views,
        terabytes=terabytes,
        cpu_hours=cpu_seconds / 3600,
        peak_cores=cores,
        servers=servers,
        pounds=_pounds(servers, terabytes, assumed),
        pounds_behind_edge=_pounds(
            max(1, math.ceil(servers * (1 - assumed.edge_share))), terabytes * (1 - assumed.edge_share), assumed
        )
        + terabytes * assumed.edge_terabyte_pounds,
    )


def _pounds(servers: int, terabytes: float, assumed: Assumed) -> float:
    """Servers that read, one more for the database where there are several, what they send above their share, backups."""
    every = servers + (1 if servers > 1 else 0)
    above = max(terabytes - every * assumed.server_terabytes, 0)
    return every * assumed.server_pounds + above * assumed.terabyte_pounds + _kept(assumed)


def _kept(assumed: Assumed) -> float:
    return assumed.keeping_gigabytes * assumed.keeping_pounds


def table(measured: Measured, assumed: Assumed) -> list[str]:
    """The table of docs/run/cost.md, line by line."""
    lines = [
        "| views a month | sent | CPU | cores at the peak | servers | servers alone | behind a network of caches |",
        "|---|---|---|---|---|---|---|",
    ]
    for views in VIEWS:
        made = month(views, measured, assumed)
        sent = f"{made.terabytes:,.1f} TB" if made.terabytes >= 1 else f"{made.terabytes * 1000:,.1f} GB"
        lines.append(
            f"| {views:,} | {sent} | {made.cpu_hours:,.2f} h | {made.peak_cores:,.2f} | {made.servers} | "
            f"£{made.pounds:,.2f} | £{made.pounds_behind_edge:,.2f} |"
        )
    return lines


def rows(figures: Measured | Assumed) -> list[str]:
    """What the model rests on, as the page lists it."""
    lines = ["| figure | | what it is |", "|---|---|---|"]
    return lines + [f"| `{name}` | {value:,} | {WORDS[name]} |" for name, value in asdict(figures).items()]


def write(measured: Measured, assumed: Assumed) -> None:
    """Writes the figures beside this file, and the three tables of the page between their marks."""
    KEPT.write_text(json.dumps(asdict(measured), indent=1) + "\n", encoding="utf-8")
    text = PAGE.read_text(encoding="utf-8")
    tables = {"month": table(measured, assumed), "measured": rows(measured), "assumed": rows(assumed)}
    for name, lines in tables.items():
        made = "\n".join([f"<!-- {name} -->", "", *lines, "", f"<!-- end of {name} -->"])
        text = re.sub(f"<!-- {name} -->.*<!-- end of {name} -->", lambda _found, made=made: made, text, flags=re.S)
    PAGE.write_text(text, encoding="utf-8")


# Measuring.


def fetch(line: HTTPConnection, port: int, path: str, host: str = "") -> bytes:
    # By another name nothing is stored; it is asked for as the page store asks, its fragments apart.
    anew = dict([SAYS_CAPABLE]) if host else {}
    line.request("GET", path, headers={"Host": host or f"localhost:{port}", "Accept-Encoding": "br", **anew})
    answer = line.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}.")
    return body


def plain(line: HTTPConnection, port: int, path: str) -> str:
    line.request("GET", path, headers={"Host": f"localhost:{port}"})
    return line.getresponse().read().decode()


def cpu_seconds(pids: list[int]) -> float:
    """The CPU that these processes and whatever they began have had until now."""
    spent = 0.0
    for pid in pids:
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            spent += sum(map(int, words[11:15])) / TICKS
        spent += cpu_seconds(children(pid))
    return spent


def cpu_ms_each(pids: list[int], line: HTTPConnection, port: int, path: str, times: int, host: str = "") -> float:
    fetch(line, port, path, host)
    before = cpu_seconds(pids)
    for _time in range(times):
        fetch(line, port, path, host)
    time.sleep(0.2)
    return (cpu_seconds(pids) - before) / times * 1000


@contextlib.contextmanager
def served(var: Path) -> Iterator[tuple[Paper, list[int]]]:
    """The demo's server with one process and nothing before it, and the processes whose CPU is counted."""
    paper = Paper(var, PENNYPRESS_DEMO="1", PENNYPRESS_TRIES_PER_ADDRESS="50")
    embedded.start(var)
    try:
        paper.serve("--workers", "1")
        postmaster = int((lodgings.of(var).data / "postmaster.pid").read_text().split()[0])
        yield paper, [paper.processes["serve"].pid, postmaster]
    finally:
        paper.stop()
        embedded.stop(var)


def measured(var: Path, times: int) -> Measured:
    with served(var) as (paper, pids):
        line = HTTPConnection("127.0.0.1", paper.port, timeout=30)
        front = plain(line, paper.port, "/")
        stories = sorted(set(re.findall(r'href="(/[a-z]+/[a-z0-9-]+/)"', front)))
        pages = {path: plain(line, paper.port, path) for path in stories}
        path = max((path for path in stories if "srcset" in pages[path]), key=lambda path: len(pages[path]))
        page = pages[path]
        furniture = set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|woff2|svg|png|ico))"', page))
        pictures = re.findall(r'srcset="(/media/\S+) ', page)[:2]
        return Measured(
            page_bytes=len(fetch(line, paper.port, path)),
            furniture_bytes=sum(len(fetch(line, paper.port, name)) for name in furniture),
            picture_bytes=sum(len(fetch(line, paper.port, name)) for name in pictures),
            hit_ms=round(cpu_ms_each(pids, line, paper.port, path, times * 20), 3),
            # By the paper's name with another port, which is answered and never stored.
            miss_ms=round(cpu_ms_each(pids, line, paper.port, path, times, host="localhost:1"), 1),
            file_ms=round(cpu_ms_each(pids, line, paper.port, pictures[0], times * 5), 2),
        )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--measure", type=Path, metavar="VAR")
    asked.add_argument("--times", type=int, default=200, help="pages that are made anew")
    asked.add_argument("--write", action="store_true", help="keep the figures, and write the page's tables anew")
    wanted = asked.parse_args()
    figures = measured(wanted.measure.resolve(), wanted.times) if wanted.measure else MEASURED
    if wanted.write:
        write(figures, Assumed())
    print("\n".join([*rows(figures), *rows(Assumed())]))
    print("\n".join(table(figures, Assumed())))


if __name__ == "__main__":
    main()
