import datetime as dt
import doctest
from zoneinfo import ZoneInfo

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
