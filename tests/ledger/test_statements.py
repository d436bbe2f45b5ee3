"""Statements are sums of lines: they agree with the trial balance, and both sides of the sheet with each other."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from pennypress.ledger import balances, chart, posting, statements
from pennypress.money import Money

NOW = dt.datetime(2026, 11, 7, 12, tzinfo=dt.UTC)
YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
BEFORE = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
CODES = [
    chart.BANK,
    chart.IN_HAND,
    chart.UNALLOCATED,
    chart.RESERVE,
    chart.GIFTS,
    chart.OTHER_INCOME,
    chart.BANK_CHARGES,
]
_pairs = some.lists(some.sampled_from(CODES), min_size=2, max_size=2, unique=True)
_days = some.dates(min_value=dt.date(2024, 6, 1), max_value=dt.date(2027, 1, 31))
_books = some.lists(some.tuples(_days, _pairs, some.integers(1, 10**7)), max_size=12)


def pounds(amount):
    return Money(amount * 100, "GBP")


def post(on, debit, credit, minor, key):
    sides = [posting.debit(debit, Money(minor, "GBP")), posting.credit(credit, Money(minor, "GBP"))]
    posting.post(key=key, on=on, memo="", sides=sides, now=NOW)


def a_sheet():
    return statements.balance_sheet(
        on=YEAR[1], year_from=YEAR[0], before_on=BEFORE[1], before_from=BEFORE[0], currency="GBP"
    )


def a_year():
    return statements.income_and_expenditure(
        first=YEAR[0], last=YEAR[1], before_first=BEFORE[0], before_last=BEFORE[1], currency="GBP"
    )


@pytest.mark.django_db
def test_a_year_with_its_surplus_beside_the_year_before():
    post(dt.date(2025, 5, 1), chart.BANK, chart.GIFTS, 90_00, "gift-25")
    post(dt.date(2026, 5, 1), chart.BANK, chart.GIFTS, 100_00, "gift-26")
    post(dt.date(2026, 6, 1), chart.BANK_CHARGES, chart.BANK, 15_00, "charge")
    post(dt.date(2026, 7, 1), chart.BANK, chart.SHARE_CAPITAL, 50_00, "shares")

    year, sheet = a_year(), a_sheet()

    assert (year.income.total, year.expense.total, year.surplus) == (pounds(100), pounds(15), pounds(85))
    assert year.surplus_before == pounds(90)
    assert (sheet.assets.total, sheet.surplus, sheet.earlier) == (pounds(225), pounds(85), pounds(90))
    assert (sheet.owned, sheet.owned_before) == (pounds(225), pounds(90))
    assert sheet.balances


@pytest.mark.django_db(transaction=False)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(books=_books)
def test_whatever_was_posted_the_sheet_balances_and_agrees_with_the_trial(books, db):
    with transaction.atomic():
        for number, (on, (debit, credit), minor) in enumerate(books):
            post(on, debit, credit, minor, f"e{number}")
        sheet, year = a_sheet(), a_year()
        trial = balances.trial(on=YEAR[1], currency="GBP")
        assets = sum(row.debit.minor - row.credit.minor for row in trial.rows if row.account.kind == "asset")
        transaction.set_rollback(True)

    assert sheet.balances
    assert sheet.assets.total.minor == assets
    assert sheet.surplus == year.surplus


@pytest.mark.django_db
def test_income_by_month_adds_up_across_and_down():
    post(dt.date(2026, 9, 30), chart.BANK, chart.GIFTS, 10_00, "a")
    post(dt.date(2026, 10, 1), chart.BANK, chart.GIFTS, 20_00, "b")
    post(dt.date(2026, 10, 5), chart.BANK, chart.OTHER_INCOME, 5_00, "c")
    post(dt.date(2026, 10, 6), chart.GIFTS, chart.BANK, 1_00, "bounced")
    months = [dt.date(2026, month, 1) for month in (8, 9, 10)]

    table = statements.income_by_month(months=months, until=dt.date(2026, 10, 31), currency="GBP")

    assert [row.total for row in table.rows] == [pounds(29), pounds(5)]
    assert table.totals == [pounds(0), pounds(10), pounds(24)]
    assert table.total == pounds(34)
