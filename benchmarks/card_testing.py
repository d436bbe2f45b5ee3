"""Whoever tries out stolen cards, against a real paper, with genuine givers among them.

Thieves send the form to give and pay with cards that are declined, as fast as the machine lets them, in four ways: from
one address, from five hundred through a trusted proxy, with one card, with many. Once a second, at a pace scaled to the
machine, a reader gives who has an address of their own and opens our letter where one comes. Then it must hold: the
provider was asked within its budget, 99 of 100 readers gave, the breaker opened within 60 seconds and closed by itself,
and nothing was written of those who were turned away but counts. The control takes the limits off.

    .venv/bin/python -m benchmarks.card_testing [--seconds 120] [--readers-a-second 1] [--thieves 8] [--without-limits]

20,000 tries in ten minutes are 33 a second: what the machine reached is printed beside what the provider saw.
"""

import argparse
import random
import re
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPException

from tests.attacks import papers, readers
from tests.attacks.papers import Paper
from tests.attacks.readers import Reader

WAYS = ("one address", "500 addresses", "one card", "many cards")
BREAKER_SECONDS = 30
# As a deployment has it: it must hold the readers as well, one a second.
BUDGET = 1200
OPENS_WITHIN = 60.0
LETTER_SECONDS = 60
CARDS = ("declined", "insufficient_funds")


@dataclass
class Attack:
    """What the thieves of one way did, and what they were answered."""

    way: str
    tries: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Thief(threading.Thread):
    """One of many: a form a try, with the page view it was drawn with, and a card on each payment page it gets to."""

    def __init__(self, paper: Paper, attack: Attack, over: threading.Event, seed: int) -> None:
        super().__init__(daemon=True)
        self.paper, self.attack, self.over, self.rng = paper, attack, over, random.Random(seed)

    def run(self) -> None:
        while not self.over.is_set():
            try:
                answered = self._try()
            except (OSError, HTTPException):
                answered = "broken off"
            with self.attack.lock:
                self.attack.tries += 1
                self.attack.answers[answered] += 1

    def _try(self) -> str:
        reader = Reader(self.paper.port, address=f"{self._spoofed()}, {self._address()}")
        answer = readers.offer(reader, own=str(self.rng.randint(1, 9)), email=f"thief{self.rng.random()}@example.net")
        if answer.location.startswith("/sandbox/pay/"):
            card = CARDS[0] if self.attack.way == "one card" else self.rng.choice(CARDS)
            readers.pay(reader, answer.location, card)
            return "asked the provider"
        if answer.location == "/pay/by-email/":
            return "sent a letter first"
        return {429: "told to wait", 422: "shown the form"}.get(answer.status, str(answer.status))

    def _address(self) -> str:
        if self.attack.way == "one address":
            return "198.51.100.1"
        return f"198.51.{self.rng.randint(100, 101)}.{self.rng.randint(0, 249)}"

    def _spoofed(self) -> str:
        # Before the entry of our own proxy a thief writes what he likes; it helps nobody.
        return f"203.0.113.{self.rng.randint(0, 255)}"


@dataclass
class Givers:
    """Genuine readers, one after another: how many set out and how many were thanked."""

    paper: Paper
    set_out: int = 0
    gave: int = 0
    by_letter: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def one(self, number: int) -> None:
        trouble = readers.trouble_of(lambda: self._give(number))
        with self.lock:
            self.set_out += 1
            self.gave += not trouble
            self.troubles += Counter([trouble] if trouble else [])

    def _give(self, number: int) -> str:
        reader = Reader(self.paper.port, address=f"192.0.{2 + number // 250}.{number % 250}")
        email = f"reader{number}@example.org"
        answer = readers.offer(reader, email=email)
        if answer.location == "/pay/by-email/":
            with self.lock:
                self.by_letter += 1
            answer = self._opened_letter(reader, email)
        if not answer.location.startswith("/sandbox/pay/"):
            return f"{answer.status} on giving"
        thanks = readers.pay(reader, answer.location)
        return "" if thanks.location.endswith("/thanks/") else f"{thanks.status} on paying"

    def _opened_letter(self, reader: Reader, email: str) -> readers.Answer:
        """Follows the link of the letter: as it was printed, since the words of such a letter go once it is sent."""
        until = time.monotonic() + LETTER_SECONDS
        while time.monotonic() < until:
            printed = self.paper.log.read_text(encoding="utf-8", errors="replace").partition(f"To: {email}\n")[2]
            if link := re.search(r"/pay/[0-9a-f-]{36}/", printed):
                page = reader.get(link[0])
                return reader.post(link[0], {"csrfmiddlewaretoken": readers.hidden(page.text, "csrfmiddlewaretoken")})
            time.sleep(0.5)
        raise HTTPException("no letter came")


def one(paper: Paper, statement: str) -> int:
    with paper.owner() as asked:
        row = asked.execute(statement).fetchone()
        assert row is not None
        return row[0] or 0


def attacked(paper: Paper, way: str, wanted: argparse.Namespace) -> list[str]:
    """One way of attack for so many seconds; prints what came of it, and gives what is wrong."""
    attack, givers, over = Attack(way), Givers(paper), threading.Event()
    before = {name: one(paper, statement) for name, statement in COUNTS.items()}
    thieves = [Thief(paper, attack, over, seed) for seed in range(wanted.thieves)]
    # Genuine gifts before and during: the breaker looks at the last fifty payments, whoever made them.
    began, began_at = time.monotonic(), time.time()
    for thief in thieves:
        thief.start()
    crowd = []
    while time.monotonic() - began < wanted.seconds:
        crowd.append(threading.Thread(target=givers.one, args=(next(NUMBERS),)))
        crowd[-1].start()
        time.sleep(1 / wanted.readers_a_second)
    over.set()
    for thread in [*thieves, *crowd]:
        thread.join(120)
    after = {name: one(paper, statement) - before[name] for name, statement in COUNTS.items()}
    opened = opened_within(paper, began_at)
    wrong = _judged(paper, attack, givers, after, wanted)
    if opened > OPENS_WITHIN:
        wrong.append(f"the breaker opened after {opened:.0f} s")
    print(
        f"{way:<14} {attack.tries:>6} tries ({attack.tries / wanted.seconds:.0f}/s) {dict(attack.answers)}; "
        f"the provider saw {after['asked']} of them and of {givers.set_out} readers; "
        f"{givers.gave} of {givers.set_out} gave, {givers.by_letter} by letter {dict(givers.troubles) or ''}"
        f"{f'; the breaker opened {opened:.1f} s after the first decline' if opened else ''}",
        flush=True,
    )
    return [f"{way}: {what}" for what in wrong]


NUMBERS = iter(range(10**6))
COUNTS = {
    "asked": "SELECT count(*) FROM payments_sandboxpayment",
    "gifts": "SELECT count(*) FROM giving_gift",
    "payments": "SELECT count(*) FROM payments_payment",
    "thieves": "SELECT count(*) FROM people_person WHERE email LIKE 'thief%'",
    "logins": "SELECT count(*) FROM people_user",
    "receipts": "SELECT count(*) FROM letters_letter WHERE kind <> 'pay-link' AND to_email LIKE 'thief%'",
    "opened": "SELECT count(*) FROM payments_breakermove WHERE state = 'open' AND by_id IS NULL",
}


def _judged(
    paper: Paper, attack: Attack, givers: Givers, after: dict[str, int], wanted: argparse.Namespace
) -> list[str]:
    wrong = []
    windows = wanted.seconds // 600 + 2
    if after["asked"] > BUDGET * windows:
        wrong.append(f"the provider was asked {after['asked']} times, of {BUDGET} in ten minutes")
    if givers.gave < givers.set_out * 0.99:
        wrong.append(f"{givers.gave} of {givers.set_out} readers gave")
    if after["asked"] != after["gifts"] or after["asked"] != after["payments"]:
        wrong.append(
            f"{after['gifts']} gifts and {after['payments']} payments for {after['asked']} that were asked for"
        )
    if after["thieves"] or after["logins"] or after["receipts"]:
        wrong.append(f"persons, logins or receipts of thieves: {after}")
    if attack.way != "one address" and attack.answers["asked the provider"] > 60 and not after["opened"]:
        wrong.append("the breaker did not open")
    return wrong


def closes_by_itself(paper: Paper) -> list[str]:
    """Waits with nobody attacking; the next reader finds the breaker closed."""
    time.sleep(BREAKER_SECONDS + 2)
    givers = Givers(paper)
    givers.one(next(NUMBERS))
    # Where the limits alone were enough it never opened.
    last = one(
        paper,
        "SELECT coalesce((SELECT (state = 'open')::int FROM payments_breakermove ORDER BY id DESC LIMIT 1), 0)",
    )
    return ["the breaker did not close by itself"] if last or givers.gave != 1 else []


def opened_within(paper: Paper, began_at: float) -> float:
    """From the first decline of an attack that began at this moment to the breaker's opening, in seconds; 0 if it did not."""
    with paper.owner() as asked:
        row = asked.execute(
            """SELECT extract(epoch FROM min(opened.moved_at) - (SELECT min(moved_at) FROM payments_paymentmove
                   WHERE to_state = 'failed' AND moved_at >= to_timestamp(%(began)s)))::float
               FROM payments_breakermove opened WHERE state = 'open' AND moved_at >= to_timestamp(%(began)s)""",
            {"began": began_at},
        ).fetchone()
    return float(row[0] or 0) if row else 0.0


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seconds", type=int, default=120, help="of each way of attack")
    asked.add_argument("--readers-a-second", type=float, default=1.0)
    asked.add_argument("--thieves", type=int, default=8, help="at once")
    asked.add_argument("--without-limits", action="store_true")
    wanted = asked.parse_args()
    settings = {
        "PENNYPRESS_TRUSTED_HOPS": "1",
        "PENNYPRESS_BREAKER_SECONDS": str(BREAKER_SECONDS),
        "PENNYPRESS_PROVIDER_BUDGET": str(BUDGET),
    }
    if wanted.without_limits:
        many = "1000000000"
        settings |= {"PENNYPRESS_TRIES_PER_ADDRESS": many, "PENNYPRESS_PROVIDER_BUDGET": many}
        settings |= {"PENNYPRESS_BREAKER_SECONDS": "0"}
    with papers.a_paper(**settings) as paper:
        paper.environment["PENNYPRESS_URL"] = paper.address
        paper.adopt()
        from tests.attacks.founding import found

        found()
        paper.serve("--workers", "2")
        paper.start("work", "work", "--at-once", "4")
        wrong = []
        for way in WAYS:
            wrong += attacked(paper, way, wanted)
            if not wanted.without_limits:
                wrong += closes_by_itself(paper)
    print("\n".join(wrong) or "Within the budget, nothing written, and the readers gave.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
