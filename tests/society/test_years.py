"""The society's years meet without a gap, whatever the day on which they end."""

import datetime as dt

import pytest

from pennypress.society import years
from pennypress.society.models import Society


@pytest.mark.parametrize(
    ("end", "on", "first", "last", "name"),
    [
        ((12, 31), dt.date(2026, 11, 7), dt.date(2026, 1, 1), dt.date(2026, 12, 31), "2026"),
        ((3, 31), dt.date(2026, 3, 31), dt.date(2025, 4, 1), dt.date(2026, 3, 31), "2025/26"),
        ((3, 31), dt.date(2026, 4, 1), dt.date(2026, 4, 1), dt.date(2027, 3, 31), "2026/27"),
        ((2, 29), dt.date(2027, 3, 1), dt.date(2027, 3, 1), dt.date(2028, 2, 29), "2027/28"),
    ],
)
def test_a_day_falls_in_its_year(end, on, first, last, name):
    society = Society(year_end_month=end[0], year_end_day=end[1])

    year = years.of(society, on)

    assert (year.first, year.last, str(year)) == (first, last, name)
    assert years.before(society, year).last == first - dt.timedelta(days=1)
