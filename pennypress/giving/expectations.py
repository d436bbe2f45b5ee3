"""Expectations: standing orders whose money has not come, and money that comes regularly without an order. Reads only."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max, QuerySet

from pennypress import days
from pennypress.giving import standing_orders
from pennypress.giving.models import PayerAccount, StandingOrder, StandingOrderReceipt, StandingOrderState
from pennypress.money import Money
from pennypress.payments.models import StatementLine

# How many days after the expected one an order is called missing, by age: from, to (None: and more).
AGES = ((1, 7), (8, 30), (31, 60), (61, None))
# Money without an order is told of when it came in this many months at least, of the last so many days.
REGULAR_MONTHS = 2
LOOKED_BACK = dt.timedelta(days=190)


@dataclass(frozen=True, slots=True)
class Missing:
    """An order whose money has not come: since when it is expected, how often it has failed to come, and how much."""

    order: StandingOrder
    since: dt.date
    late: int
    times: int
    amount: Money
    last_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Aged:
    """The orders that are late by so many days."""

    first: int
    last: int | None
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Uninstructed:
    """Money that comes regularly from one account or name, and that no order expects; the latest line last."""

    name: str
    account: str
    lines: tuple[StatementLine, ...]
    ended: StandingOrder | None

    @property
    def latest(self) -> StatementLine:
        return self.lines[-1]


def missing(*, on: dt.date, grace: int = 0) -> list[Missing]:
    """This function will list the orders whose expected money has not come within `grace` days, the latest first.

    Promises are listed as well: the first money is expected like any other.
    """
    expected = StandingOrder.objects.filter(
        state__in=[StandingOrderState.ACTIVE, StandingOrderState.PROMISED], first_on__lt=on
    )
    last = _last_expected()
    found = [one for order in expected if (one := _missing(order, last.get(order.pk), on)) and one.late > grace]
    return sorted(found, key=lambda one: (one.since, one.order.pk))


def _last_expected() -> dict[int, tuple[dt.date, dt.date]]:
    """For each order: the last day for which money came, and the day on which it last came. Undone matches left out."""
    rows = (
        StandingOrderReceipt.objects.filter(match__undone_by=None)
        .order_by()
        .values_list("standing_order")
        .annotate(expected=Max("expected_on"), received=Max("receipt__received_on"))
    )
    return {order: (expected, received) for order, expected, received in rows}


def _missing(order: StandingOrder, last: tuple[dt.date, dt.date] | None, on: dt.date) -> Missing | None:
    due = order.first_on
    if last is not None:
        due = max(due, days.months_after(last[0], order.interval, order.usual_day))
    since, times = due, 0
    while due < on:
        times += 1
        due = days.months_after(due, order.interval, order.usual_day)
    if times == 0:
        return None
    return Missing(order, since, (on - since).days, times, order.amount * times, last[1] if last else None)


def aged(found: Sequence[Missing]) -> list[Aged]:
    """This function will put what is missing into its ages: 1–7 days, 8–30, 31–60, 61 and more."""
    return [
        Aged(first, last, tuple(one for one in found if one.late >= first and (last is None or one.late <= last)))
        for first, last in AGES
    ]


def learned(orders: Sequence[int] | None = None) -> dict[str, list[int]]:
    """This function will give the orders that each learned account has paid, by its letters and figures.

    What an undone match taught does not count.
    """
    rows = PayerAccount.objects.filter(match__undone_by=None)
    if orders is not None:
        rows = rows.filter(standing_order__in=orders)
    by_account: dict[str, list[int]] = defaultdict(list)
    for account, order in rows.values_list("account", "standing_order_id").distinct():
        by_account[account].append(order)
    return dict(by_account)


def uninstructed(*, on: dt.date) -> list[Uninstructed]:
    """This function will find money that comes regularly and that nobody told us to expect, or not any more.

    By account where the bank tells it, else by name; in two months or more of the last half year, lines that stand
    matched to an order that is expected left out.
    """
    told = StatementLine.objects.filter(amount_minor__gt=0, booked_on__gt=on - LOOKED_BACK, booked_on__lte=on)
    expected = StandingOrderReceipt.objects.filter(match__undone_by=None).exclude(
        standing_order__state=StandingOrderState.ENDED
    )
    told = told.exclude(pk__in=expected.values("match__line")).order_by("booked_on", "id")
    groups: dict[tuple[str, str], list[StatementLine]] = defaultdict(list)
    for line in told:
        account = standing_orders.bare_account(line.payer_account)
        if account or line.payer_name:
            groups[(account, "" if account else line.payer_name.casefold())].append(line)
    ended = _ended_by_line(told)
    regular = [lines for lines in groups.values() if _is_regular(lines)]
    found = [
        Uninstructed(
            name=lines[-1].payer_name,
            account=lines[-1].payer_account,
            lines=tuple(lines),
            ended=next((ended[line.pk] for line in reversed(lines) if line.pk in ended), None),
        )
        for lines in regular
    ]
    # Of an ended order, only money that came after its end is told of.
    found = [one for one in found if one.ended is None or _after(one)]
    return sorted(found, key=lambda one: (one.latest.booked_on, one.latest.pk), reverse=True)


def _is_regular(lines: Sequence[StatementLine]) -> bool:
    return len({(line.booked_on.year, line.booked_on.month) for line in lines}) >= REGULAR_MONTHS


def _ended_by_line(lines: QuerySet[StatementLine]) -> dict[int, StandingOrder]:
    rows = StandingOrderReceipt.objects.filter(
        match__undone_by=None, match__line__in=lines, standing_order__state=StandingOrderState.ENDED
    ).select_related("standing_order", "match")
    return {row.match.line_id: row.standing_order for row in rows}


def _after(found: Uninstructed) -> bool:
    assert found.ended is not None
    assert found.ended.ended_on is not None
    return found.latest.booked_on > found.ended.ended_on
