"""From `pennypress serve` to the first page, and the memory of its workers once every kind of page was read.

    .venv/bin/python -m benchmarks.starting VAR [--times 5] [--workers 2]

VAR is the folder of a paper that stands, its demo's for one; nothing else may be running on it. The time is from the start
of the process to the last byte of the front page, with the embedded database stopped before. The memory is the workers'
and their parent's proportional share (PSS), which counts what they have in common once; PostgreSQL's is not in it.
"""

import argparse
import os
import statistics
import sys
import time
import urllib.request
from pathlib import Path

from tests.attacks import papers

WANTED_SECONDS, WANTED_MB = 2.0, 300
# After the first page: what makes a worker load what it had not needed yet.
READ = ("/", "/search/?q=the", "/feeds/", "/sitemap.xml", "/give/", "/join/", "/support/", "/login/", "/no-such-page/")


def main() -> None:
    asked = _arguments()
    taken, memory = [], []
    for _time in range(asked.times):
        seconds, megabytes = measure(asked.var, asked.workers)
        taken.append(seconds)
        memory.append(megabytes)
        print(f"first page after {seconds:.2f} s; {megabytes:.0f} MB in {asked.workers} workers and their parent")
    print(f"medians: {statistics.median(taken):.2f} s, {statistics.median(memory):.0f} MB")
    print("load of the machine: " + " ".join(f"{load:.1f}" for load in os.getloadavg()))
    if statistics.median(taken) > WANTED_SECONDS or statistics.median(memory) > WANTED_MB:
        sys.exit(f"above the {WANTED_SECONDS} s or the {WANTED_MB} MB that are wanted")


def measure(var: Path, workers: int) -> tuple[float, float]:
    """The seconds to the first page of a server on `var`, and its megabytes afterwards."""
    paper = papers.Paper(var, PENNYPRESS_PROVIDERS="sandbox")
    began = time.perf_counter()
    paper.start("serve", "serve", "--workers", str(workers))
    try:
        while not _read(paper.address + "/"):
            if paper.processes["serve"].poll() is not None or time.perf_counter() - began > 60:
                raise papers.DidNotStart(paper.said())
            time.sleep(0.01)
        seconds = time.perf_counter() - began
        for path in READ * 4 * workers:
            _read(paper.address + path)
        return seconds, _shared_memory(paper.processes["serve"].pid)
    finally:
        paper.stop()


def _read(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return bool(answer.read())
    except OSError:
        return False


def _shared_memory(leader: int) -> float:
    """The proportional memory, in megabytes, of a process and of what it started, those of PostgreSQL left out."""
    whole, mine = 0, {leader}
    for stat in sorted(Path("/proc").glob("[0-9]*/stat"), key=lambda path: int(path.parent.name)):
        try:
            pid, parent = int(stat.parent.name), int(stat.read_text().rpartition(")")[2].split()[1])
            if parent in mine and "postgres" not in (stat.parent / "comm").read_text():
                mine.add(pid)
        except OSError:
            continue
    for pid in mine:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            whole += int(line.split()[1]) if line.startswith("Pss:") else 0
    return whole / 1024


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("var", type=Path)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
