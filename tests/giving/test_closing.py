"""An appeal's closing figure never changes, and what comes afterwards is explained to the penny."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from pennypress.giving import appeals, closing, meter
from pennypress.giving.models import AppealClosing, Gift
from pennypress.payments import refunds
from tests.builders import NOW, TODAY, a_received_gift, a_series, an_appeal, an_offered_gift, paid, pounds

pytestmark = pytest.mark.django_db
IN_OCTOBER = dt.date(2026, 10, 9)


@pytest.fixture
def october():
    return an_appeal(
        series=a_series(carry_over="both"),
        name="October fund",
        opens_on=dt.date(2026, 10, 1),
        closes_on=dt.date(2026, 10, 31),
        target=pounds(100),
    )


def close(appeal, on=TODAY):
    return closing.close(appeal=appeal, on=on, now=NOW, by=None)


def take_back(gift, amount, key="r"):
    refunds.take_back(allocation=gift.allocation, kind="bounced", amount=amount, key=key, on=TODAY, reason="", now=NOW)


def test_it_freezes_what_the_books_say_with_its_methods(october):
    a_received_gift(received_on=IN_OCTOBER)
    a_received_gift(received_on=IN_OCTOBER, method="cash", amount=pounds(7))

    frozen = close(october)

    assert (frozen.raised_minor, frozen.givers, frozen.target_minor) == (3_200, 2, 10_000)
    assert (frozen.carried_in_minor, frozen.carried_out_minor) == (0, 6_800)
    assert list(frozen.methods.values_list("method", "count", "amount_minor")) == [
        ("cheque", 1, 2_500),
        ("cash", 1, 700),
    ]


def test_closing_again_gives_what_stands(october):
    assert close(october) == close(october)
    assert AppealClosing.objects.count() == 1


def test_an_appeal_that_runs_is_not_closed():
    november = an_appeal()

    with pytest.raises(closing.CannotClose):
        close(november, on=november.closes_on)

    assert not AppealClosing.objects.exists()


def test_they_are_closed_in_their_order(october):
    november = an_appeal(series=october.series)

    with pytest.raises(closing.CannotClose, match="October fund"):
        close(november, on=dt.date(2026, 12, 1))

    assert not AppealClosing.objects.exists()


def test_what_comes_and_goes_afterwards_is_told_apart_to_the_penny(october):
    offered = an_offered_gift(on=IN_OCTOBER)
    returned = a_received_gift(received_on=IN_OCTOBER, amount=pounds(40))
    frozen = close(october)

    paid(offered.gift.payment)
    take_back(returned, pounds(15))
    explained = closing.reconcile(frozen)

    assert (explained.frozen, explained.came, explained.went, explained.living) == (
        pounds(40),
        pounds(25),
        pounds(15),
        pounds(50),
    )
    assert [change.gross_minor for change in explained.changes] == [-1_500, 2_500]
    assert explained.frozen + explained.came - explained.went == explained.living


def test_what_it_hands_on_does_not_move_with_late_money(october):
    returned = a_received_gift(received_on=IN_OCTOBER, amount=pounds(40))
    an_appeal(series=october.series)
    close(october)

    take_back(returned, pounds(40))

    assert meter.read(now=NOW).carried_in == pounds(60)


@pytest.mark.parametrize("change", [{"raised_minor": 1}, {"target_minor": 1}])
def test_the_database_keeps_it(october, change):
    close(october)

    with pytest.raises(DatabaseError), transaction.atomic():
        AppealClosing.objects.update(**change)


def test_a_closed_appeal_keeps_its_target_and_its_gifts(october):
    gift = a_received_gift(received_on=IN_OCTOBER)
    november = an_appeal(series=october.series)
    close(october)

    with pytest.raises(appeals.CannotChange):
        appeals.change_target(
            appeal=october, target=pounds(1), from_on=IN_OCTOBER, reason="Why", on=IN_OCTOBER, now=NOW, by=None
        )
    with pytest.raises(DatabaseError, match="stays as it was"), transaction.atomic():
        Gift.objects.filter(pk=gift.pk).update(appeal=november)


def test_the_worker_closes_what_is_long_over(october):
    an_appeal(series=october.series)
    on_time = october.closes_on + dt.timedelta(days=closing.DAYS_AFTER)

    assert closing.close_due(on=on_time, now=NOW) == 0
    assert closing.close_due(on=on_time + dt.timedelta(days=1), now=NOW) == 1
    assert AppealClosing.objects.get().closed_by is None


def test_givers_are_frozen_where_they_are_the_unit():
    people = an_appeal(
        series=a_series(unit="givers"),
        opens_on=dt.date(2026, 10, 1),
        closes_on=dt.date(2026, 10, 31),
        target=3,
    )
    a_received_gift(received_on=IN_OCTOBER)

    frozen = close(people)

    assert (frozen.target_givers, frozen.target_minor, frozen.givers, frozen.carried_out_minor) == (3, None, 1, 0)
