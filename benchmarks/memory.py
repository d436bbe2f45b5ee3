"""Memory while far more pages are asked for than the store may hold: 100,000 of them in ten minutes.

    .venv/bin/python -m benchmarks.memory [--pages 100000] [--minutes 10] [--store 256]

One process of the real server with the real front, over an application that answers at once with pages of 20 to 40 kB, so
that the store alone is looked at and 100,000 pages can be made in the time. They are asked for over and over, some often
and most seldom, in one encoding or another. Every ten seconds the proportional memory of the server's processes is read,
beside what the store says that it holds. Wants nothing but the project.
"""

import argparse
import contextlib
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

from tests.attacks.papers import ROOT, free_port

TAKES = ("br", "gzip", "identity", "br, gzip", "br, gzip, zstd")
ASKING = 6


def memory(pids: list[int]) -> float:
    """Proportional set size of processes, in megabytes."""
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def tree(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [pid, *(each for child in found for each in tree(int(child)))]


def figure(port: int, name: str) -> float:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/metrics", headers={"Host": "paper.test"})
    lines = connection.getresponse().read().decode().splitlines()
    return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"pennypress_{name}{{"))


def await_answer(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            figure(port, "store_pages")
            return
        time.sleep(0.1)
    raise SystemExit("The server does not answer.")


def asking(port: int, pages: int, over: threading.Event, seen: set[int], seed: int) -> None:
    rng = random.Random(seed)
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    while not over.is_set():
        # Every page comes up in turn; between two of them, one of the hundred that everybody reads.
        for number in (rng.randrange(pages), rng.randrange(100)):
            connection.request(
                "GET", f"/page/{number}/", headers={"Host": "paper.test", "Accept-Encoding": rng.choice(TAKES)}
            )
            connection.getresponse().read()
            seen.add(number)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--pages", type=int, default=100_000)
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--store", type=int, default=256, help="megabytes that the store may hold")
    wanted = asked.parse_args()
    port, over, seen = free_port(), threading.Event(), set[int]()
    with tempfile.TemporaryDirectory(prefix="pennypress-memory-") as folder:
        Path(folder, "megabytes").write_text(str(wanted.store), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "rsgi",
            "--loop",
            "uvloop",
            "--workers",
            "1",
            "--no-ws",
        ]
        command += ["--port", str(port), "--log-level", "error", "tests.delivery.many_pages:application"]
        server = subprocess.Popen(command, cwd=folder, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"})
        try:
            await_answer(port)
            start = memory(tree(server.pid))
            crowd = [
                threading.Thread(target=asking, args=(port, wanted.pages, over, seen, seed), daemon=True)
                for seed in range(ASKING)
            ]
            for thread in crowd:
                thread.start()
            read = watched(server.pid, port, wanted.minutes * 60)
            over.set()
            for thread in crowd:
                thread.join(30)
            pages = figure(port, "store_pages")
        finally:
            server.terminate()
            server.wait(20)
    told(start, read, len(seen), pages, wanted.store)


def watched(pid: int, port: int, seconds: float) -> list[tuple[float, float]]:
    """Megabytes of the processes and of the store, every ten seconds."""
    read, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(min(10.0, seconds / 12))
        read.append((memory(tree(pid)), figure(port, "store_bytes") / 1_000_000))
    return read


def told(start: float, read: list[tuple[float, float]], asked: int, held: float, most: int) -> None:
    full = [(pss, stored) for pss, stored in read if stored > 0.9 * most]
    print(
        f"{asked:,} pages were asked for, {held:,.0f} are held; the store may hold {most} MB; {start:.0f} MB before the first"
    )
    if not full:
        print(f"The store never filled: {read[-1][1]:.0f} MB. Ask for longer.")
        return
    pss = [each for each, _ in full]
    half = len(pss) // 2
    flat = statistics.median(pss[half:]) / statistics.median(pss[:half] or pss)
    print(
        f"once full: store {max(stored for _, stored in full):.0f} MB at most; processes {statistics.median(pss):.0f} MB"
        f" in the middle, {max(pss):.0f} at most; second half against first {flat:.3f}"
    )


if __name__ == "__main__":
    main()
