"""The journal by hand and the chart: balanced, with a reason, reversible, and never beside the lists."""

import datetime as dt

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from pennypress.ledger import balances, chart, journal, posting
from pennypress.ledger.models import Account, Entry, Voucher
from pennypress.money import Money

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 7, 12, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 7)


def enter(*, debit=chart.BANK_CHARGES, credit=chart.BANK, minor=700, short=0, **told):
    sides = [posting.debit(debit, Money(minor, "GBP")), posting.credit(credit, Money(minor - short, "GBP"))]
    facts = {"key": "journal-1", "on": TODAY, "memo": "Charge for a returned cheque", "reason": "Statement 11", **told}
    return journal.enter(sides=sides, entered_by="Tom Treasurer", now=NOW, **facts)


def balance(account):
    return balances.of(account=account, on=TODAY, currency="GBP").minor


def test_an_entry_by_hand_keeps_who_made_it_and_why():
    entry = enter()

    assert (balance(chart.BANK_CHARGES), balance(chart.BANK)) == (700, -700)
    assert (entry.voucher.entered_by, entry.voucher.reason) == ("Tom Treasurer", "Statement 11")


def test_the_same_form_twice_is_entered_once():
    assert enter() == enter()
    assert Voucher.objects.count() == 1


@pytest.mark.parametrize(
    "told", [{"reason": " "}, {"memo": ""}, {"short": 1}, {"debit": "9999"}, {"minor": 0}, {"debit": chart.GIFTS}]
)
def test_what_cannot_be_entered_is_refused_and_nothing_is_written(told):
    with pytest.raises(journal.CannotEnter):
        enter(**told)

    assert not Entry.objects.exists()


def test_a_list_is_brought_along_when_the_books_are_opened():
    enter(debit=chart.BANK, credit=chart.SHARE_CAPITAL, is_opening=True)

    assert balance(chart.SHARE_CAPITAL) == -700


def test_a_reversal_is_whole_and_happens_once():
    entry = enter()

    reversed_by = journal.reverse(entry=entry, on=TODAY, reason="Twice", entered_by="Tom Treasurer", now=NOW)

    assert (balance(chart.BANK_CHARGES), reversed_by.reverses) == (0, entry)
    for again in (entry, reversed_by):
        with pytest.raises(journal.CannotEnter):
            journal.reverse(entry=again, on=TODAY, reason="Again", entered_by="Tom", now=NOW)


def test_what_the_system_posted_is_not_reversed_by_hand():
    sides = [posting.debit(chart.BANK, Money(1, "GBP")), posting.credit(chart.OTHER_INCOME, Money(1, "GBP"))]
    entry = posting.post(key="k", on=TODAY, memo="", sides=sides, now=NOW)

    with pytest.raises(journal.CannotEnter):
        journal.reverse(entry=entry, on=TODAY, reason="No", entered_by="Tom", now=NOW)


def test_another_account_is_opened():
    account = chart.open_account(code="4920", name="  Advertising ", kind="income")

    assert str(account) == "4920 Advertising"


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("492", "Short", "income"),
        ("9000", "Beyond", "expense"),
        ("4920", "Of another kind", "expense"),
        ("4920", "", "income"),
        ("4000", "There already", "income"),
        ("4a20", "Not figures", "income"),
    ],
)
def test_an_account_that_cannot_be_is_refused(code, name, kind):
    before = Account.objects.count()

    with pytest.raises(chart.CannotOpenAccount):
        chart.open_account(code=code, name=name, kind=kind)

    assert Account.objects.count() == before


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM ledger_account WHERE code = '5100'",
        "UPDATE ledger_account SET kind = 'income' WHERE code = '5100'",
        "UPDATE ledger_account SET code = '5101' WHERE code = '5100'",
        "UPDATE ledger_voucher SET reason = 'other'",
        "DELETE FROM ledger_voucher",
    ],
)
def test_accounts_and_vouchers_stay(statement):
    enter()

    with pytest.raises((DatabaseError, psycopg.Error)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
