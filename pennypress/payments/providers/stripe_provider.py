"""Stripe behind the protocol that all providers share: Checkout for whoever pays, PaymentIntents for what is collected.

Every call that makes something carries our own key and our own reference, and is harmless to repeat.
Source: docs.stripe.com/payments/checkout, docs.stripe.com/payments/bacs-debit, docs.stripe.com/refunds
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import stripe
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from pennypress.money import Money
from pennypress.payments.providers import failures, pages, stripe_finding, stripe_payouts, stripe_translation
from pennypress.payments.providers import stripe_webhooks as webhooks
from pennypress.payments.providers.protocol import (
    Begun,
    CannotRefund,
    Capabilities,
    Charge,
    Event,
    MandateOrder,
    MandateSnapshot,
    Order,
    PayoutSnapshot,
    ProviderRefused,
    ProviderUnavailable,
    Snapshot,
    UnknownAtProvider,
)
from pennypress.payments.providers.stripe_calling import asked, client, code_of, is_live, plain, refusal
from pennypress.payments.providers.stripe_finding import COLLECTED
from pennypress.payments.providers.stripe_translation import KEY, REFERENCE, TYPES, id_of, to_stripe

# A debit takes so many days anyway, and Stripe keeps none for longer.
_SOONEST, _LATEST = 3, 15
_REFUNDS_REFUSED = {"charge_already_refunded", "charge_disputed"}


class Stripe:
    """Cards, and Bacs Direct Debit, by Stripe."""

    name = "stripe"
    capabilities = Capabilities(
        methods=frozenset({"card", "direct_debit"}),
        mandates=True,
        refunds=True,
        partial_refunds=True,
        mandate_methods=frozenset({"card", "direct_debit"}),
        notice_working_days=3,
        fails_late=True,
        debit_working_days=7,
        statement_name="Stripe",
        payouts=True,
    )
    page_origins: tuple[str, ...] = ("https://checkout.stripe.com",)

    def start_payment(self, order: Order) -> Begun:
        """A page of Stripe's. With `save_mandate` the card or account is kept for later collections."""
        for_intent: dict[str, Any] = {"metadata": {REFERENCE: order.reference}}
        if order.save_mandate:
            for_intent["setup_future_usage"] = "off_session"
        item = {
            "currency": order.amount.currency.lower(),
            "unit_amount": to_stripe(order.amount),
            "product_data": {"name": order.description or _("Payment")},
        }
        return self._page(
            order,
            mode="payment",
            line_items=[{"quantity": 1, "price_data": item}],
            payment_intent_data=for_intent,
            # The sum that we asked for is the sum that comes, in the currency that we asked for.
            adaptive_pricing={"enabled": False},
            customer_creation="always" if order.save_mandate else "if_required",
        )

    def start_mandate(self, order: MandateOrder) -> Begun:
        """A page of Stripe's on which a card or account is saved, and nothing is paid."""
        return self._page(
            order,
            mode="setup",
            setup_intent_data={"metadata": {REFERENCE: order.reference}},
            customer_creation="always",
        )

    def _page(self, order: Order | MandateOrder, **what: Any) -> Begun:
        params = {
            **what,
            "client_reference_id": order.reference,
            "metadata": {REFERENCE: order.reference},
            "payment_method_types": [TYPES[order.method]],
            "success_url": order.return_url,
            "cancel_url": order.return_url,
        }
        if order.payer_email:
            params["customer_email"] = order.payer_email
        with asked():
            session = client().v1.checkout.sessions.create(params, {"idempotency_key": order.key})  # type: ignore[arg-type]
        return Begun(session.id, pages.of_provider(session.url or "", self.page_origins))

    def charge_mandate(self, charge: Charge) -> Begun:
        """A collection while nobody is there. One that the bank declines is begun all the same, and tells why when asked.

        A debit waits for `collect_on`, where that is later than a debit takes anyway. Raises: ProviderUnavailable where
        it is so far ahead that Stripe would not keep it: to be asked nearer the day.
        """
        with asked():
            method = plain(client().v1.payment_methods.retrieve(charge.mandate_ref))
            customer = id_of(method.get("customer"))
            if not customer:
                told = failures.told(failures.STRIPE, "payment_method_unusable", otherwise="card_declined")
                raise ProviderRefused(told, code="payment_method_unusable")
            if before := stripe_finding.charged_before(customer=customer, key=charge.key):
                return Begun(before)
            return Begun(self._collect(charge, method, customer))

    def _collect(self, charge: Charge, method: dict[str, Any], customer: str) -> str:
        params: dict[str, Any] = {
            "amount": to_stripe(charge.amount),
            "currency": charge.amount.currency.lower(),
            "customer": customer,
            "payment_method": method["id"],
            "payment_method_types": [method["type"]],
            "confirm": True,
            "off_session": True,
            "metadata": {REFERENCE: charge.reference, KEY: charge.key, COLLECTED: "yes"},
            **_waiting(method["type"], charge.collect_on),
        }
        try:
            made = client().v1.payment_intents.create(params, {"idempotency_key": charge.key})  # type: ignore[arg-type]
        except stripe.CardError as error:
            declined = plain(error.error).get("payment_intent") if error.error is not None else None
            if not declined:
                raise
            return id_of(declined)
        return made.id

    def cancel_mandate(self, mandate_ref: str) -> None:
        """Forgets the card or account at Stripe, which ends a debit's mandate as well. Forgotten before, it stays so."""
        try:
            with asked():
                method = plain(client().v1.payment_methods.retrieve(mandate_ref))
                if method.get("customer"):
                    client().v1.payment_methods.detach(mandate_ref)
        except UnknownAtProvider:
            return

    def refund(self, *, provider_ref: str, amount: Money, key: str) -> None:
        """Gives back to where it came from. Raises: CannotRefund."""
        with asked():
            found = stripe_finding.payment(provider_ref)
            if found.intent is None:
                raise CannotRefund(failures.told(failures.STRIPE, "refund_refused", otherwise="refund_refused"))
            before = stripe_finding.refunds(found.intent)
            if any((refund.get("metadata") or {}).get(KEY) == key for refund in before):
                return
            params: dict[str, Any] = {
                "payment_intent": found.intent["id"],
                "amount": to_stripe(amount),
                "metadata": {KEY: key},
            }
            try:
                client().v1.refunds.create(params, {"idempotency_key": key})  # type: ignore[arg-type]
            except stripe.InvalidRequestError as error:
                raise _no_refund(error) from error

    def fetch(self, provider_ref: str) -> Snapshot:
        with asked():
            return _told(stripe_finding.payment(provider_ref))

    def fetch_mandate(self, provider_ref: str) -> MandateSnapshot:
        with asked():
            found = stripe_finding.mandate(provider_ref)
        return stripe_translation.mandate(
            name=found.name, method=found.method, setup=found.setup, session=found.session, leave=found.leave
        )

    def fetch_payout(self, provider_ref: str) -> PayoutSnapshot:
        with asked():
            return stripe_payouts.fetch(provider_ref)

    def payments_since(self, since: dt.datetime) -> Iterator[Snapshot]:
        with asked():
            for found in stripe_finding.payments_since(int(since.timestamp())):
                try:
                    yield _told(found)
                except UnknownAtProvider:
                    # In a currency that the paper does not know, and so not the paper's.
                    continue

    def payouts_since(self, since: dt.datetime) -> Iterator[PayoutSnapshot]:
        with asked():
            yield from stripe_payouts.since(int(since.timestamp()))

    def read_webhook(self, *, body: bytes, headers: Mapping[str, str], now: dt.datetime) -> Sequence[Event]:
        return [
            webhooks.read(
                body=body,
                signature=headers.get(webhooks.HEADER, ""),
                secrets=settings.STRIPE_WEBHOOK_SECRETS,
                is_live=is_live(),
                now=now,
            )
        ]


def _waiting(kind: str, collect_on: dt.date | None) -> dict[str, Any]:
    """What has a debit wait for its day. Source: the SDK's own words on `target_date` (3 to 15 days ahead)."""
    ahead = (collect_on - timezone.localdate()).days if collect_on else 0
    if kind != "bacs_debit" or collect_on is None or ahead < _SOONEST:
        return {}
    if ahead > _LATEST:
        raise ProviderUnavailable(_("It is too early for this collection."))
    return {"payment_method_options": {kind: {"target_date": collect_on.isoformat()}}}


def _no_refund(error: stripe.InvalidRequestError) -> Exception:
    ours = refusal(error)
    if not isinstance(ours, ProviderRefused):
        return ours
    code = code_of(error) if code_of(error) in _REFUNDS_REFUSED else "refund_refused"
    return CannotRefund(failures.told(failures.STRIPE, code, otherwise="refund_refused"))


def _told(found: stripe_finding.Found) -> Snapshot:
    return stripe_translation.snapshot(
        session=found.session,
        intent=found.intent,
        refunds=stripe_finding.refunds(found.intent),
        disputes=stripe_finding.disputes(found.intent),
    )
