"""Laws: named checks that return offending rows, and nothing while all is well.

Owns what a law is and how laws are run. Each package that keeps money, shares or votes lists its own in its `laws`
module; this module reads only, and it knows none of them.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection


@dataclass(frozen=True)
class Law:
    """One promise the data keeps.

    `sql` selects the rows that break it, a readable reference first. `says` is the promise in the words of the person
    who relies on it.
    """

    name: str
    says: str
    sql: str


@dataclass(frozen=True)
class Finding:
    """What running one law brought: its first offending rows (20 at most), how many there are, and the seconds it took."""

    law: Law
    rows: list[tuple[object, ...]] = field(default_factory=list)
    count: int = 0
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        return self.count == 0


def run(laws: Iterable[Law]) -> list[Finding]:
    """This function will run each law on the present data and give one finding for each, in order. It writes nothing."""
    return [_run_one(law) for law in laws]


def _run_one(law: Law) -> Finding:
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(law.sql)
        rows = cursor.fetchall()
    return Finding(law=law, rows=rows[:20], count=len(rows), seconds=time.perf_counter() - started)
