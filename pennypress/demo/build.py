"""Builds the demo paper in an empty database, through the domain functions alone, and checks every law at the end."""

import datetime as dt
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from pennypress import days, laws
from pennypress.demo import bank, cooperative, fund, painting, press, staff
from pennypress.people import demonstration


class CannotBuild(RuntimeError):
    """The demo stands but a law is broken: what was built is not to be shown."""


def is_built() -> bool:
    """This function will say whether this database holds the demo."""
    return demonstration.is_marked()


def build(*, now: dt.datetime, lawbook: list[laws.Law], say: Callable[[str], None] | None = None) -> None:
    """This function will build the whole demo as of `now`, in one transaction, or leave the database empty.

    `say` is told of each step. Raises: CannotBuild when a law does not hold at the end.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    progress = Progress(say or _to_stderr)
    with painting.Ahead() as painter, transaction.atomic():
        demonstration.mark(now=now)
        with progress.step("the society and its rulebook"):
            cooperative.found(today=days.day_of(now, zone), now=now)
        with progress.step("staff"):
            staff.appoint()
        with progress.step("eighteen months of the fighting fund"):
            fund.build(now=now, zone=zone, step=progress.count)
        with progress.step("four hundred owners"):
            cooperative.enrol(now=now, zone=zone, step=progress.count)
        with progress.step("standing orders and the bank's statements"):
            bank.build(now=now, zone=zone)
        with progress.step("sixty stories"):
            press.build(now=now, zone=zone, painter=painter, step=progress.count)
        with progress.step("the laws"):
            broken = [finding for finding in laws.run(lawbook) if not finding.holds]
            if broken:
                raise CannotBuild(f"Broken: {', '.join(finding.law.name for finding in broken)}")


class Progress:
    """Tells of steps and their seconds; within a step, every two seconds how far it is."""

    EVERY = 2.0

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.name = ""
        self.told_at = 0.0

    @contextmanager
    def step(self, name: str):
        self.name = name
        self.say(f"Building {name}…")
        started = self.told_at = time.perf_counter()
        yield
        self.say(f"Building {name}: {time.perf_counter() - started:.1f} s")

    def count(self, number: int) -> None:
        if time.perf_counter() - self.told_at >= self.EVERY:
            self.told_at = time.perf_counter()
            self.say(f"Building {self.name}: {number}…")


def _to_stderr(line: str) -> None:
    sys.stderr.write(line + "\n")
