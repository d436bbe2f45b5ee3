"""Ordering: a reader orders a product and pays for it through a provider."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pennypress.payments import taking
from pennypress.payments.models import Method, Payment, Purpose
from pennypress.payments.parts import Part
from pennypress.subscriptions import subscribing
from pennypress.subscriptions.models import Product, SubscriptionOrder
from pennypress.subscriptions.subscribing import CannotSubscribe

__all__ = ["CannotSubscribe", "Ordered", "of", "order"]


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order as made, and the address of the page on which the reader pays."""

    order: SubscriptionOrder
    url: str


def order(
    *,
    product: Product,
    name: str,
    email: str,
    return_path: str,
    now: dt.datetime,
    on: dt.date,
    provider: str | None = None,
    method: str = Method.CARD,
    public_id: uuid.UUID | None = None,
) -> Ordered:
    """This function will take a reader's order of a product, and ask the provider for its page.

    The subscription begins when the money has come. Writes the order and its payment in one transaction, then asks
    outside of it. The same `public_id` again gives the order that stands. Raises: CannotSubscribe, with nothing written;
    ProviderUnavailable.
    """
    subscribing.require_offered(product=product, on=on)
    if not email.strip():
        raise CannotSubscribe(_("Please give an e-mail address, by which the paper knows you."))
    made = SubscriptionOrder(public_id=public_id or uuid.uuid4(), product=product, ordered_at=now)
    made = _written_once(made, name=name, email=email, provider=provider, method=method)
    return Ordered(made, taking.ask(payment=made.payment, return_path=return_path).url)


def of(payment: Payment) -> SubscriptionOrder | None:
    """This function will give the order that a payment is for, if it is for one."""
    return SubscriptionOrder.objects.select_related("product").filter(payment=payment).first()


def _written_once(
    made: SubscriptionOrder, *, name: str, email: str, provider: str | None, method: str
) -> SubscriptionOrder:
    try:
        with transaction.atomic():
            made.payment = taking.prepare(
                provider=provider,
                method=method,
                parts=[Part(Purpose.SUBSCRIPTION, made.product.price)],
                payer_name=name,
                payer_email=email,
                now=made.ordered_at,
            )
            made.save()
    except IntegrityError:
        standing = SubscriptionOrder.objects.select_related("payment").filter(public_id=made.public_id).first()
        if standing is None:
            raise
        return standing
    return made
