"""Statements taken in for the tests of matching: a few lines of CSV become lines of the account."""

import datetime as dt

from pennypress.payments import bank, importing
from pennypress.payments.models import BankAccount, StatementLine
from pennypress.payments.statements import csv_mapping
from tests import builders

HEAD = "Date,Type,Name,Account,Description,Amount"


def a_line(*, amount="10.00", on=dt.date(2026, 11, 2), reference="", name="", account="", kind="FPI") -> str:
    return f"{on:%d/%m/%Y},{kind},{name},{account},{reference},{amount}"


def taken_in(account: BankAccount, *rows: str) -> list[StatementLine]:
    """The lines of a statement made of `rows`, in the file's order."""
    data = "\n".join([HEAD, *rows, ""]).encode()
    if bank.mapping_of(account) is None:
        bank.settle_mapping(account=account, layout=csv_mapping.guess(data), by=None, now=builders.NOW)
    file = importing.keep(account=account, data=data, name="november.csv", by=None, now=builders.NOW)
    (statement,) = importing.book(file=file, by=None, now=builders.NOW, accepts_doubts=True)
    return list(statement.lines.select_related("account__ledger").order_by("position"))
