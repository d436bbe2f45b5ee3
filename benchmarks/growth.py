"""Every public page of two papers of different size, by turns: what a thousand times as many stories cost a reader.

    .venv/bin/python -m benchmarks.large_paper --articles 1000 --keep SMALL
    .venv/bin/python -m benchmarks.large_paper --articles 1000000 --keep LARGE
    .venv/bin/python -m benchmarks.growth SMALL LARGE [--rounds 200]

Each paper has a process of its own that answers as the page store asks, past the store and without a network, and both are
asked in turn (A B A B), and twice: what the large one takes the first time is shown as well, for a paper of a million does
not fit in everybody's memory, and that time some of it comes from the disk. Stories are other ones each time. Printed are
the medians of the time that an answer takes with the database's part in it, the ratio once both have it in memory, our own
CPU and the queries; and of searches, for words from the commonest to the rarest and for two and three of them, how long the
large paper takes.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pennypress.config import embedded
from tests.attacks import papers

WANTED_RATIO, WANTED_SEARCH_MS = 1.2, 50.0
PAGES = ("front", "section", "article", "topic", "contributor", "feed", "section feed", "sitemap", "sitemap part")


def main() -> None:
    asked = _arguments()
    with _answering(asked.small) as small, _answering(asked.large) as large:
        wrong = _compare(small, large, asked.rounds)
        wrong += _search(large, asked.rounds)
    print("load of the machine: " + " ".join(f"{load:.1f}" for load in os.getloadavg()))
    if wrong:
        sys.exit("; ".join(wrong))


def _compare(small: "Answering", large: "Answering", rounds: int) -> list[str]:
    print(f"{'page':<14}{'small ms':>9}{'large ms':>9}{'ratio':>7}{'first ms':>10}{'CPU ms':>8}{'queries':>9}")
    wrong = []
    for page in PAGES:
        _both(small, large, page, 5)  # What every process has once.
        _, new = _both(small, large, page, rounds)
        ours, theirs = _both(small, large, page, rounds)
        ratio = _median(theirs, "ms") / _median(ours, "ms")
        print(
            f"{page:<14}{_median(ours, 'ms'):>9.2f}{_median(theirs, 'ms'):>9.2f}{ratio:>7.2f}{_median(new, 'ms'):>10.2f}"
            f"{_median(theirs, 'cpu'):>8.2f}{max(answer['queries'] for answer in theirs):>9}"
        )
        if ratio > WANTED_RATIO:
            wrong.append(f"{page}: {ratio:.2f} times as long")
    return wrong


def _both(small: "Answering", large: "Answering", page: str, rounds: int) -> tuple[list[Any], list[Any]]:
    """What the answers of both cost, asked in turn."""
    answers = [(small.ask(page, turn), large.ask(page, turn)) for turn in range(rounds)]
    return [ours for ours, _ in answers], [theirs for _, theirs in answers]


def _median(answers: list[Any], name: str) -> float:
    return statistics.median(answer[name] for answer in answers)


def _search(large: "Answering", rounds: int) -> list[str]:
    """Searches for the same words twice; the second time counts."""
    first = [large.ask("search", turn) for turn in range(rounds)]
    again = [large.ask("search", turn) for turn in range(rounds)]
    print(f"{'search for':<28}{'median ms':>10}{'95th of 100':>13}{'slowest':>9}")
    for kind in dict.fromkeys(answer["kind"] for answer in again):
        _say(kind, [answer["ms"] for answer in again if answer["kind"] == kind])
    _say("all of them", [answer["ms"] for answer in again])
    _say("all of them, the first time", [answer["ms"] for answer in first])
    slow = _p95([answer["ms"] for answer in again])
    return [f"search: {slow:.0f} ms"] if slow > WANTED_SEARCH_MS else []


def _say(kind: str, times: list[float]) -> None:
    print(f"{kind:<28}{statistics.median(times):>10.1f}{_p95(times):>13.1f}{max(times):>9.1f}")


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


class Answering:
    """A process that answers on one paper: a line in, a line out."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def ask(self, page: str, turn: int) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{page}\t{turn}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"The process that was asked for {page} has ended.")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextlib.contextmanager
def _answering(folder: Path) -> Iterator[Answering]:
    embedded.start(folder)
    paper = papers.Paper(folder)
    paper.press("migrate", "--verbosity", "0")
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.answering"],
        env=paper.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=papers.ROOT,
    )
    try:
        yield Answering(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
        embedded.stop(folder)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("small", type=Path)
    parser.add_argument("large", type=Path)
    parser.add_argument("--rounds", type=int, default=200)
    return parser.parse_args()


if __name__ == "__main__":
    main()
