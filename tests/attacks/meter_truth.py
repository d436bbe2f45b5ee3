"""The meter tells the truth under load: random money events on a real paper while many pollers read every surface.

Every value that a poller sees must have been the fund's true value at some moment of the last 60 seconds; the truth is
counted from the events themselves, apart from the paper. At the end it must equal the ledger's own sum as well.

    .venv/bin/python -m tests.attacks.meter_truth [--events 10000] [--pollers 20] [--seed 1] [--without-refunds]

`--without-refunds` is the control: refunds and disputes are then not taken off, and it must fail.
"""

import argparse
import bisect
import json
import random
import re
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.attacks import papers
from tests.attacks.readers import Reader

SURFACES = ("/appeal.json", "/fragments/appeal/", "/appeal/", "/give/")
OLDEST_SECONDS = 60.0


@dataclass
class Truth:
    """What the fund truly had, from when to when: a value holds from before its commit until after the next one's."""

    since: list[float] = field(default_factory=lambda: [0.0])
    until: list[float] = field(default_factory=lambda: [float("inf")])
    values: list[int] = field(default_factory=lambda: [0])

    def moved(self, began: float, ended: float, value: int) -> None:
        self.until[-1] = ended
        self.since.append(began)
        self.until.append(float("inf"))
        self.values.append(value)

    def age(self, value: int, asked: float, answered: float) -> float | None:
        """How long before it was asked for a value had last been true; None if it never was in time."""
        which = bisect.bisect_right(self.since, answered) - 1
        while which >= 0 and self.until[which] >= asked - OLDEST_SECONDS:
            if self.values[which] == value:
                return max(asked - self.until[which], 0.0)
            which -= 1
        return None


@dataclass
class Seen:
    path: str
    value: int
    as_of: str
    asked: float
    answered: float


class Poller(threading.Thread):
    def __init__(self, port: int, over: threading.Event, seed: int) -> None:
        super().__init__(daemon=True)
        self.reader, self.over, self.rng = Reader(port), over, random.Random(seed)
        self.seen: list[Seen] = []

    def run(self) -> None:
        while not self.over.is_set():
            path = self.rng.choice(SURFACES)
            asked = time.monotonic()
            text = self.reader.get(path).text
            answered = time.monotonic()
            self.seen += [Seen(path, value, as_of, asked, answered) for value, as_of in figures(path, text)]
            self.over.wait(self.rng.uniform(0.05, 0.5))


def figures(path: str, text: str) -> list[tuple[int, str]]:
    if path.endswith(".json"):
        told = json.loads(text)
        return [(told["raised_minor"], told["as_of"])]
    return [(int(minor), "") for minor in re.findall(r'data-raised-minor="(\d+)"', text)]


def run(events: int, pollers: int, seed: int, *, without_refunds: bool = False) -> list[str]:
    with papers.a_paper() as paper:
        paper.adopt()
        from pennypress.giving.models import Appeal
        from pennypress.ledger import chart
        from pennypress.settlement import settle
        from tests.attacks.founding import found
        from tests.attacks.money_events import Month

        found()
        if without_refunds:
            settle.taken_back = lambda **_facts: []
        paper.serve("--workers", "2")
        over = threading.Event()
        crowd = [Poller(paper.port, over, seed + number) for number in range(pollers)]
        for poller in crowd:
            poller.start()
        truth, kinds = Truth(), Counter[str]()
        month = Month(random.Random(seed), opens_on=Appeal.objects.get().opens_on)
        began = time.monotonic()
        for _event in range(events):
            before = time.monotonic()
            kinds[month.event()] += 1
            truth.moved(before, time.monotonic(), month.raised)
        took = time.monotonic() - began
        time.sleep(1)
        over.set()
        for poller in crowd:
            poller.join(60)
        wrong = judged(truth, [seen for poller in crowd for seen in poller.seen])
        wrong += _against_the_ledger(month.raised, chart.GIFTS)
        print(f"{events} events in {took:.0f} s ({dict(kinds)}), the fund at {month.raised / 100:,.2f}")
    return wrong


def _against_the_ledger(raised: int, account: str) -> list[str]:
    """The account of gifts, less what belongs to the days before the appeal: the cheques entered late."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT -coalesce(sum(line.amount_minor), 0) FROM ledger_line line
               JOIN ledger_account account ON account.id = line.account_id JOIN ledger_entry entry ON entry.id = line.entry_id
               WHERE account.code = %s AND entry.on >= (SELECT opens_on FROM giving_appeal)""",
            [account],
        )
        (ledger,) = cursor.fetchone()
    return [] if ledger == raised else [f"the ledger says {ledger}, the events {raised}"]


def judged(truth: Truth, every: list[Seen]) -> list[str]:
    wrong, ages = [], []
    for seen in every:
        age = truth.age(seen.value, seen.asked, seen.answered)
        if age is None:
            wrong.append(f"{seen.path} said {seen.value}, which the fund never had in the minute before")
        else:
            ages.append(age)
    by_moment: dict[str, set[int]] = {}
    for seen in every:
        if seen.as_of:
            by_moment.setdefault(seen.as_of, set()).add(seen.value)
    wrong += [f"two values as of {as_of}: {values}" for as_of, values in by_moment.items() if len(values) > 1]
    surfaces = dict(Counter(seen.path for seen in every))
    print(f"{len(every)} values seen on {surfaces}; the oldest had been true {max(ages, default=0):.2f} s before")
    return wrong


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--events", type=int, default=10_000)
    asked.add_argument("--pollers", type=int, default=20)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--without-refunds", action="store_true")
    wanted = asked.parse_args()
    wrong = run(wanted.events, wanted.pollers, wanted.seed, without_refunds=wanted.without_refunds)
    print("\n".join(wrong[:20]) or "Every value seen was true within the minute before, and the ledger says the same.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
