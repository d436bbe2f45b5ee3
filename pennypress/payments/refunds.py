"""Refunds: what is taken back of money that had arrived, and what comes back again. Never more than came in."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from pennypress.ledger import posting
from pennypress.money import Money
from pennypress.payments import accounts, receipts
from pennypress.payments.models import Allocation, Refund, RefundKind


class CannotTakeBack(ValueError):
    """More would be taken back than came in, or given back than was taken; or the key stands for something else."""


@transaction.atomic
def take_back(
    *, allocation: Allocation, kind: str, amount: Money, key: str, on: dt.date, reason: str, now: dt.datetime
) -> Refund:
    """This function will write down that `amount` (above zero) of an allocation was taken back, once under `key`.

    A reinstatement gives back instead. The database locks the allocation and keeps what stands taken back between zero
    and the allocation. Posts the mirror of the receipt's lines under the same key. Raises: CannotTakeBack, with nothing
    written.
    """
    receipt = allocation.receipt
    if amount.minor <= 0 or amount.currency != receipt.currency:
        raise CannotTakeBack(_("An amount above zero in %(currency)s is needed.") % {"currency": receipt.currency})
    signed = -amount if kind == RefundKind.REINSTATEMENT else amount
    fields = {
        "allocation": allocation,
        "kind": RefundKind(kind),
        "amount_minor": signed.minor,
        "on": on,
        "reason": reason[:300],
        "recorded_at": now,
    }
    try:
        with transaction.atomic():
            refund, created = Refund.objects.get_or_create(key=key, defaults=fields)
    except IntegrityError as error:
        raise CannotTakeBack(_("%(amount)s is more than there is to take back.") % {"amount": amount}) from error
    if not created:
        return _same(refund, allocation, kind, signed)
    account = allocation.account.code if allocation.account else ""
    # A mistake is undone where it was made: the way to the bank is reversed by an entry of its own.
    is_banked = receipt.banked_on is not None and kind != RefundKind.MISTAKE
    sides = [
        posting.Side(accounts.earned(allocation.purpose, account), signed),
        posting.Side(receipts.held(receipt, banked=is_banked), -signed),
    ]
    posting.post(key=key, on=on, memo=str(RefundKind(kind).label), sides=sides, now=now)
    return refund


def _same(refund: Refund, allocation: Allocation, kind: str, signed: Money) -> Refund:
    if (refund.allocation_id, refund.kind, refund.amount_minor) != (allocation.pk, kind, signed.minor):
        raise CannotTakeBack(_("This reference stands already for something else."))
    return refund


def standing(allocation: Allocation) -> Money:
    """This function will say how much of an allocation stands taken back."""
    taken = allocation.refunds.aggregate(total=Sum("amount_minor"))["total"] or 0
    return Money(taken, allocation.receipt.currency)


def left(allocation: Allocation) -> Money:
    """This function will say how much of an allocation has not been taken back."""
    return allocation.amount - standing(allocation)
