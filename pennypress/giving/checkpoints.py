"""Checkpoints: an appeal's figures up to a mark, so that a reading of the meter counts only what came after.

A cache and never a record. It is true because marks are taken only where no lower one can still commit (whoever writes
what a meter counts holds a lock in shared mode until commit; we hold it alone for a moment), and because the database
drops it when something below its marks moves: a gift to another appeal, two persons merged. Backups leave it out.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction

from pennypress import jobs, prepared
from pennypress.giving import folding
from pennypress.giving.folding import Day, Figures, Marks
from pennypress.giving.models import Appeal, Collection, Gift, MeterCheckpoint
from pennypress.payments.models import Allocation

TASK = "giving.take_checkpoints"

# A checkpoint is taken anew once so many sums stand above it, and never counts more than a step's allocations while it
# holds up whoever gives: steps are short, so that nobody who gives waits for long, and many where there is much to count.
EVERY = 20
STEP = 2_000
# Of refunds and fees it passes over so many numbers in a step: most of them are of other appeals.
STRIDE = 10_000
# How long we stand in line for the lock, with givers waiting behind us, before we let them go on and try again later.
PATIENCE = "300ms"

# Those that stand so many sums above their checkpoint: a look at the end of two indexes for each appeal.
_ABOVE = """
(SELECT FROM {table} one WHERE one.appeal_id = giving_appeal.id AND one.allocation_id > coalesce(
    (SELECT allocation_mark FROM giving_metercheckpoint held WHERE held.appeal_id = giving_appeal.id), 0) LIMIT %(every)s)
"""
_MOVED_ON = f"""
WHERE %(every)s <= (SELECT count(*) FROM (
    {_ABOVE.format(table="giving_gift")} UNION ALL {_ABOVE.format(table="giving_collection")}) above)
ORDER BY id
"""  # noqa: S608 - names of our own


class Busy(Exception):
    """Money was being written all the while; nothing was changed, and another try will do."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a checkpoint says, or nothing counted yet where there is none."""

    marks: Marks
    figures: Figures


_NOTHING = Held(folding.START, Figures(0, 0, 0))


def held(appeal: Appeal) -> Held:
    """This function will give what the checkpoint of an appeal says. One query, or none where it came with the appeal."""
    try:
        row = appeal.checkpoint
    except MeterCheckpoint.DoesNotExist:
        return _NOTHING
    return Held(
        Marks(row.allocation_mark, row.refund_mark, row.fee_mark),
        Figures(row.gross_minor, row.net_minor, row.givers),
    )


def _days_held(appeal: Appeal) -> list[Day]:
    row = getattr(appeal, "checkpoint", None)
    return [Day(dt.date.fromisoformat(on), *rest) for on, *rest in row.days] if row else []


def figures(appeal: Appeal, *, to: Marks = folding.END) -> Figures:
    """This function will count what an appeal has raised, from its checkpoint on where it has one. One or two queries."""
    base = held(appeal)
    if base.marks == folding.START:
        return folding.whole(appeal, to=to)
    return _added(base.figures, folding.difference(appeal, since=base.marks, to=to))


def days(appeal: Appeal, *, to: Marks = folding.END) -> list[Day]:
    """This function will count what an appeal has raised by day and method, from its checkpoint on where it has one."""
    base = held(appeal)
    return _merged(_days_held(appeal), folding.days(appeal, since=base.marks, to=to))


def marks() -> Marks:
    """This function will take the marks up to which everything is committed. Call it in a transaction; it holds the
    lock, and with it whoever would write money, until that ends. Raises: Busy.
    """
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('giving.meter'))")
        except OperationalError as error:
            raise Busy from error
        cursor.execute("SET LOCAL lock_timeout = DEFAULT")
        cursor.execute(
            "SELECT (SELECT coalesce(max(id), 0) FROM payments_allocation),"
            " (SELECT coalesce(max(id), 0) FROM payments_refund), (SELECT coalesce(max(id), 0) FROM payments_payoutline)"
        )
        return Marks(*cursor.fetchone())


def ask_if_due(allocation: Allocation) -> None:
    """This function will have the worker look for what is due, once in every `EVERY` sums that are settled.

    Call it in the transaction in which a sum begins to count. While gifts come in a storm each reading of the meter would
    count all of them until the minute is over.
    """
    if allocation.pk % EVERY == 0:
        transaction.on_commit(_ask, robust=True)


def _ask() -> None:
    jobs.ask_for(TASK)


def take_due(*, now: dt.datetime) -> int:
    """This function will take a checkpoint of every appeal that has moved on by `EVERY` sums, and say of how many.

    Call it outside any transaction. An appeal whose money is being written without a pause waits for the next round.
    """
    return sum(_caught_up(appeal, now) for appeal in prepared.found(Appeal, _MOVED_ON, every=EVERY))


def take(*, appeal: Appeal, now: dt.datetime) -> MeterCheckpoint:
    """This function will bring an appeal's checkpoint up to now, step by step. Call it outside any transaction.

    Raises: Busy.
    """
    while True:
        row, is_up_to_now = _step(appeal, now)
        if is_up_to_now:
            return row


def _caught_up(appeal: Appeal, now: dt.datetime) -> bool:
    try:
        take(appeal=appeal, now=now)
    except Busy:
        return False
    return True


@transaction.atomic
def _step(appeal: Appeal, now: dt.datetime) -> tuple[MeterCheckpoint, bool]:
    safe = marks()
    appeal = Appeal.objects.select_related("checkpoint").get(pk=appeal.pk)
    base = held(appeal)
    to = _next(appeal, base.marks, safe)
    figures = _added(base.figures, folding.difference(appeal, since=base.marks, to=to))
    by_day = _merged(_days_held(appeal), folding.days(appeal, since=base.marks, to=to))
    row, _created = MeterCheckpoint.objects.update_or_create(
        appeal=appeal,
        defaults={
            "allocation_mark": to.allocation,
            "refund_mark": to.refund,
            "fee_mark": to.fee,
            "gross_minor": figures.gross_minor,
            "net_minor": figures.net_minor,
            "givers": figures.givers,
            "days": [[str(day.on), day.method, day.count, day.gross_minor, day.net_minor] for day in by_day],
            "taken_at": now,
        },
    )
    return row, to == safe


def _next(appeal: Appeal, at: Marks, safe: Marks) -> Marks:
    """A step further. Refunds and fees are passed over once every sum is counted, so that none is of a later one."""
    # Where a checkpoint begins, its appeal's first sum may have a high number: what is below is none of it.
    allocation = min(safe.allocation, (at.allocation or _first(appeal) - 1) + STEP)
    if allocation < safe.allocation:
        return Marks(allocation, at.refund, at.fee)
    return Marks(allocation, min(safe.refund, at.refund + STRIDE), min(safe.fee, at.fee + STRIDE))


def _first(appeal: Appeal) -> int:
    firsts = [
        found.objects.filter(appeal=appeal, allocation__isnull=False)
        .order_by("allocation_id")
        .values_list("allocation_id", flat=True)
        .first()
        for found in (Gift, Collection)
    ]
    return min((first for first in firsts if first is not None), default=1)


def _added(one: Figures, other: Figures) -> Figures:
    return Figures(one.gross_minor + other.gross_minor, one.net_minor + other.net_minor, one.givers + other.givers)


def _merged(one: list[Day], other: list[Day]) -> list[Day]:
    """Days added up, in order; a day on which nothing is left in the end is none."""
    found: dict[tuple[dt.date, str], Day] = {}
    for day in (*one, *other):
        known = found.get((day.on, day.method), Day(day.on, day.method, 0, 0, 0))
        found[day.on, day.method] = Day(
            day.on,
            day.method,
            known.count + day.count,
            known.gross_minor + day.gross_minor,
            known.net_minor + day.net_minor,
        )
    return [day for _key, day in sorted(found.items()) if day.count or day.gross_minor or day.net_minor]
