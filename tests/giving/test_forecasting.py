"""A forecast follows each method's own habit, says how far it may be off, and is silent where it knows too little."""

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pennypress.giving import forecasting
from pennypress.giving.forecasting import Course
from tests.builders import TODAY, a_received_gift, an_appeal, pounds

# A habit: how much in a hundred comes on which day. Standing orders early and in the third week, cheques late.
STANDING = {0: 30, 1: 20, 2: 10, 14: 20, 16: 15, 25: 5}
CHEQUES = {3: 5, 9: 10, 18: 15, 24: 30, 28: 40}


def course(standing, cheques, *, length=30, until=99):
    return Course(
        length,
        {
            "standing_order": {at: standing * part for at, part in STANDING.items() if at < until},
            "cheque": {at: cheques * part for at, part in CHEQUES.items() if at < until},
        },
    )


PAST = [course(100 + 7 * number, 80 + 11 * number) for number in range(6)]


def by_method(projected):
    return {one.method: one for one in projected}


@pytest.mark.parametrize("gone", [3, 10, 17, 26])
def test_where_the_habit_is_kept_standing_orders_are_foretold_to_the_penny(gone):
    now = course(133, 90, until=gone)

    standing = by_method(forecasting.project(now, PAST, gone=gone))["standing_order"]

    assert (standing.low, standing.expected, standing.high) == (13_300, 13_300, 13_300)


def test_an_even_pace_would_mislead_by_a_multiple_where_habit_does_not():
    now = course(133, 90, until=3)
    even_pace = now.by("standing_order", 3) * 30 // 3

    standing = by_method(forecasting.project(now, PAST, gone=3))["standing_order"]

    assert even_pace > 5 * 13_300
    assert standing.expected == 13_300


def test_a_method_of_which_little_has_come_by_now_is_taken_at_its_usual_sum():
    cheques = by_method(forecasting.project(course(133, 90, until=3), PAST, gone=3))["cheque"]

    assert cheques.share is None
    assert (cheques.low, cheques.expected, cheques.high) == (8_000, 10_750, 13_500)


def test_with_two_appeals_to_go_by_there_is_none():
    assert forecasting.project(course(133, 90, until=3), PAST[:2], gone=3) == []


def test_on_the_first_morning_everything_is_at_its_usual_sum():
    projected = forecasting.project(Course(30, {}), PAST, gone=0)

    assert {one.share for one in projected} == {None}
    assert sum(one.expected for one in projected) == 11_750 + 10_750


def test_a_method_never_seen_before_counts_what_has_come_and_no_more():
    now = Course(30, {"paypal": {2: 4_000}})

    paypal = by_method(forecasting.project(now, PAST, gone=5))["paypal"]

    assert (paypal.low, paypal.expected, paypal.high) == (4_000, 4_000, 4_000)


@given(st.integers(0, 2**32), st.integers(1, 45), st.integers(0, 45))
def test_no_figure_is_below_what_has_come_and_the_range_holds_the_middle(seed, length, gone):
    chance = random.Random(seed)
    past = [_any_course(chance, chance.randint(1, 45)) for _number in range(chance.randint(3, 6))]
    now = _any_course(chance, length)

    for one in forecasting.project(now, past, gone=min(gone, length)):
        assert one.so_far <= one.low <= one.expected <= one.high


def _any_course(chance, length):
    methods = ("cheque", "card", "standing_order")
    return Course(
        length,
        {
            method: {chance.randrange(length): chance.choice([0, 500, 2_500, 150_000]) for _sum in range(8)}
            for method in methods
            if chance.random() < 0.8
        },
    )


def test_over_noisy_series_it_is_nearer_than_an_even_pace_most_of_the_time():
    """A hundred generated series of seven months, forecast on every third day: the errors of both rules are summed."""
    chance = random.Random(7)
    ours = even = 0
    for _series in range(100):
        months = [_noisy_month(chance) for _month in range(7)]
        for gone in range(3, 28, 3):
            now = Course(
                30, {name: {at: x for at, x in by.items() if at < gone} for name, by in months[0].amounts.items()}
            )
            final = sum(months[0].all(method) for method in months[0].amounts)
            so_far = sum(now.all(method) for method in now.amounts)
            ours += abs(sum(one.expected for one in forecasting.project(now, months[1:], gone=gone)) - final)
            even += abs(so_far * 30 // gone - final)

    assert ours * 3 < even


def _noisy_month(chance):
    def around(habit, whole):
        return {at: int(whole * part * chance.uniform(0.7, 1.3)) for at, part in habit.items()}

    return Course(
        30, {"standing_order": around(STANDING, 60), "cheque": around(CHEQUES, 70 * chance.uniform(0.8, 1.2))}
    )


@pytest.mark.django_db
def test_it_reads_the_appeals_before_it_from_the_books():
    for month in (7, 8, 9, 10):
        an_appeal(opens_on=dt.date(2026, month, 1), closes_on=dt.date(2026, month, 28))
        a_received_gift(amount=pounds(60), received_on=dt.date(2026, month, 2), method="standing_order")
        a_received_gift(amount=pounds(40), received_on=dt.date(2026, month, 20), method="standing_order")
    fund = an_appeal()
    a_received_gift(amount=pounds(90), received_on=dt.date(2026, 11, 2), method="standing_order")

    foretold = forecasting.of(fund, on=TODAY)

    assert (foretold.past, foretold.days_gone, foretold.length) == (4, 6, 30)
    assert (foretold.so_far, foretold.expected) == (pounds(90), pounds(150))
    assert foretold.rows[0].percent == 60
