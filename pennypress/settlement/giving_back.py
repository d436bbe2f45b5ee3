"""Giving back: what follows when money has gone back to its giver, through its provider or by the treasurer's hand."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from pennypress.giving.models import Gift
from pennypress.letters import outbox
from pennypress.payments import receipts, refund_orders
from pennypress.payments.models import OrderState, Receipt, Refund, RefundKind, RefundOrder
from pennypress.people.models import User
from pennypress.settlement import effects
from pennypress.settlement.effects import CannotSettle
from pennypress.shares.models import Application


@transaction.atomic
def paid_back(*, order: RefundOrder, on: dt.date, reference: str, by: User | None, now: dt.datetime) -> list[Refund]:
    """This function will note that the treasurer has paid an approved order back by cheque or transfer, on the day `on`.

    Locks the order. Takes its money back of each allocation, with its entry, and writes the letter. Raises:
    CannotSettle, with nothing written.
    """
    order = RefundOrder.objects.select_for_update(of=("self",)).select_related("receipt").get(pk=order.pk)
    if not order.is_by_hand:
        raise CannotSettle(_("Money that came through a provider goes back through the provider."))
    if order.state != OrderState.APPROVED:
        raise CannotSettle(_("This refund is not approved, or was paid back before."))
    if on < order.receipt.received_on:
        raise CannotSettle(_("It cannot be paid back before it was received."))
    return fulfilled(order=order, key=refund_orders.key(order), on=on, reason=reference.strip(), by=by, now=now)


def fulfilled(
    *, order: RefundOrder, key: str, on: dt.date, reason: str, by: User | None, now: dt.datetime
) -> list[Refund]:
    """This function will take an order's money back of each of its allocations, mark it done, and write to the giver.

    Called inside the caller's transaction. Raises: CannotSettle.
    """
    parts = list(order.parts.select_related("allocation__receipt"))
    single = len(order.receipt.allocations.all()) == 1
    # First the order, so that its own money no longer counts as in flight.
    refund_orders.done(order=order, refund_key=key, by=by, now=now)
    taken = [
        effects.take_back(
            part.allocation,
            RefundKind.REFUND,
            part.amount,
            key if single else f"{key}-{part.allocation_id}",
            on=on,
            reason=reason or order.reason,
            now=now,
        )
        for part in parts
    ]
    _write_to(order, now)
    return taken


def _write_to(order: RefundOrder, now: dt.datetime) -> None:
    receipt = order.receipt
    name, email = addressed(receipt)
    outbox.queue(
        key=f"refund-{order.public_id}",
        kind="refund",
        to_name=name,
        to_email=email,
        context={"amount": order.amount, "receipt": receipt, "by_hand": order.is_by_hand, "reason": order.reason},
        now=now,
        person=receipt.contact or receipt.payer,
    )


def addressed(receipt: Receipt) -> tuple[str, str]:
    """This function will say to whom we write about a receipt: its contact, its payer, who paid online, or whoever left
    an address with the gift or the application that it brought; with an empty address where nobody did."""
    person = receipt.contact or receipt.payer
    if person is not None and person.email:
        return person.name, person.email
    payment = receipts.came_by(receipt)
    if payment is not None:
        return payment.payer_name, payment.payer_email
    for left in (
        Application.objects.filter(allocation__receipt=receipt).exclude(email="").first(),
        Gift.objects.filter(allocation__receipt=receipt).exclude(email="").first(),
    ):
        if left is not None:
            return left.name, left.email
    return receipt.payer_name, ""
