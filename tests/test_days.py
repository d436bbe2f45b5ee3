import datetime as dt
import doctest
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pennypress import days

ZONES = ["Europe/London", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "America/Havana",
         "Australia/Lord_Howe", "Africa/Cairo", "Asia/Beirut", "America/Santiago"]  # fmt: skip
zones = st.sampled_from(ZONES).map(ZoneInfo)
calendar_days = st.dates(dt.date(2024, 1, 1), dt.date(2032, 12, 31))


def test_the_examples_in_the_module_are_true():
    assert doctest.testmod(days).failed == 0


@given(calendar_days, zones)
def test_a_day_begins_on_itself_and_the_moment_before_is_yesterday(day, zone):
    start = days.start_of(day, zone)

    assert days.day_of(start, zone) == day
    assert days.day_of(start - dt.timedelta(microseconds=1), zone) < day


@given(calendar_days, calendar_days)
def test_days_left_count_today_and_fall_by_one_a_day(on, closes_on):
    left = days.days_left(on, closes_on)

    assert left == max((closes_on - on).days + 1, 0)
    assert days.days_left(closes_on, closes_on) == 1


@given(calendar_days, st.integers(1, 31), st.integers(0, 60))
def test_a_month_end_never_loses_its_anchor(start, anchor, months):
    due = days.months_after(start, months, anchor)

    next_day = due + dt.timedelta(days=1)
    assert due.day == anchor or (due.day < anchor and next_day.month != due.month)
    assert (due.year * 12 + due.month) - (start.year * 12 + start.month) == months


def test_the_last_day_of_january_comes_round_at_the_end_of_each_month():
    dues = [days.months_after(dt.date(2027, 1, 31), step, 31).isoformat() for step in (1, 2, 3)]

    assert dues == ["2027-02-28", "2027-03-31", "2027-04-30"]


def test_neither_the_day_of_notice_nor_the_day_of_the_meeting_is_a_clear_day():
    assert days.clear_days(dt.date(2026, 6, 1), dt.date(2026, 6, 16)) == 14


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        days.day_of(dt.datetime(2026, 1, 1), ZoneInfo("Europe/London"))


FIRST, LAST = dt.date(2024, 1, 1), dt.date(2032, 12, 31)
EVERY_DAY = [FIRST + dt.timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
A_MOMENT = dt.timedelta(microseconds=1)


def wrong_days(zone):
    """The days of 2024 to 2032 that in this zone do not begin where the day before ends, or not on themselves."""
    starts = [days.start_of(day, zone) for day in [*EVERY_DAY, LAST + dt.timedelta(days=1)]]
    return [
        day
        for day, start, end in zip(EVERY_DAY, starts, starts[1:], strict=False)
        if not (start < end and days.day_of(start, zone) == day == days.day_of(end - A_MOMENT, zone))
    ]


def test_in_every_zone_every_day_of_nine_years_is_whole_and_ends_where_the_next_begins():
    assert {name: wrong for name in available_timezones() if (wrong := wrong_days(ZoneInfo(name)))} == {}


def test_a_deadline_is_kept_to_its_last_minute_on_every_night_when_clocks_change():
    zone = ZoneInfo("Europe/London")
    last_minutes = [dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=zone) for day in EVERY_DAY]

    left = [days.days_left(days.day_of(moment, zone), day) for moment, day in zip(last_minutes, EVERY_DAY, strict=True)]

    assert set(left) == {1}


@pytest.mark.parametrize("anchor", [28, 29, 30, 31])
def test_every_next_charge_is_in_the_next_month_on_its_day_or_the_months_last(anchor):
    starts = [day for day in EVERY_DAY if day.day == days.in_month(day.year, day.month, anchor).day]

    nexts = [days.months_after(start, 1, anchor) for start in starts]

    assert len(starts) == 9 * 12
    assert nexts[:-1] == starts[1:]


def test_without_calendar_days_a_night_of_the_clock_would_be_miscounted():
    """The control: days counted as 24 hours each are wrong on the night on which the clocks go back."""
    zone = ZoneInfo("Europe/London")
    opened, closed = days.start_of(dt.date(2026, 10, 1), zone), days.start_of(dt.date(2026, 10, 31), zone)

    by_hours = (closed - opened) / dt.timedelta(hours=24)

    assert by_hours != int(by_hours)
    assert days.days_left(dt.date(2026, 10, 1), dt.date(2026, 10, 31)) == 31
