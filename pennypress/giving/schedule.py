"""When a pledge is collected: the days of its own rhythm. Pure but for the pledge it is told of."""

import datetime as dt

from pennypress import days

# A change of the day brings the next collection forward by no more than this.
CLOSEST = dt.timedelta(days=14)


def following(due_on: dt.date, *, interval_months: int, anchor_day: int) -> dt.date:
    """This function will give the due date that follows `due_on`.

    >>> str(following(dt.date(2026, 1, 31), interval_months=1, anchor_day=31))
    '2026-02-28'
    """
    return days.months_after(due_on, interval_months, anchor_day)


def latest(due_on: dt.date, *, interval_months: int, anchor_day: int, on: dt.date) -> tuple[dt.date, dt.date]:
    """This function will give the last due date up to `on`, from `due_on` on, and the one after it.

    Periods missed altogether are not made up for: a supporter is never charged twice at once.

    >>> [str(day) for day in latest(dt.date(2026, 12, 7), interval_months=1, anchor_day=7, on=dt.date(2027, 3, 20))]
    ['2027-03-07', '2027-04-07']
    """
    while (later := following(due_on, interval_months=interval_months, anchor_day=anchor_day)) <= on:
        due_on = later
    return due_on, later


def first_from(due_on: dt.date, *, interval_months: int, anchor_day: int, on: dt.date) -> dt.date:
    """This function will give the first due date on or after `on` in the rhythm of a pledge last due on `due_on`.

    >>> str(first_from(dt.date(2026, 11, 7), interval_months=3, anchor_day=7, on=dt.date(2027, 3, 1)))
    '2027-05-07'
    """
    later = following(due_on, interval_months=interval_months, anchor_day=anchor_day)
    while later < on:
        later = following(later, interval_months=interval_months, anchor_day=anchor_day)
    return later


def moved(next_on: dt.date, *, anchor_day: int, on: dt.date) -> dt.date:
    """This function will give the next due date once the day of the month has changed: in the same month, or else in the
    month after where that day has passed or comes so early that two collections would lie close together.

    >>> str(moved(dt.date(2026, 12, 7), anchor_day=20, on=dt.date(2026, 11, 10)))
    '2026-12-20'
    >>> str(moved(dt.date(2026, 12, 7), anchor_day=1, on=dt.date(2026, 12, 5)))
    '2027-01-01'
    >>> str(moved(dt.date(2026, 12, 30), anchor_day=5, on=dt.date(2026, 12, 1)))
    '2027-01-05'
    """
    day = days.in_month(next_on.year, next_on.month, anchor_day)
    too_early = day <= on or day < next_on - CLOSEST
    return days.months_after(day, 1, anchor_day) if too_early else day
