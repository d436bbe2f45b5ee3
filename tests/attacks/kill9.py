"""Kill -9 under load: a server's process, the server, the worker or the database, at random seeded moments.

Real processes on a paper of its own, synchronous commits on, supervised as in production: whatever ends is started again
and nobody does anything else. Readers give through the pages meanwhile. What was thanked for is noted outside of the
paper, and afterwards each of it must be there, every law must hold, and the provider's books and ours must agree.

    .venv/bin/python -m tests.attacks.kill9 [--points 60] [--readers 4] [--seed 1]
"""

import argparse
import contextlib
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

from pennypress.config import embedded, lodgings
from tests.attacks import papers, readers
from tests.attacks.papers import Paper
from tests.attacks.readers import Reader

TARGETS = ("server process", "server", "worker", "database")
RECOVERS_WITHIN = 120.0
DRAINS_WITHIN = 30.0


@dataclass
class Acknowledged:
    """What readers were told, in a file outside of the paper: written and synced before the reader does anything else."""

    path: Path
    sent: set[str] = field(default_factory=set)
    thanked: set[str] = field(default_factory=set)
    broken_off: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, public_id: str) -> None:
        with self.lock, open(self.path, "a", encoding="ascii") as kept:
            kept.write(f"{what} {public_id}\n")
            kept.flush()
            os.fsync(kept.fileno())
            (self.thanked if what == "thanked" else self.sent).add(public_id)


class Load(threading.Thread):
    """One reader after another, until it is over. What breaks off is left; it was not thanked for."""

    def __init__(self, paper: Paper, kept: Acknowledged, over: threading.Event, pause: float) -> None:
        super().__init__(daemon=True)
        self.paper, self.kept, self.over, self.pause = paper, kept, over, pause

    def run(self) -> None:
        while not self.over.is_set():
            try:
                self._one_gift()
            except (OSError, HTTPException):
                self.kept.broken_off += 1
            self.over.wait(self.pause)

    def _one_gift(self) -> None:
        reader = Reader(self.paper.port)
        offered = readers.offer(reader, email="reader@example.org")
        if not offered.location.startswith("/sandbox/pay/"):
            self.kept.broken_off += 1
            return
        thanks = readers.pay(reader, offered.location).location
        if not thanks.endswith("/thanks/"):
            self.kept.broken_off += 1
            return
        public_id = thanks.split("/")[2]
        self.kept.note("sent", public_id)
        for _look in range(20):
            if "has arrived" in reader.get(thanks).text:
                self.kept.note("thanked", public_id)
                return
            if self.over.wait(0.5):
                return


class Supervisor(threading.Thread):
    """Starts again what has ended, as systemd does in production: the database, the server, the worker."""

    def __init__(self, paper: Paper, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self.paper, self.over = paper, over

    def run(self) -> None:
        while not self.over.wait(0.2):
            with contextlib.suppress(embedded.CannotStart):
                if not embedded.is_running(self.paper.var):
                    embedded.start(self.paper.var)
            for name, arguments in (("serve", ("serve", "--workers", "2")), ("work", ("work",))):
                if self.paper.processes[name].poll() is not None:
                    _end_what_is_left(self.paper.processes[name])
                    self.paper.start(name, *arguments)


def _end_what_is_left(process: "subprocess.Popen[bytes]") -> None:
    # As a supervisor ends what stays of a unit: the processes of a server that was killed still hold its port.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def victim(paper: Paper, target: str, rng: random.Random) -> int | None:
    match target:
        case "server process":
            # Under the standing process stands the server, and under it those that answer.
            found = [one for server in children(paper.processes["serve"].pid) for one in children(server)]
            return rng.choice(found) if found else None
        case "server":
            return paper.processes["serve"].pid
        case "worker":
            return paper.processes["work"].pid
        case _database:
            notice = lodgings.of(paper.var).data / "postmaster.pid"
            return int(notice.read_text(encoding="utf-8").split()[0]) if notice.exists() else None


def await_it(what: Callable[[], bool], patience: float) -> float:
    began = time.monotonic()
    while not what():
        if time.monotonic() - began > patience:
            raise RuntimeError(f"it did not come back within {patience:.0f} s, and nobody is there to help")
        time.sleep(0.2)
    return time.monotonic() - began


def kill_at_random(paper: Paper, points: int, seed: int) -> dict[str, list[float]]:
    """Kills so many times, waiting each time until the paper answers again; gives the seconds that took, by target."""
    rng = random.Random(seed)
    took: dict[str, list[float]] = {target: [] for target in TARGETS}
    for point in range(points):
        time.sleep(rng.uniform(0.3, 3.0))
        target = TARGETS[point % len(TARGETS)] if point < len(TARGETS) else rng.choice(TARGETS)
        pid = victim(paper, target, rng)
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.3)
        took[target].append(await_it(lambda: embedded.is_running(paper.var) and paper.answers(), RECOVERS_WITHIN))
        print(f"  {point + 1:>3} of {points}: {target}, back after {took[target][-1]:.1f} s", flush=True)
    return took


def drained() -> bool:
    from pennypress.gateway.models import EventState, ProviderEvent
    from pennypress.payments.sandbox_tables import SandboxEvent

    waits = ProviderEvent.objects.filter(state=EventState.RECEIVED).exists()
    return not waits and not SandboxEvent.objects.filter(delivered_at=None).exists()


def examine(kept: Acknowledged) -> list[str]:
    """Everything that is wrong afterwards; nothing, if all is as promised.

    What was thanked for or answered 200 must be there as it is; what was paid and not told of yet, after reconciling.
    """
    wrong = _lost(kept)
    wrong += _after_reconciling(kept)
    return wrong + _after_reconciling(kept, again=True)


def _lost(kept: Acknowledged) -> list[str]:
    from pennypress.giving.models import Gift
    from pennypress.payments.models import Payment
    from pennypress.payments.sandbox_tables import SandboxEvent

    there = set(map(str, Gift.objects.filter(state="received").values_list("public_id", flat=True)))
    wrong = [f"thanked for, and not there: {public_id}" for public_id in sorted(kept.thanked - there)]
    told = SandboxEvent.objects.exclude(delivered_at=None).filter(kind="payment.succeeded")
    answered = set(told.values_list("payment__reference", flat=True))
    ours = set(map(str, Payment.objects.filter(state="succeeded").values_list("public_id", flat=True)))
    wrong += [f"answered 200, and not there: {reference}" for reference in sorted(answered - ours)]
    return wrong + _laws_broken()


def _after_reconciling(kept: Acknowledged, *, again: bool = False) -> list[str]:
    from django.utils import timezone

    from pennypress.giving.models import Gift
    from pennypress.settlement import reconciling

    now = timezone.now()
    since = now - reconciling.LOOKS_BACK
    made = reconciling.run(provider="sandbox", since=since, on=timezone.localdate(now), now=now)
    repairs = made.differences.count()
    print(f"reconciling {'again ' if again else ''}found {repairs} differences")
    wrong = [f"reconciling again found {repairs} differences"] if again and repairs else []
    left = reconciling.difference(provider="sandbox", since=since, currency="GBP")
    wrong += [f"provider and books differ by {left}"] if left else []
    there = set(map(str, Gift.objects.filter(state="received").values_list("public_id", flat=True)))
    wrong += [f"paid, and not there: {public_id}" for public_id in sorted(kept.sent - there)]
    return wrong + _laws_broken()


def _laws_broken() -> list[str]:
    from pennypress import laws
    from pennypress.config import lawbook

    return [f"law broken: {finding.law.name}" for finding in laws.run(lawbook.every_law()) if not finding.holds]


def run(points: int, seed: int, number: int, pause: float = 0.2) -> list[str]:
    """The whole of it; prints a table, and gives what is wrong."""
    settings = {"PENNYPRESS_TRIES_PER_ADDRESS": "1000000", "PENNYPRESS_PROVIDER_BUDGET": "1000000"}
    with papers.a_paper(**settings) as paper:
        kept = Acknowledged(paper.var.parent / f"{paper.var.name}-acknowledged.txt")
        paper.environment["PENNYPRESS_URL"] = paper.address
        paper.adopt()
        from django.db import connection

        from tests.attacks.founding import found

        found()
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            print("synchronous_commit", cursor.fetchone()[0])
        paper.serve("--workers", "2")
        paper.start("work")
        over, supervised = threading.Event(), threading.Event()
        supervisor = Supervisor(paper, supervised)
        supervisor.start()
        crowd = [Load(paper, kept, over, pause) for _reader in range(number)]
        for load in crowd:
            load.start()
        began = time.monotonic()
        took = kill_at_random(paper, points, seed)
        over.set()
        for load in crowd:
            load.join(60)
        connection.close()
        # The worker brings what webhooks it can; those that it gives up, or repeats later, are reconciling's to find.
        with contextlib.suppress(RuntimeError):
            await_it(lambda: _safely(drained), DRAINS_WITHIN)
        seconds = time.monotonic() - began
        supervised.set()
        supervisor.join(60)
        wrong = examine(kept)
        _print_table(took, kept, seconds)
        kept.path.unlink(missing_ok=True)
        connection.close()
    return wrong


def _safely(look: Callable[[], bool]) -> bool:
    from django.db import DatabaseError, connection

    try:
        return look()
    except DatabaseError:
        connection.close()
        return False


def _print_table(took: dict[str, list[float]], kept: Acknowledged, seconds: float) -> None:
    print(f"{'killed':<15} {'times':>5} {'back after, median s':>21} {'longest':>8}")
    for target, times in took.items():
        if times:
            print(f"{target:<15} {len(times):>5} {statistics.median(times):>21.1f} {max(times):>8.1f}")
    print(
        f"{len(kept.sent)} gifts paid and {len(kept.thanked)} thanked for in {seconds:.0f} s; "
        f"{kept.broken_off} were broken off by a kill, and thanked for by nobody"
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--points", type=int, default=60)
    asked.add_argument("--readers", type=int, default=4)
    asked.add_argument("--seed", type=int, default=1)
    wanted = asked.parse_args()
    print(f"seed {wanted.seed}")
    wrong = run(wanted.points, wanted.seed, wanted.readers)
    print("\n".join(wrong) or "Nothing is lost, every law holds, and the provider's books agree with ours.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
