"""The demo's bank: standing orders, and statements of two months that hold all that went in: what supporters sent, what
was paid in at the counter, what was paid out to the paper. This week's waits for the treasurer in part."""

import datetime as dt
import random
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from pennypress import days
from pennypress.demo import counter, history, reading
from pennypress.giving import standing_orders
from pennypress.giving.models import StandingOrder
from pennypress.ledger import balances
from pennypress.money import Money, plain
from pennypress.payments import bank, importing
from pennypress.payments.models import BankAccount, Method, PayingInSlip, Payout, Receipt, StatementLine
from pennypress.people import roles
from pennypress.people.models import User
from pennypress.settlement import confirming, matching

RECENT = dt.timedelta(days=6)
# Of what this week's statement tells and the books have, so much is left to be matched.
LEFT_RECEIPTS = 2
# What this week's statement tells besides: who, what they wrote, pence, kind of MT940.
_OTHERS = (
    ("HARBOUR CHAMBERS LTD", "RENT DECEMBER", -85_000, "TRF"),
    ("CO-OPERATIVE BANK", "ACCOUNT CHARGES", -1_240, "CHG"),
    ("TRADES COUNCIL", "COLLECTION AT THE BRANCH", 14_350, "TRF"),
    ("J ABERNATHY", "GOOD WORK", 2_500, "TRF"),
)


@dataclass(frozen=True, slots=True)
class _Told:
    """One line as the bank writes it, and the receipt that it was written from, if it is one's."""

    on: dt.date
    name: str
    words: str
    minor: int
    kind: str
    receipt: Receipt | None = None
    is_left: bool = False


def build(*, now: dt.datetime, zone: ZoneInfo) -> None:
    """This function will open the account, tell of the orders behind the receipts that came by standing order, go to the
    counter, and take in the statements: all of the older is matched, and most of this week's."""
    today = days.day_of(now, zone)
    account = _open(now)
    treasurer = User.objects.filter(groups__name=roles.TREASURER).first()
    assert treasurer is not None
    begins_on = counter.since(today)
    opening = balances.of(account=account.ledger.code, on=begins_on - dt.timedelta(days=1), currency="GBP").minor
    counter.take_in(today, zone, treasurer)
    receipts = _receipts(begins_on, today)
    orders = _orders(receipts, today, now)
    told = [*_of_receipts(receipts, orders), *_of_slips(begins_on), *_of_payouts(begins_on)]
    older = [one for one in told if one.on < today - RECENT]
    recent = [one for one in told if one.on >= today - RECENT]
    others = [_Told(today - dt.timedelta(days=2), *other, is_left=True) for other in _OTHERS]
    for lines in (older, [*_some_left(recent), *_new(orders, today), *others]):
        opening = _taken_in(account, lines, opening, orders, treasurer, now)


def _open(now: dt.datetime) -> BankAccount:
    return bank.open_account(
        name="Current account",
        ledger="1000",
        currency="GBP",
        holder=reading.paper()["society"]["registered_name"],
        sort_code="20-45-45",
        number="30419922",
        is_published=True,
        now=now,
    )


def _receipts(since: dt.date, until: dt.date) -> list[Receipt]:
    """Standing orders and transfers as the treasurer typed them, in order."""
    rows = Receipt.objects.filter(
        payment=None, method__in=[Method.STANDING_ORDER, Method.BANK_TRANSFER], received_on__range=(since, until)
    )
    return list(rows.select_related("payer").order_by("received_on", "id"))


def _orders(receipts: list[Receipt], today: dt.date, now: dt.datetime) -> dict[int, StandingOrder]:
    """An order for each person who paid by standing order, and three that were promised and have not begun."""
    orders: dict[int, StandingOrder] = {}
    for receipt in receipts:
        if receipt.method != Method.STANDING_ORDER or receipt.payer_id in orders or receipt.payer is None:
            continue
        orders[receipt.payer.pk] = standing_orders.promise(
            amount=receipt.amount,
            interval=1,
            usual_day=receipt.received_on.day,
            first_on=receipt.received_on,
            name=receipt.payer.name,
            email="",
            place=receipt.payer.place,
            thanks_as="initials",
            on=today,
            now=now,
            by=None,
            person=receipt.payer,
        )
    return orders


def _of_receipts(receipts: list[Receipt], orders: dict[int, StandingOrder]) -> list[_Told]:
    chance = random.Random(history.SEED + 9)
    lines = []
    for receipt in receipts:
        order = orders.get(receipt.payer_id or 0)
        words = order.reference if order and chance.random() < 0.7 else "THE LANTERN FUND"
        kind = "STO" if receipt.method == Method.STANDING_ORDER else "TRF"
        name = receipt.payer_name.upper()
        lines.append(_Told(receipt.received_on, name, words, receipt.amount.minor, kind, receipt))
    return lines


def _of_slips(since: dt.date) -> list[_Told]:
    """What was paid in at the counter, but for the last time: the bank has not booked it yet."""
    paid_in = PayingInSlip.objects.filter(banked_on__gte=since).order_by("banked_on", "number")
    lines = []
    for slip in list(paid_in)[:-1]:
        assert slip.banked_on is not None
        items = slip.items.filter(removed_at=None).values_list("receipt__amount_minor", flat=True)
        lines.append(_Told(slip.banked_on, "COUNTER CREDIT", f"PAYING-IN SLIP {slip.number}", sum(items), "CLR"))
    return lines


def _of_payouts(since: dt.date) -> list[_Told]:
    found = Payout.objects.filter(arrives_on__gte=since).order_by("arrives_on", "id")
    return [
        _Told(one.arrives_on, one.provider.upper(), f"{one.provider.upper()} PAYOUT", one.amount_minor, "TRF")
        for one in found
    ]


def _some_left(recent: list[_Told]) -> list[_Told]:
    """Marks the last of what supporters sent as left for the treasurer."""
    left = [one for one in recent if one.receipt is not None][-LEFT_RECEIPTS:]
    return [replace(one, is_left=one in left) for one in recent]


def _new(orders: dict[int, StandingOrder], today: dt.date) -> list[_Told]:
    """Money that nobody has entered yet: by reference, with a slip of the pen, and by name alone."""
    on = today - dt.timedelta(days=1)
    lines = []
    for place, order in enumerate(list(orders.values())[:14]):
        code = order.reference
        if place % 5 == 3:
            code = f"{code[:-1]}{'4' if code[-1] != '4' else '7'}"
        words = "STANDING ORDER" if place % 5 == 4 else code.replace("-", " ").lower()
        lines.append(_Told(on, order.name.upper(), words, order.amount.minor, "STO", is_left=True))
    return lines


def _taken_in(
    account: BankAccount,
    told: list[_Told],
    opening: int,
    orders: dict[int, StandingOrder],
    by: User,
    now: dt.datetime,
) -> int:
    """Takes in one statement of MT940, matches what is not left, and gives the balance at which it closes."""
    told = sorted(told, key=lambda one: (one.on, one.name, one.words, one.minor))
    closing = opening + sum(one.minor for one in told)
    first, last = told[0].on, told[-1].on
    head = [":20:STATEMENT", ":25:20454530419922", ":28C:1/1", f":60F:{_balance(first, opening)}"]
    written = [text for number, one in enumerate(told) for text in _written(number, one)]
    data = "\r\n".join([*head, *written, f":62F:{_balance(last, closing)}", "-", ""]).encode()
    file = importing.keep(account=account, data=data, name=f"statement-{last:%Y-%m-%d}.sta", by=None, now=now)
    (statement,) = importing.book(file=file, by=None, now=now, accepts_doubts=True)
    lines = list(statement.lines.select_related("account__ledger").order_by("position"))
    _match([(line, one) for line, one in zip(lines, told, strict=True) if not one.is_left], orders, by, now)
    return closing


def _written(number: int, one: _Told) -> tuple[str, str]:
    mark = "C" if one.minor > 0 else "D"
    amount = f"{abs(one.minor) // 100},{abs(one.minor) % 100:02d}"
    payer = sum(map(ord, one.name)) * 7919 % 90_000_000 + 10_000_000
    code = {"STO": "152", "CHG": "805", "CLR": "070"}.get(one.kind, "166")
    return (
        f":61:{one.on:%y%m%d%m%d}{mark}{amount}N{one.kind}NONREF//{one.on:%m%d}{number:04d}",
        f":86:{code}?00?20{one.words}?3120454{payer}?32{one.name[:27]}",
    )


def _balance(on: dt.date, minor: int) -> str:
    return f"C{on:%y%m%d}GBP{plain(Money(minor, 'GBP')).replace('.', ',') if minor % 100 else f'{minor // 100},00'}"


def _match(
    pairs: list[tuple[StatementLine, _Told]], orders: dict[int, StandingOrder], by: User, now: dt.datetime
) -> None:
    """Slips and payouts as the matching proposes them; what supporters sent, to the receipts that it was written from."""
    booked = [line for line, one in pairs if one.receipt is None]
    tokens = [proposal.token for proposal in matching.propose(booked).values()]
    confirming.proposed(lines=booked, tokens=tokens, by=by, now=now)
    for line, one in pairs:
        if one.receipt is None:
            continue
        order = orders.get(one.receipt.payer_id or 0) if one.kind == "STO" else None
        reason = "The reference is theirs." if order else "Same sum and name."
        confirming.as_link(
            line=line, receipt=one.receipt, order=order, reason=reason, confidence="certain", by=by, now=now
        )
