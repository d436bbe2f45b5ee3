"""The demo's payouts: every second week whoever took the cards pays out all that came by then, less what they keep."""

import datetime as dt
from zoneinfo import ZoneInfo

from pennypress import days
from pennypress.money import Money
from pennypress.payments import payouts
from pennypress.payments.models import Method, Receipt
from pennypress.payments.providers import sandbox
from pennypress.settlement import paying_out

EVERY = dt.timedelta(days=14)
# The last one came the day before yesterday.
LATEST = dt.timedelta(days=2)


def paydays(today: dt.date, since: dt.date) -> list[dt.date]:
    """This function will list the days of the payouts from `since` on, the eldest first."""
    found = []
    on = today - LATEST
    while on >= since:
        found.append(on)
        on -= EVERY
    return found[::-1]


def of_the_sandbox(on: dt.date, zone: ZoneInfo) -> None:
    """This function will have the sandbox pay out all that it holds, on the evening of a day, and book it."""
    now = days.start_of(on, zone) + dt.timedelta(hours=20)
    for told in sandbox.pay_out(now=now):
        paying_out.ask(provider="sandbox", provider_ref=told.ref, on=on, now=now)


def of_the_terminal(today: dt.date, zone: ZoneInfo) -> None:
    """This function will pay out the cards that were taken at the office and by telephone, and entered by hand."""
    cards = Receipt.objects.filter(payment=None, method__in=[Method.CARD, Method.CARD_BY_PHONE])
    waiting = list(cards.order_by("received_on", "id"))
    for on in paydays(today, waiting[0].received_on):
        of_it = [receipt for receipt in waiting if receipt.received_on <= on]
        waiting = waiting[len(of_it) :]
        if of_it:
            payouts.by_hand(
                provider=payouts.TERMINAL,
                provider_ref=f"{on:%Y-%m-%d}",
                kept=[(receipt, _kept(receipt.amount)) for receipt in of_it],
                arrives_on=on,
                now=days.start_of(on, zone) + dt.timedelta(hours=20),
            )


def _kept(amount: Money) -> Money:
    """1.75 %, rounded half up, as terminals take."""
    return Money((amount.minor * 175 + 5_000) // 10_000, amount.currency)
