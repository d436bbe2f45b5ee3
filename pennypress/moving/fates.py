"""What becomes of each row: the plan that a person reads before anything is written. Pure."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pennypress import money
from pennypress.money import Money

NEW, KNOWN, BAD = "new", "known", "bad"


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one row. `state` is new (it will be moved in), known (it was, before) or bad, and `says` tells it in
    words. `sorts` are the heads under which its amount is added up; `told` is what it says, read."""

    line: int
    state: str
    says: str
    amount: Money | None = None
    sorts: tuple[tuple[str, str], ...] = ()
    told: Any = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """So many rows, and what they add up to, under a head ("Year") and a name ("2024")."""

    head: str
    name: str
    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Plan:
    """All rows and what becomes of them. `trouble` is what is wrong with the file as a whole, and then nothing is moved in.

    Law: the sums under each head add up to the total of the new rows.
    """

    currency: str
    fates: Sequence[Fate]
    trouble: Sequence[str] = field(default_factory=tuple)

    @property
    def new(self) -> list[Fate]:
        return [fate for fate in self.fates if fate.state == NEW]

    @property
    def known(self) -> list[Fate]:
        return [fate for fate in self.fates if fate.state == KNOWN]

    @property
    def bad(self) -> list[Fate]:
        return [fate for fate in self.fates if fate.state == BAD]

    @property
    def total(self) -> Money:
        return money.total([fate.amount for fate in self.new if fate.amount], self.currency)

    @property
    def sums(self) -> list[Sum]:
        """The new rows added up under each of their heads, in order."""
        counts: Counter[tuple[str, str]] = Counter()
        minor: Counter[tuple[str, str]] = Counter()
        for fate in self.new:
            for sort in fate.sorts:
                counts[sort] += 1
                minor[sort] += fate.amount.minor if fate.amount else 0
        return [
            Sum(head, name, counts[head, name], Money(minor[head, name], self.currency))
            for head, name in sorted(counts)
        ]


def keys(told: Sequence[tuple[object, ...]]) -> list[str]:
    """This function will give each row a key of what it says. Rows that say the same are numbered: two equal gifts of one
    day are two gifts, and the same file again has the same keys.

    >>> first, second, again = keys([("a",), ("b",), ("a",)])
    >>> first == keys([("a",)])[0], first == again
    (True, False)
    """
    seen: Counter[tuple[object, ...]] = Counter()
    found = []
    for row in told:
        seen[row] += 1
        text = json.dumps([*map(str, row), seen[row]], ensure_ascii=False)
        found.append(hashlib.sha256(text.encode()).hexdigest())
    return found
