"""Brought forward: money that a paper had before it moved in. Its records begin here; its cash is in the opening balances.

Nothing here writes to anybody.
"""

import datetime as dt

from django.db import transaction

from pennypress.giving import gifts
from pennypress.giving.models import Appeal, Gift
from pennypress.money import Money
from pennypress.payments import receipts
from pennypress.payments.models import Purpose
from pennypress.payments.parts import Part
from pennypress.people.models import Person, User
from pennypress.settlement import effects


@transaction.atomic
def gift(
    *,
    amount: Money,
    method: str,
    received_on: dt.date,
    payer: Person | None,
    name: str,
    email: str,
    place: str,
    thanks_as: str,
    appeal: Appeal | None,
    reference: str,
    key: str,
    recorded_by: User | None,
    now: dt.datetime,
) -> Gift:
    """This function will write a past gift: its receipt, its entry and the gift, dated when it came. No letter.

    The entry debits 3990 Brought forward and not the bank: that the money is there, or was spent, the opening balances
    say. `key` stands once. It counts in the appeal named, or in none.
    """
    arrived = receipts.Arrived(
        method=method,
        amount=amount,
        parts=[Part(Purpose.GIFT, amount)],
        payer=payer,
        payer_name=name,
        received_on=received_on,
        reference=reference,
        key=key,
        is_brought_forward=True,
    )
    receipt = receipts.record(arrived=arrived, recorded_by=recorded_by, now=now)
    written = gifts.record_by_hand(
        allocation=receipt.allocations.get(),
        name=name,
        email=email,
        place=place,
        thanks_as=thanks_as,
        payer=payer,
        received_on=received_on,
        now=now,
        appeal=appeal,
        is_past=True,
    )
    effects.purge_meter()
    return written
