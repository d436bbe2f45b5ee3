"""Known: what the books expect or hold that a statement's line could be, read at once and laid out to be looked up.

Reads only. Ten thousand lines are matched against it without a query for each.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, Sum

from pennypress.giving import expectations, known_references
from pennypress.giving.models import StandingOrder, StandingOrderReceipt
from pennypress.ledger import chart
from pennypress.money import Money
from pennypress.payments import accounts, receipts
from pennypress.payments.models import (
    Match,
    MatchKind,
    Method,
    PayingInSlip,
    Payout,
    PayoutState,
    Receipt,
    Refund,
    SlipState,
    StatementLine,
)
from pennypress.settlement import naming
from pennypress.shares.models import Application, ApplicationState

# A receipt that was typed by hand may be linked to a line of so many days before or after it.
NEAR = dt.timedelta(days=10)
# A payment may come back for so long.
RETURNABLE = dt.timedelta(days=90)
_TYPED = (Method.BANK_TRANSFER, Method.STANDING_ORDER, Method.CHEQUE, Method.CASH, Method.COLLECTION)


@dataclass(slots=True)
class Known:
    """All of it, by what a line tells: reference, account, name, amount."""

    orders: dict[int, StandingOrder]
    order_by_reference: dict[str, int]
    order_by_known: dict[str, int]
    orders_by_account: dict[str, list[int]]
    orders_by_name: dict[tuple[str, str], list[int]]
    fulfilled: set[tuple[int, dt.date]]
    typed: dict[int, list[Receipt]]
    returnable: dict[int, list[Receipt]]
    payouts: dict[int, list[Payout]]
    slips: dict[int, list[PayingInSlip]]
    applications: dict[int, Application]
    application_by_reference: dict[str, int]
    applications_by_amount: dict[int, list[int]]


def gather(lines: Iterable[StatementLine]) -> Known:
    """This function will read what the books know that bears on `lines` of one account. A fixed number of queries."""
    lines = list(lines)
    days = [line.booked_on for line in lines]
    first, last = (min(days), max(days)) if days else (dt.date.max, dt.date.min)
    orders = {order.pk: order for order in StandingOrder.objects.all()}
    by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
    for order in orders.values():
        for key in set(naming.keys(order.name)):
            by_name[key].append(order.pk)
    applications = {one.pk: one for one in Application.objects.filter(state=ApplicationState.APPLIED, allocation=None)}
    by_amount: dict[int, list[int]] = defaultdict(list)
    for application in applications.values():
        by_amount[application.amount_minor].append(application.pk)
    return Known(
        orders=orders,
        order_by_reference={order.reference: order.pk for order in orders.values()},
        order_by_known=known_references.by_plain(),
        orders_by_account=expectations.learned(),
        orders_by_name=dict(by_name),
        fulfilled=_fulfilled(first) if days else set(),
        typed=_typed(lines, first, last) if days else {},
        returnable=_returnable(lines, first, last) if days else {},
        payouts=_payouts(lines, first, last) if days else {},
        slips=_slips(lines, first, last) if days else {},
        applications=applications,
        application_by_reference={one.reference: one.pk for one in applications.values()},
        applications_by_amount=dict(by_amount),
    )


def _fulfilled(since: dt.date) -> set[tuple[int, dt.date]]:
    """The expected days for which money has come; only those are of use that lie near the lines."""
    rows = StandingOrderReceipt.objects.filter(match__undone_by=None, expected_on__gte=since - dt.timedelta(days=400))
    return set(rows.values_list("standing_order_id", "expected_on"))


def _typed(lines: list[StatementLine], first: dt.date, last: dt.date) -> dict[int, list[Receipt]]:
    """Receipts entered by hand that no line stands for, by amount: to be linked, so that none is booked again."""
    taken = Match.objects.filter(kind__in=[MatchKind.BOOKED, MatchKind.LINKED], undone_by=None).values("receipt")
    account = lines[0].account
    rows = (
        Receipt.objects.filter(payment=None, method__in=_TYPED, currency=account.currency)
        .filter(Q(received_on__range=(first - NEAR, last + NEAR)) | Q(banked_on__range=(first - NEAR, last + NEAR)))
        .filter(amount_minor__in={line.amount_minor for line in lines if line.amount_minor > 0})
        .exclude(pk__in=taken)
        .select_related("bank_account__ledger", "payment")
        .order_by("id")
    )
    gone = _gone(rows)
    found: dict[int, list[Receipt]] = defaultdict(list)
    for receipt in rows:
        if receipt.pk not in gone and stands_at(receipt) == account.ledger.code:
            found[receipt.amount_minor].append(receipt)
    return dict(found)


def stands_at(receipt: Receipt) -> str:
    """This function will name the account of the books in which a receipt's money is now."""
    return receipts.held(receipt, banked=receipt.banked_on is not None)


def _payouts(lines: list[StatementLine], first: dt.date, last: dt.date) -> dict[int, list[Payout]]:
    """Payouts in the books that no line stands for, by amount; they are booked at the society's first account."""
    if lines[0].account.ledger.code != chart.BANK:
        return {}
    taken = Match.objects.filter(kind=MatchKind.PAYOUT, undone_by=None).values("payout")
    rows = Payout.objects.filter(state=PayoutState.PAID, currency=lines[0].currency).exclude(pk__in=taken)
    found: dict[int, list[Payout]] = defaultdict(list)
    for payout in rows.filter(arrives_on__range=(first - NEAR, last + NEAR)).order_by("arrives_on", "id"):
        found[payout.amount_minor].append(payout)
    return dict(found)


def _slips(lines: list[StatementLine], first: dt.date, last: dt.date) -> dict[int, list[PayingInSlip]]:
    """Slips that were paid in and that no line stands for, by what they come to."""
    if lines[0].account.ledger.code != chart.BANK:
        return {}
    taken = Match.objects.filter(kind=MatchKind.SLIP, undone_by=None).values("slip")
    rows = PayingInSlip.objects.filter(state=SlipState.PAID_IN, currency=lines[0].currency).exclude(pk__in=taken)
    rows = rows.filter(banked_on__range=(first - NEAR, last + NEAR)).annotate(
        whole_minor=Sum("items__receipt__amount_minor", filter=Q(items__removed_at=None))
    )
    found: dict[int, list[PayingInSlip]] = defaultdict(list)
    for slip in rows.order_by("banked_on", "number"):
        found[slip.whole_minor or 0].append(slip)
    return dict(found)


def _gone(rows: Iterable[Receipt]) -> set[int]:
    """Those receipts of which nothing is left."""
    taken = (
        Refund.objects.filter(allocation__receipt__in=[receipt.pk for receipt in rows])
        .order_by()
        .values_list("allocation__receipt", "allocation__receipt__amount_minor")
        .annotate(taken=Sum("amount_minor"))
    )
    return {receipt for receipt, amount, back in taken if back >= amount}


def _returnable(lines: list[StatementLine], first: dt.date, last: dt.date) -> dict[int, list[Receipt]]:
    """Receipts that a line of money out may be the return of, by amount."""
    sums = {-line.amount_minor for line in lines if line.amount_minor < 0}
    if not sums:
        return {}
    rows = (
        Receipt.objects.filter(payment=None, amount_minor__in=sums, currency=lines[0].currency)
        .filter(received_on__gte=first - RETURNABLE, received_on__lte=last)
        .select_related("bank_account__ledger", "payment")
        .order_by("-received_on", "-id")
    )
    gone = _gone(rows)
    account = lines[0].account
    found: dict[int, list[Receipt]] = defaultdict(list)
    for receipt in rows:
        at = stands_at(receipt)
        if receipt.pk not in gone and (at == account.ledger.code or at == chart.IN_HAND):
            found[receipt.amount_minor].append(receipt)
    return dict(found)


def is_typed_as(method: str) -> bool:
    """This function will say whether a receipt of this method may stand on a line of a statement."""
    return method in _TYPED and bool(accounts.arrived(method))


def same_sum(receipt: Receipt, line: StatementLine) -> bool:
    """This function will say whether a receipt and a line are of one sum in one currency."""
    return receipt.amount == Money(abs(line.amount_minor), line.currency)
