"""Closing a period: what a treasurer sees to before the days are locked, and closing them.

What is broken stops a close; what is only open is closed over when the treasurer says that they have seen it. Money that
comes afterwards for a closed day is never refused: it stands on the first open day and keeps its own.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pennypress.ledger import balances, periods
from pennypress.ledger.models import PeriodClose
from pennypress.ledger.periods import CannotClose
from pennypress.payments import receipts, refund_orders
from pennypress.payments.models import Payment, PaymentState
from pennypress.people.models import User
from pennypress.settlement import matching

__all__ = ["CannotClose", "Check", "checks", "close"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to see to: `count` of it are open. With `stops`, nothing is closed while there are any."""

    name: str
    words: str
    count: int
    stops: bool = False


def checks(*, through: dt.date, currency: str, broken: Sequence[str], parked: int = 0) -> list[Check]:
    """This function will list what is to be seen to before the books are closed to the end of `through`.

    `broken` says which laws do not hold, `parked` how many of the providers' events wait for a person: whoever asks has
    looked, since both are read above us. Reads only.
    """
    in_hand = receipts.in_hand().filter(received_on__lte=through).count()
    waiting = receipts.waiting_for_a_purpose(currency).filter(receipt__received_on__lte=through).count()
    pending = Payment.objects.filter(state=PaymentState.PENDING, started_at__date__lte=through).count()
    lines = matching.unmatched(through)
    going_back = refund_orders.in_flight().filter(asked_on__lte=through).count()
    trial = 0 if balances.trial(on=through, currency=currency).balances else 1
    return [
        Check("laws", _("Every law of the books holds"), len(broken), stops=True),
        Check("trial", _("The trial balance balances"), trial, stops=True),
        Check("in_hand", ngettext("receipt still in hand", "receipts still in hand", in_hand), in_hand),
        Check("unallocated", ngettext("sum without a purpose", "sums without a purpose", waiting), waiting),
        Check("unmatched", ngettext("line of the bank to match", "lines of the bank to match", lines), lines),
        Check("parked", ngettext("event of a provider is parked", "events of providers are parked", parked), parked),
        Check("pending", ngettext("payment not yet confirmed", "payments not yet confirmed", pending), pending),
        Check("refunds", ngettext("refund that has not gone", "refunds that have not gone", going_back), going_back),
    ]


@transaction.atomic
def close(
    *,
    through: dt.date,
    currency: str,
    by: User,
    note: str,
    is_seen: bool,
    broken: Sequence[str],
    parked: int,
    today: dt.date,
    now: dt.datetime,
) -> PeriodClose:
    """This function will close the books to the end of `through`, when nothing stops it and what is open `is_seen`.

    Writes one row. Raises: CannotClose, with nothing written.
    """
    seen_to = checks(through=through, currency=currency, broken=broken, parked=parked)
    found = [check for check in seen_to if check.count]
    if any(check.stops for check in found):
        raise CannotClose(
            _("Something is wrong in the books. It is put right first: call whoever looks after the system.")
        )
    if found and not is_seen:
        listed = ", ".join(f"{check.count} {check.words}" for check in found)
        raise CannotClose(_("Still open: %(list)s. See to it, or say that you close all the same.") % {"list": listed})
    return periods.close(through=through, by=str(by), note=note, today=today, now=now)
