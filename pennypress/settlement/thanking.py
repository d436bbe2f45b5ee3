"""Thanking: the letters that money sets off, written to the outbox in the transaction of their cause."""

import datetime as dt

from pennypress.giving import pledges
from pennypress.giving.models import Gift, Pledge
from pennypress.letters import outbox


def for_gift(*, gift: Gift, now: dt.datetime, is_held: bool = False) -> None:
    """This function will queue the receipt for a gift received, if its giver left an address. Once for each gift. Where it
    `is_held`, it waits for somebody at the desk to say that it is sent."""
    outbox.queue(
        key=f"gift-receipt-{gift.public_id}",
        kind="gift-receipt",
        to_name=gift.name,
        to_email=gift.email,
        context={"gift": gift, "amount": gift.amount, "appeal": gift.appeal, "received_on": gift.received_on},
        now=now,
        person=gift.payer,
        is_held=is_held,
    )


def of_a_gift_returned(*, gift: Gift, is_claimed: bool, now: dt.datetime) -> None:
    """This function will queue the letter that says that a gift by Direct Debit has gone back. Once for each gift."""
    outbox.queue(
        key=f"gift-returned-{gift.public_id}",
        kind="gift-returned",
        to_name=gift.name,
        to_email=gift.email,
        context={"gift": gift, "amount": gift.amount, "is_claimed": is_claimed},
        now=now,
        person=gift.payer,
    )


def for_pledge(*, pledge: Pledge, now: dt.datetime) -> None:
    """This function will queue the letter that says a pledge has begun, and how to change or end it. Once for each."""
    pledges.write_to(pledge, kind="pledge-begun", key=f"pledge-begun-{pledge.public_id}", now=now)
