"""Slow clients and a flood of searches, and readers who give meanwhile.

Connections that say nothing, or half of what they want and then a letter a second, bodies that never end, readers who
take a letter a second, and searches as fast as they are answered, on a paper of real processes. While each of them runs,
readers give, one after another: each opens the page and sends it, and 95 of 100 steps take less than a second. The
searches of one address are refused after so many. The control gives the server room for few connections, and no limit of
searches: then readers cannot get in, and every search is made.

    .venv/bin/python -m tests.attacks.slow_clients [--clients 1000] [--seconds 20] [--without-limits]
"""

import argparse
import contextlib
import random
import socket
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPException

from tests.attacks import papers, readers
from tests.attacks.papers import Paper
from tests.attacks.readers import Reader

WITHIN_SECONDS = 1.0
SEARCHERS = 4
FEW, MANY = "60", "1000000000"
HALF_A_HEADER = b"GET /give/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
HALF_A_BODY = (
    b"POST /give/ HTTP/1.1\r\nHost: localhost:%d\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 100000\r\n\r\nown="
)
A_PAGE = b"GET / HTTP/1.1\r\nHost: localhost:%d\r\n\r\n"


@dataclass
class Givers:
    """Readers who open the page to give and send it, and how long each step took them."""

    paper: Paper
    seconds: list[float] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)

    def give(self, number: int) -> None:
        reader = Reader(self.paper.port, address=f"192.0.2.{number % 250}")
        try:
            page = self._timed(reader.get, "/give/")
            answer = self._timed(lambda path: readers.offer(reader, page=page), "/give/")
        except (OSError, HTTPException) as error:
            self.seconds.append(float(readers.PATIENCE_SECONDS))
            self.troubles[type(error).__name__] += 1
            return
        if not answer.location.startswith("/sandbox/pay/"):
            self.troubles[f"{answer.status} on giving"] += 1

    def _timed(self, ask, path: str) -> readers.Answer:
        began = time.monotonic()
        answer = ask(path)
        self.seconds.append(time.monotonic() - began)
        return answer

    def p95(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.95) - 1] if self.seconds else float("inf")


class Slow(threading.Thread):
    """Many connections held by one thread: what each says at first, and a letter more each second from those that drip.

    One that the server gives up is opened anew.
    """

    def __init__(self, port: int, says: bytes, clients: int, over: threading.Event, *, reads: bool = False) -> None:
        super().__init__(daemon=True)
        self.port, self.says, self.over, self.reads = port, says, over, reads
        self.held: list[socket.socket | None] = [None] * clients
        self.opened = 0

    def run(self) -> None:
        while not self.over.is_set():
            for place, line in enumerate(self.held):
                if self.over.is_set():
                    break
                if line is None or not self._goes_on(line):
                    self.held[place] = self._open()
            self.over.wait(1)
        for line in self.held:
            if line is not None:
                line.close()

    def _open(self) -> socket.socket | None:
        line = socket.socket()
        line.settimeout(0.2)
        with contextlib.suppress(OSError):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            line.connect(("127.0.0.1", self.port))
            line.sendall(self.says)
            line.settimeout(0)
            self.opened += 1
            return line
        line.close()
        return None

    def _goes_on(self, line: socket.socket) -> bool:
        try:
            if self.reads:
                return bool(line.recv(1))
            line.send(b"a")
        except BlockingIOError:
            return True
        except OSError:
            line.close()
            return False
        return True


class Searcher(threading.Thread):
    """Searches for other words each time, as fast as it is answered, from one address."""

    def __init__(self, paper: Paper, over: threading.Event, seed: int) -> None:
        super().__init__(daemon=True)
        self.paper, self.over, self.rng = paper, over, random.Random(seed)
        self.answers: Counter[int] = Counter()

    def run(self) -> None:
        reader = Reader(self.paper.port, address="198.51.100.9")
        while not self.over.is_set():
            with contextlib.suppress(OSError, HTTPException):
                self.answers[reader.get(f"/search/?q=council+{self.rng.random()}").status] += 1


def attacked(paper: Paper, way: str, wanted: argparse.Namespace) -> list[str]:
    """Runs one way of attack and gives what was wrong."""
    over = threading.Event()
    attack = _attackers(paper, way, wanted.clients, over)
    for each in attack:
        each.start()
    time.sleep(2)
    givers = Givers(paper)
    until = time.monotonic() + wanted.seconds
    number = 0
    while time.monotonic() < until:
        givers.give(number)
        number += 1
        time.sleep(0.1)
    over.set()
    for each in attack:
        each.join(30)
    return _told(way, givers, attack)


def _attackers(paper: Paper, way: str, clients: int, over: threading.Event) -> list[threading.Thread]:
    match way:
        case "no word":
            return [Slow(paper.port, b"", clients, over, reads=True)]
        case "half a header":
            return [Slow(paper.port, HALF_A_HEADER, clients, over)]
        case "half a body":
            return [Slow(paper.port, HALF_A_BODY % paper.port, clients, over)]
        case "slow readers":
            return [Slow(paper.port, A_PAGE % paper.port, clients, over, reads=True)]
        case _:
            return [Searcher(paper, over, seed) for seed in range(SEARCHERS)]


def _told(way: str, givers: Givers, attack: list[threading.Thread]) -> list[str]:
    searches = sum((each.answers for each in attack if isinstance(each, Searcher)), Counter())
    opened = sum(each.opened for each in attack if isinstance(each, Slow))
    did = f"searches answered {dict(searches)}" if searches else f"{opened} connections opened"
    print(f"{way:<14} {did}; {len(givers.seconds)} steps of giving, p95 {givers.p95() * 1000:.0f} ms", flush=True)
    wrong = [f"{way}: {times} × {trouble}" for trouble, times in givers.troubles.items()]
    if givers.p95() >= WITHIN_SECONDS:
        wrong.append(f"{way}: giving took {givers.p95():.2f} s at the 95th of 100 steps.")
    if searches and searches[200] + searches[503] > 3 * 30:
        wrong.append(f"{way}: {searches[200]} searches of one address were made.")
    return wrong


WAYS = ("no word", "half a header", "half a body", "slow readers", "searches")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--clients", type=int, default=1000, help="slow connections at once")
    asked.add_argument("--seconds", type=int, default=20, help="of each way of attack")
    asked.add_argument("--without-limits", action="store_true")
    wanted = asked.parse_args()
    settings = {"PENNYPRESS_TRUSTED_HOPS": "1"}
    if wanted.without_limits:
        settings |= {"PENNYPRESS_CONNECTIONS": FEW, "PENNYPRESS_SEARCHES_PER_MINUTE": MANY}
        readers.PATIENCE_SECONDS = 5
    with papers.a_paper(**settings) as paper:
        paper.environment["PENNYPRESS_URL"] = paper.address
        paper.adopt()
        from tests.attacks.founding import found

        found()
        paper.serve("--workers", "1")
        wrong = [line for way in WAYS for line in attacked(paper, way, wanted)]
    print("\n".join(wrong) or "Readers gave while all of it went on.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
