import datetime as dt
import doctest
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from pennypress import days
from pennypress.demo import history, reading

TODAY = dt.date(2026, 11, 7)


def test_the_examples_of_the_reader_are_true():
    assert doctest.testmod(reading).failed == 0


@settings(max_examples=15, deadline=None)
@given(st.dates(dt.date(2025, 1, 1), dt.date(2030, 12, 31)))
def test_the_running_appeal_stands_where_the_real_one_stood(today):
    running = history.appeals(today, givers=300)[-1]

    assert sum(taking.minor for taking in running.takings) == 382_100
    assert days.days_left(today, running.closes_on) == 24
    assert running.opens_on <= min(taking.on for taking in running.takings)
    assert max(taking.on for taking in running.takings) <= today


@settings(max_examples=15, deadline=None)
@given(st.dates(dt.date(2025, 1, 1), dt.date(2030, 12, 31)))
def test_the_appeals_follow_each_other_without_gap_or_overlap(today):
    appeals = history.appeals(today, givers=300)

    ends = [(before.closes_on + dt.timedelta(days=1), after.opens_on) for before, after in itertools.pairwise(appeals)]
    assert all(end == start for end, start in ends)
    assert len({appeal.slug for appeal in appeals}) == 19


def test_there_are_about_three_thousand_receipts_by_every_method():
    takings = [taking for appeal in history.appeals(TODAY, givers=300) for taking in appeal.takings]

    assert 2_800 <= len(takings) <= 3_300
    assert {taking.method for taking in takings} == set(history.HABITS)


def test_four_hundred_owners_hold_at_least_one_share_each():
    owners = history.owners(TODAY, 400)

    assert len(owners) == 400
    assert min(owner.shares for owner in owners) >= 1
    assert max(owner.joined_on for owner in owners) < TODAY
