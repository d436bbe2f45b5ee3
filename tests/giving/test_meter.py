import datetime as dt

import pytest

from pennypress.giving import meter
from pennypress.payments import refunds
from pennypress.people.models import Person
from tests.builders import NOW, TODAY, a_received_gift, an_appeal, pounds

pytestmark = pytest.mark.django_db


def at(day: int, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, 12, tzinfo=dt.UTC)


def test_the_reference_meter():
    an_appeal()
    a_received_gift(amount=pounds(3_821))

    shown = meter.read(now=NOW)

    assert (shown.raised, shown.needed, shown.days_left) == (pounds(3_821), pounds(14_179), 24)
    assert (shown.state, shown.givers, shown.percent, shown.pace_percent) == ("running", 1, 21, 23)


def test_with_no_appeal_near_the_meter_says_none():
    shown = meter.as_json(meter.read(now=NOW))

    assert shown["state"] == "none"
    assert shown["raised_minor"] is None
    assert shown["days_left"] == 0


@pytest.mark.parametrize(
    ("now", "state", "days_left", "last_day"),
    [
        (at(17, 10), "none", 0, False),
        (at(18, 10), "before", 30, False),
        (dt.datetime(2026, 10, 31, 23, 59, tzinfo=dt.UTC), "before", 30, False),
        (dt.datetime(2026, 11, 1, 0, 0, tzinfo=dt.UTC), "running", 30, False),
        (at(30), "running", 1, True),
        (dt.datetime(2026, 11, 30, 23, 59, 59, tzinfo=dt.UTC), "running", 1, True),
        (at(1, 12), "closed", 0, False),
        (at(14, 12), "closed", 0, False),
        (at(15, 12), "none", 0, False),
    ],
)
def test_each_state_on_its_days(now, state, days_left, last_day):
    an_appeal()

    shown = meter.read(now=now)

    assert (shown.state, shown.days_left, shown.is_last_day) == (state, days_left, last_day)


def test_days_are_the_papers_own_in_summer():
    an_appeal(opens_on=dt.date(2026, 6, 1), closes_on=dt.date(2026, 6, 30))

    shown = meter.read(now=dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC))

    assert shown.state == "closed"


def test_beyond_the_target_it_is_met_and_shows_the_surplus():
    an_appeal(target=pounds(100))
    a_received_gift(amount=pounds(130))

    shown = meter.read(now=NOW)

    assert (shown.state, shown.needed, shown.surplus, shown.percent) == ("met", pounds(0), pounds(30), 100)


def test_what_is_taken_back_is_no_longer_raised_and_its_giver_not_counted():
    an_appeal()
    gift = a_received_gift(amount=pounds(25))
    refunds.take_back(
        allocation=gift.allocation, kind="refund", amount=pounds(25), key="r-1", on=TODAY, reason="", now=NOW
    )

    shown = meter.read(now=NOW)

    assert (shown.raised, shown.givers) == (pounds(0), 0)


def test_a_giver_is_counted_once_however_often_they_give_and_unknown_ones_each():
    an_appeal()
    a_received_gift(email="ada@example.org")
    a_received_gift(email="ADA@example.org")
    a_received_gift()
    a_received_gift()

    assert meter.read(now=NOW).givers == 3


def test_two_persons_merged_are_one_giver():
    an_appeal()
    a_received_gift(email="ada@example.org")
    a_received_gift(email="ada@example.net")
    elder, younger = Person.objects.order_by("id")
    younger.merged_into = elder
    younger.save()

    assert meter.read(now=NOW).givers == 1


def test_it_takes_two_queries(django_assert_num_queries):
    an_appeal()
    a_received_gift()

    with django_assert_num_queries(2):
        meter.read(now=NOW)
