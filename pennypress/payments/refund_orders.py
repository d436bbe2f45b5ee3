"""Refund orders: asked by one person, agreed by a second above a set sum, and sent only to where the money came from.

What the books take back is written when the provider says that the money went (`settlement.taken_back`), or when the
treasurer paid it back by hand (`settlement.giving_back`). The database refuses more than came in, orders in flight
counted, and any order while a dispute is open.
"""

import datetime as dt
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pennypress import jobs, money
from pennypress.money import Money
from pennypress.payments import providers, receipts, refunds, thresholds
from pennypress.payments.models import (
    Allocation,
    OrderState,
    Payment,
    Receipt,
    RefundOrder,
    RefundOrderMove,
    RefundOrderPart,
)
from pennypress.payments.providers.protocol import CannotRefund, ProviderRefused, ProviderUnavailable
from pennypress.people import roles
from pennypress.people.models import User

SEND = "payments.send_refunds"
IN_FLIGHT = (OrderState.ASKED, OrderState.APPROVED, OrderState.SENT)


class CannotOrder(ValueError):
    """The refund cannot be ordered, approved or refused as asked; the text says why, and nothing was written."""


@transaction.atomic
def ask(
    *,
    receipt: Receipt,
    parts: Mapping[int, Money],
    reason: str,
    by: User | None,
    on: dt.date,
    now: dt.datetime,
) -> RefundOrder:
    """This function will order that so much of each allocation (by its number) of a receipt be given back.

    Up to the paper's threshold it is approved with that; above it waits for a second person. `by` is None for what the
    paper does by rule. Writes the order, its parts and its moves; the worker sends it. Raises: CannotOrder.
    """
    wanted = {number: amount for number, amount in parts.items() if amount}
    if not wanted:
        raise CannotOrder(_("Please say how much is to be given back."))
    if not reason.strip():
        raise CannotOrder(_("Please say why: the giver and the auditor are told."))
    amount = money.total(list(wanted.values()), receipt.currency)
    payment = receipts.came_by(receipt)
    _require_possible(receipt, payment, amount)
    order = RefundOrder(
        receipt=receipt,
        payment=payment,
        amount_minor=amount.minor,
        currency=amount.currency,
        part_count=len(wanted),
        reason=reason.strip()[:300],
        needs_two=thresholds.needs_two(amount, on=on),
        asked_by=by,
        asked_on=on,
        asked_at=now,
    )
    _write(order, wanted)
    _note(order, "", OrderState.ASKED, by=by, now=now)
    if not order.needs_two:
        _approved(order, by=None, now=now)
    return order


def ask_for_all_left(
    *, allocation: Allocation, reason: str, by: User | None, on: dt.date, now: dt.datetime
) -> RefundOrder | None:
    """This function will order that all that is left of an allocation, orders in flight taken off, be given back; None
    where that is nothing. Raises: CannotOrder."""
    left = may_go_back(allocation)
    if not left:
        return None
    return ask(receipt=allocation.receipt, parts={allocation.pk: left}, reason=reason, by=by, on=on, now=now)


def may_go_back(allocation: Allocation) -> Money:
    """This function will say how much of an allocation may still be ordered back: what is left of it, less what is in
    flight."""
    parts = RefundOrderPart.objects.filter(allocation=allocation, order__state__in=IN_FLIGHT)
    in_flight = sum(parts.values_list("amount_minor", flat=True))
    return refunds.left(allocation) - Money(in_flight, allocation.receipt.currency)


def in_flight() -> QuerySet[RefundOrder]:
    """This function will give the orders that are neither done nor refused nor failed."""
    return RefundOrder.objects.filter(state__in=IN_FLIGHT)


def _require_possible(receipt: Receipt, payment: Payment | None, amount: Money) -> None:
    if payment is None:
        return
    try:
        able = providers.get(payment.provider).capabilities
    except ProviderUnavailable:
        # The paper does not offer it any more, or not at the moment: the order waits for it.
        return
    if not able.refunds:
        raise CannotOrder(_("This provider gives nothing back; please speak to the giver."))
    if not able.partial_refunds and amount != receipt.amount:
        raise CannotOrder(_("This provider gives back all of a payment or nothing."))


# The database's own names for what it refuses, and what the treasurer is told.
_REFUSALS = {
    "refund_order_within": gettext_lazy("That is more than is left of it, refunds on their way counted."),
    "refund_while_disputed": gettext_lazy("It is disputed: the bank has the money, and it cannot be refunded as well."),
}


def _write(order: RefundOrder, parts: Mapping[int, Money]) -> None:
    try:
        with transaction.atomic():
            order.save()
            RefundOrderPart.objects.bulk_create(
                RefundOrderPart(order=order, allocation_id=number, amount_minor=amount.minor)
                for number, amount in parts.items()
            )
    except IntegrityError as error:
        told = next((says for name, says in _REFUSALS.items() if f"{name}:" in str(error)), None)
        raise CannotOrder(
            str(told) if told else _("Please enter amounts above zero, for parts of this receipt.")
        ) from error


@transaction.atomic
def approve(*, order: RefundOrder, by: User, now: dt.datetime) -> RefundOrder:
    """This function will agree to an order as the second person. Locks it. Raises: CannotOrder."""
    order = _locked(order)
    if order.state != OrderState.ASKED:
        raise CannotOrder(_("This refund does not wait for anybody's agreement."))
    if order.asked_by_id == by.pk:
        raise CannotOrder(_("You asked for this refund yourself: another treasurer has to agree."))
    if not roles.holds(by, roles.TREASURER):
        raise CannotOrder(_("Only a treasurer agrees to a refund."))
    _approved(order, by=by, now=now)
    return order


@transaction.atomic
def refuse(*, order: RefundOrder, reason: str, by: User, now: dt.datetime) -> RefundOrder:
    """This function will refuse an order that has not been sent, or withdraw one's own. Locks it. Raises: CannotOrder."""
    order = _locked(order)
    if order.state not in (OrderState.ASKED, OrderState.APPROVED):
        raise CannotOrder(_("This refund is on its way already, or was decided."))
    if not reason.strip():
        raise CannotOrder(_("Please say why."))
    _move(order, OrderState.REFUSED, by=by, now=now, reason=reason.strip())
    return order


def send_due(*, now: dt.datetime) -> int:
    """This function will send all approved orders to their providers, each once, and say how many went.

    Call it outside any transaction. An order is marked as sent before its provider is asked, under a key of the order:
    whoever asks again after a crash asks for the same. A provider out of reach is asked again at the next round.
    """
    waiting = RefundOrder.objects.filter(payment__isnull=False, acknowledged_at=None).filter(
        state__in=[OrderState.APPROVED, OrderState.SENT]
    )
    return sum(send(order=order, now=now) for order in waiting.order_by("id"))


def send(*, order: RefundOrder, now: dt.datetime) -> bool:
    """This function will send one approved order to its provider, and say whether the provider took it."""
    try:
        order = _marked_sent(order, now)
        payment = order.payment
        if order.state != OrderState.SENT or payment is None:
            return False
        providers.get(payment.provider).refund(provider_ref=payment.provider_ref, amount=order.amount, key=key(order))
    except ProviderUnavailable:
        return False
    except (CannotRefund, ProviderRefused, CannotOrder) as error:
        _failed(order, str(error), now)
        return False
    RefundOrder.objects.filter(pk=order.pk).update(acknowledged_at=now)
    return True


def key(order: RefundOrder) -> str:
    """This function will give the key under which an order is sent to its provider: of our row, never of the try."""
    return f"refund-{order.public_id}"


@transaction.atomic
def _marked_sent(order: RefundOrder, now: dt.datetime) -> RefundOrder:
    order = _locked(order)
    if order.state == OrderState.APPROVED:
        try:
            with transaction.atomic():
                _move(order, OrderState.SENT, by=None, now=now)
        except IntegrityError as error:
            raise CannotOrder(str(_REFUSALS["refund_while_disputed"])) from error
    return order


@transaction.atomic
def _failed(order: RefundOrder, why: str, now: dt.datetime) -> None:
    order = _locked(order)
    if order.state in (OrderState.APPROVED, OrderState.SENT):
        order.failure = why[:300]
        order.save(update_fields=["failure"])
        _move(order, OrderState.FAILED, by=None, now=now, reason=why)


def meant_by(*, payment: Payment, amount: Money, refund_key: str) -> RefundOrder | None:
    """This function will find the order that a provider's refund of so much fulfils: by its key, else the oldest sent."""
    sent = RefundOrder.objects.filter(payment=payment, amount_minor=amount.minor, state=OrderState.SENT).order_by("id")
    orders = list(sent.select_for_update(of=("self",)))
    return next((order for order in orders if refund_key.endswith(key(order))), orders[0] if orders else None)


@transaction.atomic
def done(*, order: RefundOrder, refund_key: str, by: User | None, now: dt.datetime) -> RefundOrder:
    """This function will note that an order's money has gone back. Called by settlement, which took it back. Locks it."""
    order = _locked(order)
    order.refund_key = refund_key
    order.save(update_fields=["refund_key"])
    _move(order, OrderState.DONE, by=by, now=now)
    return order


@transaction.atomic
def came_back(*, refund_key: str, reason: str, now: dt.datetime) -> None:
    """This function will note that a refund which had gone did not arrive: its order has failed after all."""
    order = RefundOrder.objects.select_for_update(of=("self",)).filter(refund_key=refund_key).first()
    if order is not None and order.state == OrderState.DONE:
        order.failure = reason[:300]
        order.save(update_fields=["failure"])
        _move(order, OrderState.FAILED, by=None, now=now, reason=reason)


def _approved(order: RefundOrder, *, by: User | None, now: dt.datetime) -> None:
    order.approved_by = by
    order.save(update_fields=["approved_by"])
    _move(order, OrderState.APPROVED, by=by, now=now)
    if order.payment_id is not None:
        transaction.on_commit(_ask_to_send, robust=True)


def _ask_to_send() -> None:
    jobs.ask_for(SEND, timestamp=0)


def _locked(order: RefundOrder) -> RefundOrder:
    return RefundOrder.objects.select_for_update(of=("self",)).select_related("receipt", "payment").get(pk=order.pk)


def _move(order: RefundOrder, to: OrderState, *, by: User | None, now: dt.datetime, reason: str = "") -> None:
    _note(order, order.state, to, by=by, now=now, reason=reason)
    order.state = to
    order.save(update_fields=["state"])


def _note(order: RefundOrder, was: str, to: OrderState, *, by: User | None, now: dt.datetime, reason: str = "") -> None:
    RefundOrderMove.objects.create(
        order=order, from_state=was, to_state=to, reason=reason[:300], moved_by=by, moved_at=now
    )
