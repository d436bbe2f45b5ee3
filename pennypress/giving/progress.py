"""Progress: an appeal day by day and method by method, and how those before it ended. Derived each time, stored nowhere."""

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from pennypress.giving import checkpoints, terms
from pennypress.giving.folding import Day, Figures
from pennypress.giving.models import Appeal, AppealSeries, Basis, Unit
from pennypress.money import Money
from pennypress.payments.models import Method


@dataclass(frozen=True, slots=True)
class DayRow:
    """What came on one day of an appeal and is still there, and the sum at its end."""

    on: dt.date
    amount: Money
    total: Money


@dataclass(frozen=True, slots=True)
class MethodRow:
    """What came by one method: how many sums, their amount, and the amount in minor units of each day so far."""

    method: str
    label: str
    count: int
    amount: Money
    by_day: tuple[int, ...]
    highest: Money


@dataclass(frozen=True, slots=True)
class Progress:
    """An appeal's days so far. `goals` has what was asked for on each day of the whole appeal, carried included, where it
    asks for money; `late` is what came after its last day."""

    length: int
    days: tuple[DayRow, ...]
    methods: tuple[MethodRow, ...]
    goals: tuple[int, ...]
    late: Money
    raised: Money


@dataclass(frozen=True, slots=True)
class Ended:
    """How an appeal ended: its closing figure, or what the books say while it is not closed."""

    appeal: Appeal
    raised: Money
    givers: int
    goal: Money | None
    goal_givers: int | None
    is_met: bool
    is_closed: bool


def of(appeal: Appeal, *, on: dt.date) -> Progress:
    """This function will lay out what an appeal raised by day and method up to the day `on`. Three queries.

    What was taken back is taken off the day on which the money had come. Law: days and late sum to raised, and so do the
    methods.
    """
    days = checkpoints.days(appeal)
    length = (appeal.closes_on - appeal.opens_on).days + 1
    so_far = max(min((on - appeal.opens_on).days + 1, length), 0)
    amounts = _by_day(days, appeal, so_far)
    totals = itertools.accumulate(amounts)
    late = sum(_counts(appeal.series, day) for day in days if _place(day, appeal) >= so_far)
    rows = [
        DayRow(appeal.opens_on + dt.timedelta(days=place), _money(amount, appeal), _money(total, appeal))
        for place, (amount, total) in enumerate(zip(amounts, totals, strict=True))
    ]
    return Progress(
        length=length,
        days=tuple(rows),
        methods=tuple(_methods(days, appeal, so_far)),
        goals=_goals(appeal, length, on),
        late=_money(late, appeal),
        raised=_money(sum(amounts) + late, appeal),
    )


def _by_day(days: Sequence[Day], appeal: Appeal, so_far: int) -> list[int]:
    amounts = [0] * so_far
    for day in days:
        place = _place(day, appeal)
        if place < so_far:
            amounts[place] += _counts(appeal.series, day)
    return amounts


def _place(day: Day, appeal: Appeal) -> int:
    return max((day.on - appeal.opens_on).days, 0)


def _counts(series: AppealSeries, day: Day) -> int:
    return day.net_minor if series.basis == Basis.NET else day.gross_minor


def _money(minor: int, appeal: Appeal) -> Money:
    return Money(minor, appeal.currency)


def _methods(days: Sequence[Day], appeal: Appeal, so_far: int) -> list[MethodRow]:
    rows = []
    for method in {day.method for day in days}:
        theirs = [day for day in days if day.method == method]
        by_day = _by_day(theirs, appeal, so_far)
        rows.append(
            MethodRow(
                method=method,
                label=str(Method(method).label),
                count=sum(day.count for day in theirs),
                amount=_money(sum(_counts(appeal.series, day) for day in theirs), appeal),
                by_day=tuple(by_day),
                highest=_money(max([*by_day, 0]), appeal),
            )
        )
    return sorted(rows, key=lambda row: (-row.amount.minor, row.method))


def _goals(appeal: Appeal, length: int, on: dt.date) -> tuple[int, ...]:
    if appeal.series.unit == Unit.GIVERS:
        return ()
    carried = terms.of(appeal, on=on).carried_in
    targets = list(appeal.targets.all())
    goals = []
    for place in range(length):
        day = appeal.opens_on + dt.timedelta(days=place)
        held = [target for target in targets if target.from_on <= day]
        goals.append(max(held[-1].figure + carried, 0))
    return tuple(goals)


def ended(series: AppealSeries, *, on: dt.date, limit: int | None = None) -> list[Ended]:
    """This function will say how the appeals of a series ended, the latest first. One query, and the meter's for each
    that is not closed."""
    over = terms.find("appeal.series_id = %(series)s AND appeal.closes_on < %(on)s", on=on, series=series.pk)
    return [_ended(appeal, on) for appeal in over[::-1][:limit]]


def _ended(appeal: Appeal, on: dt.date) -> Ended:
    series = appeal.series
    is_closed = hasattr(appeal, "closing")
    figures = (
        Figures(appeal.closing.raised_minor, appeal.closing.net_minor, appeal.closing.givers)
        if is_closed
        else checkpoints.figures(appeal)
    )
    goal = terms.of(appeal, on=on).goal
    counts_givers = series.unit == Unit.GIVERS
    return Ended(
        appeal=appeal,
        raised=_money(max(figures.net_minor if series.basis == Basis.NET else figures.gross_minor, 0), appeal),
        givers=figures.givers,
        goal=None if counts_givers else _money(max(goal, 0), appeal),
        goal_givers=goal if counts_givers else None,
        is_met=terms.raised(series, figures) >= goal,
        is_closed=is_closed,
    )


def known(on: dt.date) -> QuerySet[Appeal]:
    """This function will give the appeals that readers may look at: those that ran, run, or open within a fortnight."""
    return Appeal.objects.filter(opens_on__lte=on + dt.timedelta(days=14)).select_related(
        "series", "checkpoint", "closing"
    )
