"""Taking payments: writing down what is asked for, then asking the provider, outside any transaction."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from pennypress import money, prepared
from pennypress.payments import moving, providers
from pennypress.payments import parts as dividing
from pennypress.payments.models import Mandate, MandateState, Method, Payment, PaymentPart, PaymentState
from pennypress.payments.parts import Part
from pennypress.payments.providers.protocol import Charge, Order, ProviderRefused, ProviderUnavailable
from pennypress.people import persons

__all__ = [
    "Part",
    "ProviderRefused",
    "ProviderUnavailable",
    "Started",
    "Wanted",
    "ask",
    "charge",
    "parts_of",
    "prepare",
    "prepare_charges",
    "start",
]


@dataclass(frozen=True, slots=True)
class Started:
    """A payment that the provider knows, and the address of the page on which the reader pays."""

    payment: Payment
    url: str


def start(
    *,
    provider: str | None,
    method: str,
    parts: Sequence[Part],
    payer_name: str,
    payer_email: str,
    return_path: str,
    now: dt.datetime,
    save_mandate: bool = False,
) -> Started:
    """This function will write a payment down, commit it, and ask the provider (for None, the first that can) to take it.

    What has to point at the payment before money can arrive is written between `prepare` and `ask` instead.
    Raises: ProviderUnavailable, fit for the reader; the payment then stays `started` and nothing was charged.
    """
    payment = prepare(
        provider=provider,
        method=method,
        parts=parts,
        payer_name=payer_name,
        payer_email=payer_email,
        now=now,
        save_mandate=save_mandate,
    )
    return ask(payment=payment, return_path=return_path)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be collected under a mandate; `public_id` is made of what it is for, and of nothing else."""

    mandate: Mandate
    parts: Sequence[Part]
    payer_name: str
    payer_email: str
    public_id: uuid.UUID


# Within a caller's transaction no savepoint is made: what goes wrong here undoes the whole of it anyway.
@transaction.atomic(savepoint=False)
def prepare(
    *,
    provider: str | None,
    method: str,
    parts: Sequence[Part],
    payer_name: str,
    payer_email: str,
    now: dt.datetime,
    save_mandate: bool = False,
    mandate: Mandate | None = None,
) -> Payment:
    """This function will write a payment and its parts, not yet known to the provider. Raises: ProviderUnavailable."""
    offered = providers.get(provider) if provider else providers.taking(method, repeats=save_mandate)
    amount = money.total([part.amount for part in parts], parts[0].amount.currency)
    dividing.require_whole(amount, parts)
    if save_mandate:
        mandate = Mandate.objects.create(provider=offered.name, method=Method(method), asked_at=now)
    payment = Payment(
        provider=offered.name,
        method=Method(method),
        amount_minor=amount.minor,
        currency=amount.currency,
        payer_name=payer_name.strip(),
        payer_email=persons.fold(payer_email),
        mandate=mandate,
        started_at=now,
    )
    prepared.written(payment)
    payment.just_written = tuple(
        prepared.written(PaymentPart(payment=payment, purpose=part.purpose, amount_minor=part.amount.minor))
        for part in parts
    )
    return payment


@transaction.atomic(savepoint=False)
def prepare_charges(*, charges: Sequence[Wanted], now: dt.datetime) -> list[Payment]:
    """This function will write the payments by which mandates are to be charged, with their parts, in their order.

    Their public numbers make the asking one and the same wherever it is done from, a restored copy of the database
    included. A payment of such a number that stands already is an IntegrityError.
    """
    payments = []
    for wanted in charges:
        amount = money.total([part.amount for part in wanted.parts], wanted.parts[0].amount.currency)
        dividing.require_whole(amount, wanted.parts)
        payments.append(
            Payment(
                public_id=wanted.public_id,
                provider=wanted.mandate.provider,
                method=Method(wanted.mandate.method),
                amount_minor=amount.minor,
                currency=amount.currency,
                payer_name=wanted.payer_name.strip(),
                payer_email=persons.fold(wanted.payer_email),
                mandate=wanted.mandate,
                started_at=now,
            )
        )
    Payment.objects.bulk_create(payments)
    PaymentPart.objects.bulk_create(
        PaymentPart(payment=payment, purpose=part.purpose, amount_minor=part.amount.minor)
        for payment, wanted in zip(payments, charges, strict=True)
        for part in wanted.parts
    )
    return payments


def ask(*, payment: Payment, return_path: str) -> Started:
    """This function will ask the provider for its page. Asking twice gives the same payment there, by our key.

    Call it outside any transaction. Writes the provider's reference. Raises: ProviderUnavailable.
    """
    order = Order(
        key=f"payment-{payment.public_id}",
        reference=str(payment.public_id),
        amount=payment.amount,
        method=payment.method,
        description=_description(payment),
        payer_name=payment.payer_name,
        payer_email=payment.payer_email,
        return_url=settings.SITE_URL + return_path,
        save_mandate=payment.mandate is not None and payment.mandate.state == MandateState.PENDING,
    )
    begun = providers.get(payment.provider).start_payment(order)
    return Started(_known(payment, begun.provider_ref), begun.url)


def charge(*, payment: Payment, key: str, now: dt.datetime, collect_on: dt.date | None = None) -> Payment:
    """This function will ask the provider to collect a payment under its mandate; `key` is of our row, never of the try.

    Nothing is to be taken before `collect_on`. Call it outside any transaction. Writes the provider's reference and
    moves the payment to pending: whether it was collected, the provider tells later. Raises: ProviderUnavailable, and
    ProviderRefused where it never will be.
    """
    assert payment.mandate is not None
    begun = providers.get(payment.provider).charge_mandate(
        Charge(
            key=key,
            reference=str(payment.public_id),
            amount=payment.amount,
            method=payment.method,
            description=_description(payment),
            mandate_ref=payment.mandate.provider_ref,
            collect_on=collect_on,
        )
    )
    with transaction.atomic():
        # The webhook may have been here first and written the same reference.
        payment = moving.locked(payment.pk)
        payment.provider_ref = payment.provider_ref or begun.provider_ref
        if payment.state == PaymentState.STARTED:
            moving.move(payment=payment, to=PaymentState.PENDING, now=now)
    return payment


def _known(payment: Payment, provider_ref: str) -> Payment:
    asked = "SET provider_ref = %(ref)s WHERE id = %(payment)s AND provider_ref = ''"
    if prepared.changed(Payment, asked, payment=payment.pk, ref=provider_ref):
        payment.provider_ref = provider_ref
    else:
        # The webhook has been here first and written the same reference.
        payment.refresh_from_db()
    return payment


def _description(payment: Payment) -> str:
    return str(_(", ").join(str(part.get_purpose_display()) for part in parts_of(payment)))


def parts_of(payment: Payment) -> list[PaymentPart]:
    """This function will give what a payment is for, as it was asked, in its order."""
    if payment.just_written:
        return list(payment.just_written)
    parts = prepared.found(PaymentPart, "WHERE payment_id = %(payment)s ORDER BY id", payment=payment.pk)
    for part in parts:
        part.payment = payment
    return parts
