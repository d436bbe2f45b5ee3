"""The sandbox provider: a small stateful card and debit provider that the paper serves to itself, for demo and tests.

It is a world of its own: it keeps its own tables and its own clock, knows nothing of gifts or shares, and is believed
no more than a real provider would be. A deployment that does not offer it has no address that reaches it.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from pennypress import prepared
from pennypress.money import Money
from pennypress.payments.providers import (
    sandbox_balance,
    sandbox_mandates,
    sandbox_payments,
    sandbox_webhooks,
)
from pennypress.payments.providers.protocol import (
    Begun,
    Capabilities,
    Charge,
    Event,
    MandateOrder,
    MandateSnapshot,
    Order,
    PayoutSnapshot,
    Snapshot,
    TakenBack,
)
from pennypress.payments.providers.sandbox_balance import fail_payout, pay_out
from pennypress.payments.providers.sandbox_cards import CARDS, LATER, NOTICE_WORKING_DAYS
from pennypress.payments.providers.sandbox_cards import of as cards
from pennypress.payments.providers.sandbox_mandates import cancel_at_bank
from pennypress.payments.providers.sandbox_payments import (
    CannotPay,
    authenticate,
    dispute,
    find,
    give_up,
    lose_dispute,
    pay,
    reinstate,
    send_back,
)
from pennypress.payments.sandbox_tables import SandboxPayment

__all__ = [
    "CARDS",
    "FAULTS",
    "LATER",
    "CannotPay",
    "Sandbox",
    "SandboxPayment",
    "advance",
    "authenticate",
    "cancel_at_bank",
    "cards",
    "dispute",
    "fail_payout",
    "find",
    "give_up",
    "lose_dispute",
    "pay",
    "pay_out",
    "reinstate",
    "send_back",
]

FAULTS = sandbox_webhooks.FAULTS


class Sandbox:
    """The sandbox behind the protocol that all providers share."""

    name = "sandbox"
    capabilities = Capabilities(
        methods=frozenset({"card", "bank_transfer", "direct_debit"}),
        mandates=True,
        refunds=True,
        partial_refunds=True,
        mandate_methods=frozenset({"card", "direct_debit"}),
        notice_working_days=NOTICE_WORKING_DAYS,
        fails_late=True,
        debit_working_days=1,
        payouts=True,
    )
    # The paper serves its pages itself.
    page_origins: tuple[str, ...] = ()

    def start_payment(self, order: Order) -> Begun:
        try:
            with transaction.atomic():
                payment = _asked(order, return_url=order.return_url, saves_mandate=order.save_mandate)
                prepared.written(payment)
        except IntegrityError:
            # Asked for before: the same order is the same payment.
            payment = SandboxPayment.objects.get(key=order.key)
        # A path: the sandbox is served by the paper itself, under whatever name the reader uses.
        return Begun(payment.ref, f"/sandbox/pay/{payment.ref}/")

    def start_mandate(self, order: MandateOrder) -> Begun:
        mandate = sandbox_mandates.start(order)
        return Begun(mandate.ref, f"/sandbox/mandate/{mandate.ref}/")

    def charge_mandate(self, charge: Charge) -> Begun:
        try:
            with transaction.atomic():
                payment = SandboxPayment.objects.filter(key=charge.key).first() or _charged(charge)
        except IntegrityError:
            # Asked for twice at the same moment.
            payment = SandboxPayment.objects.get(key=charge.key)
        return Begun(payment.ref)

    def cancel_mandate(self, mandate_ref: str) -> None:
        sandbox_mandates.cancel(mandate_ref)

    def refund(self, *, provider_ref: str, amount: Money, key: str) -> None:
        sandbox_payments.take_back(provider_ref, "refund", amount.minor, key)

    def fetch(self, provider_ref: str) -> Snapshot:
        return _snapshot(find(provider_ref))

    def fetch_mandate(self, provider_ref: str) -> MandateSnapshot:
        return sandbox_mandates.fetch(provider_ref)

    def fetch_payout(self, provider_ref: str) -> PayoutSnapshot:
        return sandbox_balance.fetch(provider_ref)

    def payments_since(self, since: dt.datetime) -> Iterator[Snapshot]:
        found = SandboxPayment.objects.filter(created_at__gte=since).order_by("id")
        return (_snapshot(payment) for payment in found.iterator(chunk_size=1000))

    def payouts_since(self, since: dt.datetime) -> Iterator[PayoutSnapshot]:
        return sandbox_balance.since(since)

    def read_webhook(self, *, body: bytes, headers: Mapping[str, str], now: dt.datetime) -> Sequence[Event]:
        return [sandbox_webhooks.verify(body=body, signature=headers.get(sandbox_webhooks.HEADER, ""), now=now)]


def _charged(charge: Charge) -> SandboxPayment:
    return sandbox_payments.collect(_asked(charge, mandate_ref=charge.mandate_ref), collect_on=charge.collect_on)


def _asked(order: Order | Charge, **more: Any) -> SandboxPayment:
    return SandboxPayment(
        key=order.key,
        reference=order.reference,
        method=order.method,
        amount_minor=order.amount.minor,
        currency=order.amount.currency,
        description=order.description,
        created_at=timezone.now(),
        **more,
    )


def _snapshot(payment: SandboxPayment) -> Snapshot:
    return Snapshot(
        provider_ref=payment.ref,
        reference=payment.reference,
        state="started" if payment.state in ("open", "challenged") else payment.state,
        amount=Money(payment.amount_minor, payment.currency),
        failure=payment.failure,
        mandate_ref=payment.mandate_ref if payment.saves_mandate else "",
        taken_back=tuple(
            TakenBack(
                item["key"],
                item["kind"],
                Money(item["amount_minor"], payment.currency),
                item["reason"],
                is_claimed=item["kind"] == "dispute" or item["reason"] == sandbox_payments.CLAIMED,
            )
            for item in payment.taken_back
        ),
        method=payment.method,
        created_at=payment.created_at,
    )


def advance(*, now: dt.datetime) -> int:
    """This function will do what happens at the sandbox by itself by `now`: debits are answered, disputes opened,
    mandates cancelled at the bank, and balances paid out."""
    steps = sandbox_payments.advance(now=now)
    return steps + sandbox_mandates.advance(now=now) + sandbox_balance.advance(now=now)
