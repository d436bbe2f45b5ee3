"""The demo's way to the bank's counter: cheques and cash, on their own long ago, with paying-in slips since its statements."""

import datetime as dt
from collections import defaultdict
from zoneinfo import ZoneInfo

from pennypress import days
from pennypress.money import Money
from pennypress.payments import slips
from pennypress.payments.models import Receipt
from pennypress.people.models import User

# For so long back the bank's statements are in the demo.
STATEMENTS = dt.timedelta(days=62)
TUESDAY, FRIDAY = 1, 4


def since(today: dt.date) -> dt.date:
    """This function will give the day from which the bank's statements are there."""
    return today - STATEMENTS


def taken_on(received_on: dt.date, today: dt.date) -> dt.date | None:
    """This function will say when money in hand went to the bank before there were statements; None if it goes since."""
    on = received_on + dt.timedelta(days=3)
    return on if on < since(today) else None


def take_in(today: dt.date, zone: ZoneInfo, by: User) -> None:
    """This function will go to the bank each Tuesday and Friday with what is in hand, a slip for each time."""
    visits: dict[dt.date, list[Receipt]] = defaultdict(list)
    for receipt in slips.waiting("GBP"):
        visits[_visit_after(max(receipt.received_on, since(today)))].append(receipt)
    for on in sorted(visits):
        if on > today:
            return
        now = days.start_of(on, zone) + dt.timedelta(hours=11)
        slip = slips.draw(chosen=visits[on], loose_coins=Money(0, "GBP"), on=on, by=by, now=now)
        slips.pay_in(slip=slip, banked_on=on, by=by, now=now)


def _visit_after(on: dt.date) -> dt.date:
    following = (on + dt.timedelta(days=ahead) for ahead in range(1, 8))
    return next(day for day in following if day.weekday() in (TUESDAY, FRIDAY))
