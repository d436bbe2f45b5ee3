"""The society's years: from the day after one year end to the next. Pure but for the society it is handed."""

import datetime as dt
from dataclasses import dataclass

from pennypress import days
from pennypress.society.models import Society


@dataclass(frozen=True, slots=True)
class Year:
    """One year of the society, `first` and `last` day both counted."""

    first: dt.date
    last: dt.date

    def __str__(self) -> str:
        return str(self.last.year) if self.first.year == self.last.year else f"{self.first.year}/{self.last:%y}"


def of(society: Society, on: dt.date) -> Year:
    """This function will give the society's year that the day `on` falls in."""
    last = _end(society, on.year)
    if on > last:
        last = _end(society, on.year + 1)
    return Year(_end(society, last.year - 1) + dt.timedelta(days=1), last)


def before(society: Society, year: Year) -> Year:
    """This function will give the year before `year`."""
    return of(society, year.first - dt.timedelta(days=1))


def _end(society: Society, year: int) -> dt.date:
    return days.in_month(year, society.year_end_month, society.year_end_day)
