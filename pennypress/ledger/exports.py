"""Exports: the books in forms that other programs read: every line, a journal for hledger or ledger-cli, Xero's journals.

Builds rows and text, writes no file. Amounts are exact decimals with the currency's own places; a credit is below zero.
"""

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from itertools import groupby

from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from pennypress.ledger.models import Account, AccountKind, Entry, Line
from pennypress.money import EXPONENTS, Money

# hledger draws its balance sheet and income statement from these roots.
ROOTS = {
    AccountKind.ASSET: "assets",
    AccountKind.LIABILITY: "liabilities",
    AccountKind.EQUITY: "equity",
    AccountKind.INCOME: "income",
    AccountKind.EXPENSE: "expenses",
}
# Source: Xero, "Import manual journals": these names, the mandatory ones with an asterisk, 300 lines a file at most.
XERO_HEAD = (
    "*Narration",
    "*Date",
    "Description",
    "*AccountCode",
    "*TaxRate",
    "*Amount",
    "TrackingName1",
    "TrackingOption1",
    "TrackingName2",
    "TrackingOption2",
)
XERO_LINES_A_FILE = 300


def decimal(amount: Money) -> str:
    """This function will write an amount for a program: digits, a point, and a hyphen before what is below zero.

    >>> decimal(Money(-123456, "GBP"))
    '-1234.56'
    """
    exponent = EXPONENTS[amount.currency]
    whole, part = divmod(abs(amount.minor), 10**exponent)
    sign = "-" if amount.minor < 0 else ""
    return f"{sign}{whole}.{part:0{exponent}d}" if exponent else f"{sign}{whole}"


def lines(*, first: dt.date | None, last: dt.date) -> Iterator[Line]:
    """This function will give every line dated from `first` (None: from the beginning) to `last`, in the books' order."""
    found = Line.objects.filter(entry__on__lte=last).select_related("entry", "account")
    if first is not None:
        found = found.filter(entry__on__gte=first)
    return found.order_by("entry__on", "entry_id", "id").iterator(chunk_size=5000)


def account_name(account: Account) -> str:
    """This function will name an account as hledger reads it: its kind, then code and name, with nothing it would split at."""
    plain = re.sub(r"[\s:;]+", " ", f"{account.code} {account.name}").strip()
    return f"{ROOTS[AccountKind(account.kind)]}:{plain}"


def hledger(*, first: dt.date | None, last: dt.date) -> Iterator[str]:
    """This function will write the books from `first` to `last` as a journal that hledger and ledger-cli read, in pieces.

    The key of each entry is its code. From a day other than the beginning, balances brought forward are not in it.
    """
    used = set(Line.objects.filter(entry__on__lte=last).values_list("currency", flat=True).order_by().distinct())
    yield "".join(f"commodity 1000.{'0' * EXPONENTS[currency]} {currency}\n" for currency in sorted(used))
    yield "".join(f"account {account_name(account)}\n" for account in Account.objects.all())
    for _pk, of_entry in groupby(lines(first=first, last=last), key=lambda line: line.entry_id):
        yield _transaction(list(of_entry))


def _transaction(of_entry: list[Line]) -> str:
    entry = of_entry[0].entry
    head = f"\n{entry.on.isoformat()} ({_one_line(entry.key)}) {_one_line(entry.memo)}\n"
    return head + "".join(
        f"    {account_name(line.account)}  {decimal(line.amount)} {line.currency}\n" for line in of_entry
    )


def _one_line(text: str) -> str:
    # A semicolon would begin a comment, a bracket would end the code.
    return re.sub(r"[\s;()|]+", " ", text).strip()


def xero(*, first: dt.date, last: dt.date, currency: str, tax_rate: str) -> Iterator[list[str]]:
    """This function will give rows for Xero's import of manual journals: one journal a month, one line an account.

    A month's journal is dated on its last day (or `last`, where that comes earlier) and balances. `tax_rate` is the full
    name of the rate in that Xero ("No VAT"). A month has as many lines as accounts that moved, so that a year stays
    within what Xero takes in one file.
    """
    moved = Line.objects.filter(entry__on__gte=first, entry__on__lte=last, currency=currency).order_by()
    cells = moved.annotate(month=TruncMonth("entry__on")).values("month", "account__code", "account__name")
    for cell in cells.annotate(total=Sum("amount_minor")).exclude(total=0).order_by("month", "account__code"):
        month: dt.date = cell["month"]
        ends = min(month.replace(day=calendar.monthrange(month.year, month.month)[1]), last)
        narration = _("Books of %(month)s") % {"month": f"{month:%Y-%m}"}
        amount = decimal(Money(cell["total"], currency))
        yield [
            narration,
            f"{ends:%d/%m/%Y}",
            cell["account__name"],
            cell["account__code"],
            tax_rate,
            amount,
            "",
            "",
            "",
            "",
        ]


def entries_between(*, first: dt.date | None, last: dt.date) -> int:
    """This function will count the entries that an export of these days holds."""
    found = Entry.objects.filter(on__lte=last)
    return (found.filter(on__gte=first) if first else found).count()
