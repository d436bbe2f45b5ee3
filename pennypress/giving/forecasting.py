"""Forecasting: what an appeal may come to, each method by its own habit in the appeals before it.

Standing orders come in the first days and the third week, branches send cheques when they have met: half of the days gone
is not half of the money. So for each method we ask what share of its final sum had come by this day of the last six
appeals of the series; the median of these shares says what its sum so far may grow to, and the highest and the lowest
say how far that may be off. Where a method's share by this day is usually below a tenth, its sum so far says nothing, and
its usual final sum stands in. With fewer than three appeals to go by there is no forecast.

Exact fractions throughout. The day that is not over is left out, here and in the appeals before.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from pennypress.giving import checkpoints
from pennypress.giving.folding import Day
from pennypress.giving.models import Appeal, Basis
from pennypress.money import EXPONENTS, Money, total
from pennypress.payments.models import Method

LATEST = 6
FEWEST = 3
# A share below this is too little to divide by.
SMALL = Fraction(1, 10)


@dataclass(frozen=True, slots=True)
class Course:
    """The course of one appeal: the amount by method and place, a place being the days since it opened."""

    length: int
    amounts: dict[str, dict[int, int]]

    def by(self, method: str, place: int) -> int:
        """What had come by the end of the day before `place`."""
        return sum(minor for at, minor in self.amounts.get(method, {}).items() if at < place)

    def all(self, method: str) -> int:
        return sum(self.amounts.get(method, {}).values())


@dataclass(frozen=True, slots=True)
class Projected:
    """What one method may come to, in minor units; `share` is what had usually come by now, None where it says nothing."""

    method: str
    so_far: int
    expected: int
    low: int
    high: int
    share: Fraction | None


@dataclass(frozen=True, slots=True)
class Row:
    """A projection in money and words; `percent` is the usual share by now, None where the usual final sum stands in."""

    method: str
    label: str
    so_far: Money
    expected: Money
    low: Money
    high: Money
    percent: int | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """A forecast by method and in sum; without rows where too few appeals went before, and `past` says how many did."""

    rows: tuple[Row, ...]
    so_far: Money
    expected: Money | None
    low: Money | None
    high: Money | None
    past: int
    days_gone: int
    length: int


def of(appeal: Appeal, *, on: dt.date) -> Forecast:
    """This function will forecast a running appeal as of the morning of the day `on`. A query for each appeal it looks at."""
    earlier = Appeal.objects.filter(series=appeal.series_id, closes_on__lt=appeal.opens_on)
    past = [_course(one) for one in earlier.select_related("series", "checkpoint").order_by("-opens_on")[:LATEST]]
    course = _course(appeal)
    gone = max(min((on - appeal.opens_on).days, course.length), 0)
    projected = project(course, past, gone=gone)
    rows = tuple(_row(one, appeal.currency) for one in projected)
    return Forecast(
        rows=rows,
        so_far=Money(sum(course.all(method) for method in course.amounts), appeal.currency),
        expected=total([row.expected for row in rows], appeal.currency) if rows else None,
        low=total([row.low for row in rows], appeal.currency) if rows else None,
        high=total([row.high for row in rows], appeal.currency) if rows else None,
        past=len(past),
        days_gone=gone,
        length=course.length,
    )


def project(course: Course, past: Sequence[Course], *, gone: int) -> list[Projected]:
    """This function will project each method of a course after `gone` whole days; nothing where too few went before.

    Pure. Law: no figure is below what has come already, and low ≤ expected ≤ high.
    """
    if len(past) < FEWEST:
        return []
    methods = set(course.amounts).union(*(one.amounts for one in past))
    projected = [_project(method, course, past, gone) for method in methods]
    return sorted(projected, key=lambda one: (-one.expected, one.method))


def _project(method: str, course: Course, past: Sequence[Course], gone: int) -> Projected:
    so_far, came = course.by(method, gone), course.all(method)
    finals = [one.all(method) for one in past]
    shares = [
        Fraction(max(one.by(method, _same_day(gone, course.length, one.length)), 0), final)
        for one, final in zip(past, finals, strict=True)
        if final > 0
    ]
    usual = median(shares) if len(shares) >= FEWEST else Fraction(0)
    if usual < SMALL:
        # Of a method that came in half of the months, the months without it count as well.
        guess = (median(finals), min(finals), max(finals))
        return Projected(method, came, *_ordered(guess, came), share=None)
    most = Fraction(so_far) / min(shares) if min(shares) >= SMALL else max(Fraction(max(finals)), so_far / usual)
    return Projected(method, came, *_ordered((so_far / usual, so_far / max(shares), most), came), share=usual)


def _same_day(gone: int, length: int, other: int) -> int:
    """The place in a course of another length that is as far on, to the nearest day."""
    return (2 * gone * other + length) // (2 * length)


def _ordered(guess: tuple[float | Fraction, float | Fraction, float | Fraction], came: int) -> tuple[int, int, int]:
    expected, low, high = (max(round(part), came) for part in guess)
    return expected, min(low, expected), max(high, expected)


def _course(appeal: Appeal) -> Course:
    return course_of(
        checkpoints.days(appeal),
        opens_on=appeal.opens_on,
        length=(appeal.closes_on - appeal.opens_on).days + 1,
        is_net=appeal.series.basis == Basis.NET,
    )


def course_of(days: Sequence[Day], *, opens_on: dt.date, length: int, is_net: bool = False) -> Course:
    """This function will lay an appeal's days out by method and place; what came late counts to the last day."""
    amounts: dict[str, dict[int, int]] = {}
    for day in days:
        place = min(max((day.on - opens_on).days, 0), length - 1)
        by_place = amounts.setdefault(day.method, {})
        by_place[place] = by_place.get(place, 0) + (day.net_minor if is_net else day.gross_minor)
    return Course(length, amounts)


def _row(one: Projected, currency: str) -> Row:
    return Row(
        method=one.method,
        label=str(Method(one.method).label),
        so_far=Money(one.so_far, currency),
        expected=_whole(one.expected, one.so_far, currency),
        low=_whole(one.low, one.so_far, currency),
        high=_whole(one.high, one.so_far, currency),
        percent=None if one.share is None else round(one.share * 100),
    )


def _whole(minor: int, came: int, currency: str) -> Money:
    """In whole pounds: a forecast does not know its pence. Never below what has come."""
    unit = 10 ** EXPONENTS[currency]
    return Money(max(round(Fraction(minor, unit)) * unit, came), currency)
