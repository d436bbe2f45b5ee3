"""The paper's days: calendar dates in the paper's own time zone.

Pure: the caller passes the moment and the zone. Days are counted on the calendar, never as 24 hours, so that the nights
on which the clocks change are days like any other.
"""

import calendar
import datetime as dt
from zoneinfo import ZoneInfo


def day_of(moment: dt.datetime, zone: ZoneInfo) -> dt.date:
    """This function will say which of the paper's days an aware `moment` falls on.

    >>> day_of(dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC), ZoneInfo("Europe/London"))
    datetime.date(2026, 7, 1)
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone belongs to no day")
    return moment.astimezone(zone).date()


def start_of(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """This function will give the first moment of the paper's `day`, in UTC.

    Where midnight does not exist because the clocks go forward over it, it is the first moment that does.
    """
    return dt.datetime.combine(day, dt.time.min, tzinfo=zone).astimezone(dt.UTC)


def bounds(first: dt.date, last: dt.date, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """This function will give the half-open span [from, to) in UTC of the days from `first` to `last`, both counted."""
    return start_of(first, zone), start_of(last + dt.timedelta(days=1), zone)


def days_left(on: dt.date, closes_on: dt.date) -> int:
    """This function will count the days remaining, today counted: 1 on the closing day, 0 once it is over.

    >>> days_left(dt.date(2026, 11, 7), dt.date(2026, 11, 30))
    24
    """
    return max((closes_on - on).days + 1, 0)


def clear_days(given_on: dt.date, meeting_on: dt.date) -> int:
    """This function will count clear days of notice: neither the day of giving nor the day of the meeting counts.

    Source: the usual reading in model rules of societies (domain notes, section 5).
    """
    return max((meeting_on - given_on).days - 1, 0)


def in_month(year: int, month: int, anchor_day: int) -> dt.date:
    """This function will find the anchor day in a month, or that month's last day where it has no such day."""
    return dt.date(year, month, min(anchor_day, calendar.monthrange(year, month)[1]))


def months_after(start: dt.date, months: int, anchor_day: int) -> dt.date:
    """This function will step whole months from the month of `start`, keeping to `anchor_day` where the month has one.

    Law: the anchor is never lost: 31 January, 28 February, 31 March.

    >>> [str(months_after(dt.date(2026, 1, 31), n, 31)) for n in (1, 2)]
    ['2026-02-28', '2026-03-31']
    """
    if not 1 <= anchor_day <= 31:
        raise ValueError("an anchor day is 1 to 31")
    index = start.year * 12 + start.month - 1 + months
    return in_month(index // 12, index % 12 + 1, anchor_day)
