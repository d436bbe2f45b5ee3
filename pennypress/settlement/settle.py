"""Settling: what each kind of money does when it arrives, fails or is taken back. The one page where all of it is read.

Each function is one transaction: the receipt, its entry in the books, what it means for the gift, the pledge or the
shares, the letter and the purge of the meter stand together or not at all. Nothing leaves the machine inside of it.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from pennypress import money
from pennypress.giving import gifts, pledges, returning
from pennypress.giving.models import Gift, GiftState, Pledge
from pennypress.money import Money
from pennypress.payments import mandates, moving, receipts, refund_orders, refunds, taking
from pennypress.payments.models import (
    Allocation,
    Method,
    Payment,
    PaymentState,
    Purpose,
    Receipt,
    Refund,
    RefundKind,
)
from pennypress.payments.parts import Part
from pennypress.people import persons
from pennypress.settlement import effects, giving_back, thanking
from pennypress.settlement.effects import CannotSettle
from pennypress.shares.models import Application
from pennypress.subscriptions import ordering

__all__ = ["CannotSettle", "payment_failed", "payment_pending", "payment_succeeded", "taken_back"]


@transaction.atomic(savepoint=False)
def payment_succeeded(
    *,
    payment_id: int,
    provider_ref: str,
    on: dt.date,
    now: dt.datetime,
    mandate_ref: str = "",
    locked: Payment | None = None,
) -> Receipt:
    """This function will settle a payment whose money has come: once, however often it is told.

    Locks the payment, unless the caller has and hands it over. Writes its move, the receipt with its entry, what the
    money means, and the letter. A payment that had failed before is settled all the same: late money is booked. Refused,
    the whole transaction is to be rolled back. Raises: CannotSettle.
    """
    payment = _locked(payment_id, provider_ref, locked)
    if payment.state == PaymentState.SUCCEEDED:
        return payment.receipt
    payment.payer = effects.known(payment.payer_name, payment.payer_email, now)
    moving.move(payment=payment, to=PaymentState.SUCCEEDED, now=now)
    if payment.mandate_id and mandate_ref:
        mandates.activate(mandate_id=payment.mandate_id, provider_ref=mandate_ref, person=payment.payer, now=now)
    asked = [Part(Purpose(part.purpose), part.amount) for part in taking.parts_of(payment)]
    waiting = _waiting(payment, asked)
    arrived = receipts.Arrived(
        method=payment.method,
        amount=payment.amount,
        parts=[_as_it_counts(payment, part, waiting) for part in asked],
        payer=payment.payer,
        payer_name=payment.payer_name,
        received_on=on,
        reference=provider_ref,
        payment=payment,
    )
    receipt = receipts.record(arrived=arrived, recorded_by=None, now=now)
    for allocation in receipt.allocated():
        _arrived(payment, allocation, waiting, on=on, now=now)
    effects.purge_meter()
    return receipt


def _waiting(payment: Payment, asked: Sequence[Part]) -> pledges.Waiting | None:
    return pledges.waiting(payment=payment) if any(part.purpose == Purpose.PLEDGE for part in asked) else None


def _as_it_counts(payment: Payment, part: Part, waiting: pledges.Waiting | None) -> Part:
    """What a part is for: as it was asked, but for a collection or an application that has its money already."""
    return Part(Purpose.UNALLOCATED, part.amount) if _came_already(payment, part, waiting) else part


def _came_already(payment: Payment, part: Part, waiting: pledges.Waiting | None) -> bool:
    match part.purpose:
        case Purpose.PLEDGE:
            return waiting is not None and not waiting.is_owed
        case Purpose.SHARES:
            # Paid by cheque meanwhile, or written down for another sum: the treasurer decides what becomes of it.
            application = Application.objects.filter(payment=payment).first()
            return application is None or application.allocation_id is not None or application.amount != part.amount
        case _:
            return False


def _arrived(
    payment: Payment, allocation: Allocation, waiting: pledges.Waiting | None, *, on: dt.date, now: dt.datetime
) -> None:
    payer = payment.payer
    match allocation.purpose:
        case Purpose.GIFT:
            gift = gifts.receive(payment=payment, allocation=allocation, payer=payer, on=on, now=now)
            thanking.for_gift(gift=gift, now=now)
        case Purpose.PLEDGE if waiting is not None:
            pledge, begins = pledges.collected(waiting=waiting, allocation=allocation, payer=payer, on=on, now=now)
            if begins:
                _welcome(pledge, now)
        case Purpose.SHARES:
            application = Application.objects.get(payment=payment)
            effects.pay(application, allocation, on=on, now=now)
        case Purpose.SUBSCRIPTION if payer is not None and (order := ordering.of(payment)):
            effects.subscribe(order.product, allocation, payer, on=on, now=now)
        case Purpose.UNALLOCATED if waiting is not None:
            # It came twice: it is not lost, and the treasurer decides what becomes of it.
            pledges.came_twice(waiting=waiting)
        case _:
            # Booked to its account; nothing else waits for it yet.
            return


def _welcome(pledge: Pledge, now: dt.datetime) -> None:
    # A supporter comes into their account by a code, as an owner does. Nobody has a login before their money came.
    if pledge.person is not None:
        persons.ensure_login(pledge.person)
    thanking.for_pledge(pledge=pledge, now=now)


@transaction.atomic
def payment_pending(*, payment_id: int, provider_ref: str, now: dt.datetime) -> Payment:
    """This function will note that the reader has paid and the provider does not yet know whether the money comes.

    Locks the payment. Of a payment that is further on, nothing changes. Raises: CannotSettle.
    """
    payment = _locked(payment_id, provider_ref)
    if payment.state in (PaymentState.STARTED, PaymentState.FAILED):
        moving.move(payment=payment, to=PaymentState.PENDING, now=now)
    return payment


@transaction.atomic
def payment_failed(*, payment_id: int, provider_ref: str, reason: str, now: dt.datetime) -> Payment:
    """This function will note that a payment failed, with the reason in the reader's words. Nothing was booked for it.

    Locks the payment. Money that has come does not fail afterwards: it is taken back. Raises: CannotSettle.
    """
    payment = _locked(payment_id, provider_ref)
    if payment.state == PaymentState.SUCCEEDED or (payment.state, payment.failure) == (PaymentState.FAILED, reason):
        return payment
    moving.move(payment=payment, to=PaymentState.FAILED, now=now, reason=reason)
    if payment.parts.filter(purpose=Purpose.PLEDGE).exists():
        pledges.not_collected(payment=payment, now=now)
    return payment


@transaction.atomic
def taken_back(
    *,
    payment_id: int,
    kind: str,
    amount: Money,
    key: str,
    on: dt.date,
    reason: str,
    now: dt.datetime,
    is_claimed: bool | None = None,
) -> list[Refund]:
    """This function will settle a refund, dispute, reinstatement or return of a payment: once, by the provider's `key`.

    Locks the payment, and its pledge. Where the payment has several parts, each bears its share of what is left of it.
    `is_claimed` says of what the payer's bank took back whether its payer asked for it, and what follows for a pledge; None
    where no bank did. Raises: CannotSettle, with nothing written, when more would be taken back than came in.
    """
    payment = moving.locked(payment_id)
    returning.hold(payment=payment)
    if payment.state != PaymentState.SUCCEEDED:
        raise CannotSettle(_("Nothing was received for this payment that could be taken back."))
    # Where the receipt was corrected, what is taken back is taken of the correction.
    allocations = list(receipts.standing(payment.receipt).allocations.all())
    if kind == RefundKind.REINSTATEMENT:
        weights = [refunds.standing(allocation).minor for allocation in allocations]
    else:
        weights = [refunds.left(allocation).minor for allocation in allocations]
    if known := _told_before(payment.receipt, key):
        return known
    if amount.minor > sum(weights) or amount.minor <= 0:
        raise CannotSettle(_("%(amount)s is more than there is to take back.") % {"amount": amount})
    if kind == RefundKind.REFUND and (order := refund_orders.meant_by(payment=payment, amount=amount, refund_key=key)):
        return giving_back.fulfilled(order=order, key=key, on=on, reason=reason, by=None, now=now)
    shares = zip(allocations, money.split(amount, weights), strict=True)
    taken = [
        effects.take_back(allocation, kind, share, _key(key, allocation, allocations), on=on, reason=reason, now=now)
        for allocation, share in shares
        if share
    ]
    if kind == RefundKind.REINSTATEMENT:
        refund_orders.came_back(refund_key=key.removesuffix("-failed"), reason=reason, now=now)
    elif is_claimed is not None:
        returning.returned(payment=payment, is_claimed=is_claimed, on=on, now=now)
        _tell_its_giver(payment, is_claimed=is_claimed, now=now)
    return taken


def _tell_its_giver(payment: Payment, *, is_claimed: bool, now: dt.datetime) -> None:
    # Whoever disputes a card may never have seen our page: only an account's holder is written to.
    gift = Gift.objects.filter(payment=payment, payment__method=Method.DIRECT_DEBIT).first()
    if gift is not None and gift.state == GiftState.TAKEN_BACK:
        thanking.of_a_gift_returned(gift=gift, is_claimed=is_claimed, now=now)


def _told_before(receipt: Receipt | None, key: str) -> list[Refund]:
    """What was taken back under the provider's key already, of the receipt or of any that corrects it."""
    while receipt is not None:
        allocations = list(receipt.allocations.all())
        known = Refund.objects.filter(key__in=[_key(key, allocation, allocations) for allocation in allocations])
        if known.exists():
            return list(known)
        receipt = Receipt.objects.filter(corrects=receipt).first()
    return []


def _locked(payment_id: int, provider_ref: str, locked: Payment | None = None) -> Payment:
    payment = locked or moving.locked(payment_id)
    if payment.provider_ref and payment.provider_ref != provider_ref:
        raise CannotSettle(_("The provider calls this payment by another name."))
    if not payment.provider_ref:
        payment.provider_ref = provider_ref
        payment.save(update_fields=["provider_ref"])
    return payment


def _key(key: str, allocation: Allocation, allocations: Sequence[Allocation]) -> str:
    return key if len(allocations) == 1 else f"{key}-{allocation.pk}"
