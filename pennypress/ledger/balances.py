"""Balances: what the books say, read as sums of lines. Nothing is stored that could disagree with them."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, Sum

from pennypress.ledger.models import Account, Line
from pennypress.money import Money


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One account's balance as at a day; one of `debit` and `credit` is zero."""

    account: Account
    debit: Money
    credit: Money


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All accounts with a balance as at `on` in one currency. Law: total_debit equals total_credit."""

    on: dt.date
    currency: str
    rows: list[TrialRow]
    total_debit: Money
    total_credit: Money

    @property
    def balances(self) -> bool:
        return self.total_debit == self.total_credit


def of(*, account: str, on: dt.date, currency: str) -> Money:
    """This function will sum an account's lines up to the end of the paper's day `on`: debits above zero, credits below."""
    lines = Line.objects.filter(account__code=account, entry__on__lte=on, currency=currency)
    return Money(lines.aggregate(total=Sum("amount_minor"))["total"] or 0, currency)


def trial(*, on: dt.date, currency: str) -> TrialBalance:
    """This function will draw the trial balance as at the end of the paper's day `on`. It writes nothing."""
    counted = Q(lines__entry__on__lte=on, lines__currency=currency)
    accounts = Account.objects.annotate(balance=Sum("lines__amount_minor", filter=counted)).order_by("code")
    rows = [
        TrialRow(account, Money(max(account.balance, 0), currency), Money(max(-account.balance, 0), currency))
        for account in accounts
        if account.balance is not None
    ]
    return TrialBalance(
        on=on,
        currency=currency,
        rows=rows,
        total_debit=Money(sum(row.debit.minor for row in rows), currency),
        total_credit=Money(sum(row.credit.minor for row in rows), currency),
    )
