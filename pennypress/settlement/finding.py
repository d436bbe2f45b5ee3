"""Finding: money at a provider that we never asked for there is booked as not yet allocated, and never lost."""

import datetime as dt

from django.db import IntegrityError, transaction

from pennypress.money import Money
from pennypress.payments import providers
from pennypress.payments.models import Method, Payment, PaymentPart, Purpose
from pennypress.payments.providers.protocol import Snapshot
from pennypress.settlement import asking


def settled(*, provider: str, provider_ref: str, on: dt.date, now: dt.datetime) -> Payment:
    """This function will ask the provider about a payment and settle it, as found where we never asked for it.

    Asks outside any transaction. Raises: ProviderUnavailable, UnknownAtProvider, CannotSettle; NoSuchPayment where it is
    none of ours and brought no money.
    """
    snapshot = providers.get(provider).fetch(provider_ref)
    try:
        return asking.bring_up(provider=provider, snapshot=snapshot, on=on, now=now)
    except asking.NoSuchPayment:
        if snapshot.state != "succeeded":
            raise
        return found(provider=provider, snapshot=snapshot, on=on, now=now)


@transaction.atomic
def found(*, provider: str, snapshot: Snapshot, on: dt.date, now: dt.datetime) -> Payment:
    """This function will book money that the provider took and that we never asked for, as not yet allocated.

    Writes a payment of ours and settles it. Two at once write one, by the provider's name for it.
    """
    payment = record(provider=provider, snapshot=snapshot, ref=snapshot.provider_ref, amount=snapshot.amount, now=now)
    asking.apply(payment=payment, snapshot=snapshot, on=on, now=now)
    return payment


def record(*, provider: str, snapshot: Snapshot, ref: str, amount: Money, now: dt.datetime) -> Payment:
    """This function will write a payment without a purpose under the provider's name for it, or give the one that stands."""
    method = snapshot.method if snapshot.method in Method.values else Method.CARD
    try:
        with transaction.atomic():
            payment = Payment.objects.create(
                provider=provider,
                provider_ref=ref,
                method=method,
                amount_minor=amount.minor,
                currency=amount.currency,
                started_at=snapshot.created_at or now,
            )
            PaymentPart.objects.create(payment=payment, purpose=Purpose.UNALLOCATED, amount_minor=amount.minor)
    except IntegrityError:
        return Payment.objects.get(provider=provider, provider_ref=ref)
    return payment
