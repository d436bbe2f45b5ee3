"""The year as the treasurer presents it: income by month, income and expenditure, the balance sheet, beside the year before."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pennypress import charts, days
from pennypress.desk import entry, screen, spreadsheet
from pennypress.ledger import balances, chart, exports, statements
from pennypress.ledger.statements import BalanceSheet, ByMonth, IncomeAndExpenditure, Section
from pennypress.money import Money, display
from pennypress.people import roles
from pennypress.society import rulebook, years
from pennypress.society.years import Year

MONTHS = 12


@entry.open_to(roles.TREASURER)
@require_safe
def income(request: HttpRequest) -> HttpResponse:
    """This view will show income by account and month, for the twelve months to a day, each figure leading to its lines."""
    until = screen.day_asked(request, "to") or screen.today()
    currency = rulebook.society().currency
    first = until.replace(day=1)
    months = [days.months_after(first, -back, 1) for back in range(MONTHS - 1, -1, -1)]
    table = statements.income_by_month(months=months, until=until, currency=currency)
    context = {
        "table": table,
        "until": until,
        "spans": [(month, min(days.in_month(month.year, month.month, 31), until)) for month in months],
        "rows": [
            {"account": row.account, "cells": _cells(row.months, months, until), "total": row.total}
            for row in table.rows
        ],
        "first": months[0],
        "picture": _picture(table),
    }
    return screen.show(
        request, "desk/books/income.html", title=_("Income"), icon="list-ul", above=[_books()], context=context
    )


def _cells(amounts: list[Money], months: list[dt.date], until: dt.date) -> list[dict[str, Any]]:
    return [
        {"amount": amount, "first": month, "last": min(days.in_month(month.year, month.month, 31), until)}
        for amount, month in zip(amounts, months, strict=True)
    ]


def _picture(table: ByMonth) -> Any:
    """The months as stacks of the largest accounts, what is below zero left out; the table beneath has every figure."""
    largest = sorted(table.rows, key=lambda row: -row.total.minor)
    kept, rest = largest[: charts.TINTS - 1], largest[charts.TINTS - 1 :]
    keys = [row.account.name for row in kept] + ([_("All other income")] if rest else [])
    stacks = []
    for index, month in enumerate(table.months):
        parts = [max(row.months[index].minor, 0) for row in kept]
        parts += [max(sum(row.months[index].minor for row in rest), 0)] if rest else []
        stacks.append(charts.Stack(formats.date_format(month, "M Y"), parts, display(table.totals[index], pence=False)))
    if not keys:
        return ""
    says = _("Income of each month, stacked by account: %(total)s in all.") % {"total": display(table.total)}
    return charts.stacked(stacks, keys=keys, name="income", title=_("Income by month"), says=says)


@entry.open_to(roles.TREASURER)
@require_safe
def year_end(request: HttpRequest) -> HttpResponse:
    """This view will show a year of the society: income and expenditure, and the balance sheet, beside the year before."""
    year, before, statement, sheet = _drawn(request)
    society = rulebook.society()
    context = {
        "society": society,
        "year": year,
        "before": before,
        "statement": statement,
        "sheet": sheet,
        "on": sheet.on,
        "is_over": sheet.on == year.last,
        "capital": -balances.of(account=chart.SHARE_CAPITAL, on=sheet.on, currency=society.currency),
        "years": _years(society),
    }
    return screen.show(
        request,
        "desk/books/year.html",
        title=_("Year %(year)s") % {"year": year},
        icon="list-ul",
        above=[_books()],
        context=context,
    )


@entry.open_to(roles.TREASURER)
@require_safe
def year_csv(request: HttpRequest) -> HttpResponse:
    """This view will give a year's statements as a file."""
    year, before, statement, sheet = _drawn(request)
    head = [_("Statement"), _("Kind"), _("Code"), _("Account"), str(year), str(before)]
    rows: list[list[str]] = []
    for title, sections in (
        (_("Income and expenditure"), (statement.income, statement.expense)),
        (_("Balance sheet"), (sheet.assets, sheet.liabilities, sheet.equity)),
    ):
        for section in sections:
            rows += _section_rows(title, section)
    extra = (
        (_("Surplus of the year"), sheet.surplus, sheet.surplus_before),
        (_("Surplus of earlier years"), sheet.earlier, sheet.earlier_before),
    )
    rows += [
        [_("Balance sheet"), "equity", "", words, exports.decimal(now), exports.decimal(then)]
        for words, now, then in extra
    ]
    return spreadsheet.download(f"year-{year.last.isoformat()}.csv", head, rows)


def _section_rows(title: str, section: Section) -> list[list[str]]:
    return [
        [
            title,
            section.kind,
            row.account.code,
            row.account.name,
            exports.decimal(row.amount),
            exports.decimal(row.before),
        ]
        for row in section.rows
    ]


def _drawn(request: HttpRequest) -> tuple[Year, Year, IncomeAndExpenditure, BalanceSheet]:
    society = rulebook.society()
    asked = screen.day_asked(request, "year") or screen.today()
    year = years.of(society, asked)
    before = years.before(society, year)
    on = min(year.last, max(screen.today(), year.first))
    statement = statements.income_and_expenditure(
        first=year.first, last=on, before_first=before.first, before_last=before.last, currency=society.currency
    )
    sheet = statements.balance_sheet(
        on=on, year_from=year.first, before_on=before.last, before_from=before.first, currency=society.currency
    )
    return year, before, statement, sheet


def _years(society: Any) -> list[Year]:
    year = years.of(society, screen.today())
    listed = [year]
    for _time in range(4):
        listed.append(years.before(society, listed[-1]))
    return listed


def _books() -> tuple[str, str]:
    return reverse("desk_books"), _("Books")
