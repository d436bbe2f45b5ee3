"""The exports say what the books say: read back by hledger itself, and added up column by column."""

import csv
import datetime as dt
import io
import shutil
import subprocess
from decimal import Decimal

import pytest

from pennypress.ledger import balances, chart, exports, posting
from pennypress.ledger.models import Account
from pennypress.money import Money

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 7, 12, tzinfo=dt.UTC)
FIRST, LAST = dt.date(2026, 9, 1), dt.date(2026, 11, 7)


@pytest.fixture(autouse=True)
def some_books():
    """Three months of entries in two currencies, with words that a journal could stumble over."""
    Account.objects.create(code="4930", name="Sales: books;  & badges", kind="income")
    takings = [
        (dt.date(2026, 9, 3), chart.BANK, chart.GIFTS, 123_456, "GBP", "Received by cheque"),
        (dt.date(2026, 9, 30), chart.IN_HAND, "4930", 7, "GBP", "Badges; (seven) | pence"),
        (dt.date(2026, 10, 1), chart.BANK, chart.IN_HAND, 5, "GBP", "Paid in at the bank"),
        (dt.date(2026, 10, 9), chart.BANK_CHARGES, chart.BANK, 1_050, "GBP", "Charge\nof the bank"),
        (dt.date(2026, 11, 7), chart.BANK, chart.GIFTS, 900, "JPY", "From Tokyo"),
    ]
    for number, (on, debit, credit, minor, currency, memo) in enumerate(takings):
        amount = Money(minor, currency)
        sides = [posting.debit(debit, amount), posting.credit(credit, amount)]
        posting.post(key=f"entry-{number}", on=on, memo=memo, sides=sides, now=NOW)


def read_by_hledger(journal):
    """What hledger makes of a journal: each account's balance by currency, in the books' minor units."""
    command = ["hledger", "-f", "-", "balance", "--flat", "--no-total", "--layout=tidy", "-O", "csv", "-E"]
    done = subprocess.run(command, input=journal, capture_output=True, text=True, check=True)
    rows = csv.DictReader(io.StringIO(done.stdout))
    found = {}
    for row in rows:
        name, currency = row["account"].split(":")[1], row["commodity"]
        scale = 10 ** exports.EXPONENTS[currency] if currency else 1
        if value := int(Decimal(row["value"].replace(",", "")) * scale):
            found[name.split()[0], currency] = value
    return found


def trial_of(on):
    return {
        (row.account.code, currency): row.debit.minor - row.credit.minor
        for currency in ("GBP", "JPY")
        for row in balances.trial(on=on, currency=currency).rows
        if row.debit.minor != row.credit.minor
    }


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed: apt-get install hledger")
@pytest.mark.parametrize("on", [LAST, dt.date(2026, 9, 30)])
def test_hledger_reads_our_trial_balance_to_the_penny(on):
    journal = "".join(exports.hledger(first=None, last=on))

    assert read_by_hledger(journal) == trial_of(on) != {}


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed: apt-get install hledger")
def test_hledger_finds_no_fault_even_when_it_is_strict():
    journal = "".join(exports.hledger(first=None, last=LAST))

    done = subprocess.run(["hledger", "-f", "-", "check", "--strict"], input=journal, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")


def test_every_line_is_exported_once():
    exported = [(line.entry.key, line.account.code, line.amount_minor) for line in exports.lines(first=None, last=LAST)]

    assert len(exported) == len(set(exported)) == 10
    assert sum(minor for _key, _code, minor in exported) == 0


def xero_rows():
    return list(exports.xero(first=FIRST, last=LAST, currency="GBP", tax_rate="No VAT"))


def test_each_month_is_one_xero_journal_that_balances():
    by_journal = {}
    for narration, date, _text, _code, _tax, amount, *_tracking in xero_rows():
        by_journal.setdefault((narration, date), []).append(Decimal(amount))

    assert list(by_journal) == [("Books of 2026-09", "30/09/2026"), ("Books of 2026-10", "31/10/2026")]
    assert {sum(amounts) for amounts in by_journal.values()} == {Decimal(0)}


def test_xero_journals_add_up_to_the_trial_balance():
    summed = {}
    for _narration, _date, _text, code, _tax, amount, *_tracking in xero_rows():
        summed[code, "GBP"] = summed.get((code, "GBP"), 0) + int(Decimal(amount) * 100)

    wanted = {key: minor for key, minor in trial_of(LAST).items() if key[1] == "GBP"}
    assert {key: minor for key, minor in summed.items() if minor} == wanted


def test_a_xero_row_has_the_columns_that_xero_documents():
    assert {len(row) for row in xero_rows()} == {len(exports.XERO_HEAD)}
    assert xero_rows()[0][:6] == ["Books of 2026-09", "30/09/2026", "Bank current account", "1000", "No VAT", "1234.56"]
