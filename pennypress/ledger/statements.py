"""Statements: income and expenditure, the balance sheet, and income by month, each a sum of lines. Nothing is stored."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth

from pennypress import money
from pennypress.ledger.models import Account, AccountKind, Line
from pennypress.money import Money


@dataclass(frozen=True, slots=True)
class Row:
    """One account in a statement: this span's figure and the one before it, both above zero the usual way round."""

    account: Account
    amount: Money
    before: Money


@dataclass(frozen=True, slots=True)
class Section:
    """Accounts of one kind with their total. Law: the total is the sum of the rows."""

    kind: str
    rows: list[Row]
    total: Money
    total_before: Money


@dataclass(frozen=True, slots=True)
class IncomeAndExpenditure:
    """What was earned and spent in a span of days, both counted, beside the span before. Surplus below zero is a deficit."""

    first: dt.date
    last: dt.date
    income: Section
    expense: Section
    surplus: Money
    surplus_before: Money


@dataclass(frozen=True, slots=True)
class BalanceSheet:
    """What is owned and owed at the end of a day, beside an earlier day. Law: assets equal liabilities and what is owned.

    The surplus of the year and of earlier years stand under equity as long as no journal has moved them to a reserve.
    """

    on: dt.date
    assets: Section
    liabilities: Section
    equity: Section
    surplus: Money
    surplus_before: Money
    earlier: Money
    earlier_before: Money
    owned: Money
    owned_before: Money

    @property
    def balances(self) -> bool:
        """Whether what is owned and what it is owed to are one sum, on both days."""
        sides = self.liabilities.total + self.owned
        before = self.liabilities.total_before + self.owned_before
        return self.assets.total == sides and self.assets.total_before == before


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One income account over the months asked for, in their order, and its total."""

    account: Account
    months: list[Money]
    total: Money


@dataclass(frozen=True, slots=True)
class ByMonth:
    """Income by account and month. Law: rows and columns add up to the same total."""

    months: list[dt.date]
    rows: list[MonthRow]
    totals: list[Money]
    total: Money


def income_and_expenditure(
    *, first: dt.date, last: dt.date, before_first: dt.date, before_last: dt.date, currency: str
) -> IncomeAndExpenditure:
    """This function will draw up what was earned and spent from `first` to `last`, beside the span before. Reads only."""
    now = _sums(_between(first, last), currency)
    before = _sums(_between(before_first, before_last), currency)
    income = _section(AccountKind.INCOME, now, before, currency)
    expense = _section(AccountKind.EXPENSE, now, before, currency)
    return IncomeAndExpenditure(
        first=first,
        last=last,
        income=income,
        expense=expense,
        surplus=income.total - expense.total,
        surplus_before=income.total_before - expense.total_before,
    )


def balance_sheet(
    *, on: dt.date, year_from: dt.date, before_on: dt.date, before_from: dt.date, currency: str
) -> BalanceSheet:
    """This function will draw up what is owned and owed at the end of `on`, in the year from `year_from`. Reads only."""
    now, before = _sums(_until(on), currency), _sums(_until(before_on), currency)
    equity = _section(AccountKind.EQUITY, now, before, currency)
    surplus, earlier = _kept(on, year_from, now, currency)
    surplus_before, earlier_before = _kept(before_on, before_from, before, currency)
    return BalanceSheet(
        on=on,
        assets=_section(AccountKind.ASSET, now, before, currency),
        liabilities=_section(AccountKind.LIABILITY, now, before, currency),
        equity=equity,
        surplus=surplus,
        surplus_before=surplus_before,
        earlier=earlier,
        earlier_before=earlier_before,
        owned=equity.total + surplus + earlier,
        owned_before=equity.total_before + surplus_before + earlier_before,
    )


def income_by_month(*, months: Sequence[dt.date], until: dt.date, currency: str) -> ByMonth:
    """This function will sum income by account over `months` (their first days, in order), to the end of `until`."""
    found = Line.objects.filter(
        account__kind=AccountKind.INCOME, currency=currency, entry__on__gte=months[0], entry__on__lte=until
    )
    grouped = found.order_by().annotate(month=TruncMonth("entry__on")).values("account_id", "month")
    cells = {
        (cell["account_id"], cell["month"]): Money(-cell["total"], currency)
        for cell in grouped.annotate(total=Sum("amount_minor"))
    }
    accounts = Account.objects.filter(pk__in={account for account, _month in cells})
    nothing = money.zero(currency)
    rows = []
    for account in accounts:
        amounts = [cells.get((account.pk, month), nothing) for month in months]
        rows.append(MonthRow(account, amounts, money.total(amounts, currency)))
    totals = [money.total([row.months[index] for row in rows], currency) for index in range(len(months))]
    return ByMonth(list(months), rows, totals, money.total(totals, currency))


def _until(on: dt.date) -> Q:
    return Q(entry__on__lte=on)


def _between(first: dt.date, last: dt.date) -> Q:
    return Q(entry__on__gte=first, entry__on__lte=last)


def _sums(days: Q, currency: str) -> dict[int, int]:
    """Each account's lines of the days, debits above zero."""
    rows = (
        Line.objects.filter(days, currency=currency).order_by().values("account_id").annotate(total=Sum("amount_minor"))
    )
    return {row["account_id"]: row["total"] for row in rows}


def _section(kind: AccountKind, now: dict[int, int], before: dict[int, int], currency: str) -> Section:
    sign = 1 if kind in (AccountKind.ASSET, AccountKind.EXPENSE) else -1
    rows = [
        Row(account, Money(sign * now.get(account.pk, 0), currency), Money(sign * before.get(account.pk, 0), currency))
        for account in Account.objects.filter(kind=kind)
        if account.pk in now or account.pk in before
    ]
    return Section(
        kind=kind,
        rows=rows,
        total=money.total([row.amount for row in rows], currency),
        total_before=money.total([row.before for row in rows], currency),
    )


def _kept(on: dt.date, year_from: dt.date, until: dict[int, int], currency: str) -> tuple[Money, Money]:
    """The surplus of the year to `on`, and of all years before it: everything earned less everything spent."""
    earned = set(
        Account.objects.filter(kind__in=[AccountKind.INCOME, AccountKind.EXPENSE]).values_list("pk", flat=True)
    )
    whole = -sum(total for account, total in until.items() if account in earned)
    year = -sum(total for account, total in _sums(_between(year_from, on), currency).items() if account in earned)
    return Money(year, currency), Money(whole - year, currency)
