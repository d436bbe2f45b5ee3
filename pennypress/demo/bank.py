"""The demo's bank: standing orders with two months of statements that are matched, and this week's that waits."""

import datetime as dt
import random
from zoneinfo import ZoneInfo

from pennypress import days
from pennypress.demo import history, reading
from pennypress.giving import standing_orders
from pennypress.giving.models import StandingOrder
from pennypress.ledger import balances
from pennypress.money import Money, plain
from pennypress.payments import bank, importing
from pennypress.payments.models import BankAccount, Method, Receipt
from pennypress.people import roles
from pennypress.people.models import User
from pennypress.settlement import confirming

MATCHED = dt.timedelta(days=62)
WAITS = dt.timedelta(days=6)
# What this week's statement tells besides the supporters: who, what they wrote, pence, kind of MT940.
_OTHERS = (
    ("HARBOUR CHAMBERS LTD", "RENT DECEMBER", -85_000, "TRF"),
    ("CO-OPERATIVE BANK", "ACCOUNT CHARGES", -1_240, "CHG"),
    ("TRADES COUNCIL", "COLLECTION AT THE BRANCH", 14_350, "TRF"),
    ("J ABERNATHY", "GOOD WORK", 2_500, "TRF"),
)


def build(*, now: dt.datetime, zone: ZoneInfo) -> None:
    """This function will open the account, tell of the orders behind the receipts that came by standing order, and take in
    the statements: what is older than a week is matched, this week's waits for the treasurer."""
    today = days.day_of(now, zone)
    society = reading.paper()["society"]
    account = bank.open_account(
        name="Current account",
        ledger="1000",
        currency="GBP",
        holder=society["registered_name"],
        sort_code="20-45-45",
        number="30419922",
        is_published=True,
        now=now,
    )
    receipts = _receipts(today - MATCHED, today)
    orders = _orders(receipts, today, now)
    chance = random.Random(history.SEED + 9)
    older = [one for one in receipts if one.received_on < today - WAITS]
    before = older[0].received_on - dt.timedelta(days=1)
    opening = balances.of(account=account.ledger.code, on=before, currency="GBP").minor
    opening = _taken_in(account, _lines(older, orders, chance), opening, now)
    treasurer = User.objects.filter(groups__name=roles.TREASURER).first()
    _confirm(account, older, orders, treasurer, now)
    recent = [one for one in receipts if one.received_on >= today - WAITS]
    others = [(today - dt.timedelta(days=2), *one) for one in _OTHERS]
    _taken_in(account, [*_lines(recent, orders, chance), *_new(orders, today), *others], opening, now)


_Line = tuple[dt.date, str, str, int, str]


def _receipts(since: dt.date, until: dt.date) -> list[Receipt]:
    """Standing orders and transfers as the treasurer typed them, in order; one for each supporter and month."""
    rows = Receipt.objects.filter(
        payment=None,
        method__in=[Method.STANDING_ORDER, Method.BANK_TRANSFER],
        received_on__range=(since, until),
        payer__isnull=False,
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


def _lines(receipts: list[Receipt], orders: dict[int, StandingOrder], chance: random.Random) -> list[_Line]:
    lines = []
    for receipt in receipts:
        order = orders.get(receipt.payer_id or 0)
        words = order.reference if order and chance.random() < 0.7 else "THE LANTERN FUND"
        kind = "STO" if receipt.method == Method.STANDING_ORDER else "TRF"
        lines.append((receipt.received_on, receipt.payer_name.upper(), words, receipt.amount.minor, kind))
    return lines


def _new(orders: dict[int, StandingOrder], today: dt.date) -> list[_Line]:
    """Money that nobody has entered yet: by reference, with a slip of the pen, and by name alone."""
    on = today - dt.timedelta(days=1)
    chosen = list(orders.values())[:14]
    lines = []
    for place, order in enumerate(chosen):
        code = order.reference
        if place % 5 == 3:
            code = f"{code[:-1]}{'4' if code[-1] != '4' else '7'}"
        words = "STANDING ORDER" if place % 5 == 4 else code.replace("-", " ").lower()
        lines.append((on, order.name.upper(), words, order.amount.minor, "STO"))
    return lines


def _taken_in(account: BankAccount, lines: list[_Line], opening: int, now: dt.datetime) -> int:
    """Takes in one statement of MT940, and gives the balance at which it closes."""
    lines = sorted(lines)
    written = []
    for number, (on, name, words, minor, kind) in enumerate(lines):
        mark = "C" if minor > 0 else "D"
        amount = f"{abs(minor) // 100},{abs(minor) % 100:02d}"
        payer = sum(map(ord, name)) * 7919 % 90_000_000 + 10_000_000
        written += [
            f":61:{on:%y%m%d%m%d}{mark}{amount}N{kind}NONREF//{on:%m%d}{number:04d}",
            f":86:{'152' if kind == 'STO' else '805' if kind == 'CHG' else '166'}?00?20{words}?3120454{payer}?32{name[:27]}",
        ]
    closing = opening + sum(line[3] for line in lines)
    first, last = lines[0][0], lines[-1][0]
    head = [":20:STATEMENT", ":25:20454530419922", ":28C:1/1", f":60F:{_balance(first, opening)}"]
    data = "\r\n".join([*head, *written, f":62F:{_balance(last, closing)}", "-", ""]).encode()
    name = f"statement-{last:%Y-%m-%d}.sta"
    file = importing.keep(account=account, data=data, name=name, by=None, now=now)
    importing.book(file=file, by=None, now=now, accepts_doubts=True)
    return closing


def _balance(on: dt.date, minor: int) -> str:
    return f"C{on:%y%m%d}GBP{plain(Money(minor, 'GBP')).replace('.', ',') if minor % 100 else f'{minor // 100},00'}"


def _confirm(
    account: BankAccount, receipts: list[Receipt], orders: dict[int, StandingOrder], by: User | None, now: dt.datetime
) -> None:
    """Links the lines of the older statement to the receipts that they were written from."""
    assert by is not None
    lines = list(account.lines.select_related("account__ledger").order_by("booked_on", "id"))
    free = list(receipts)
    for line in lines:
        receipt = next(
            one
            for one in free
            if one.received_on == line.booked_on
            and one.amount == line.amount
            and one.payer_name.upper()[:27] == line.payer_name
        )
        free.remove(receipt)
        order = orders.get(receipt.payer_id or 0) if receipt.method == Method.STANDING_ORDER else None
        reason = "The reference is theirs." if order else "Same sum and name."
        confirming.as_link(line=line, receipt=receipt, order=order, reason=reason, confidence="certain", by=by, now=now)
