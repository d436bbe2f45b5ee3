"""GoCardless behind the protocol that all providers share: billing requests for whoever signs or pays, payments for what
is collected under a mandate.

A pledge by Direct Debit begins with the mandate, which its supporter signs on GoCardless' page; its first payment is
collected under it like every later one, once it was announced. A single gift is an instant bank payment, which the giver
approves at their own bank: a single debit would need a mandate that outlives it.
Source: developer.gocardless.com/billing-requests/overview, developer.gocardless.com/direct-debit/overview
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from gocardless_pro import errors

from pennypress.money import Money
from pennypress.payments.providers import (
    failures,
    gocardless_finding,
    gocardless_payouts,
    gocardless_translation,
    pages,
)
from pennypress.payments.providers import gocardless_webhooks as webhooks
from pennypress.payments.providers.gocardless_calling import asked, client, code_of, key, plain, refusal
from pennypress.payments.providers.gocardless_translation import KEY, KIND, ORDER, REFERENCE, link, note
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
    Snapshot,
    UnknownAtProvider,
)

CURRENCIES = frozenset({"GBP", "EUR", "SEK", "DKK", "AUD", "NZD", "CAD", "USD"})
_ORIGINS = {"sandbox": "https://pay-sandbox.gocardless.com", "live": "https://pay.gocardless.com"}
_LONGEST_WORDS = 100


class GoCardless:
    """Direct Debit for what repeats, and instant bank payments for single gifts, by GoCardless."""

    name = "gocardless"
    capabilities = Capabilities(
        methods=frozenset({"bank_transfer"}),
        mandates=True,
        refunds=True,
        partial_refunds=True,
        mandate_methods=frozenset({"direct_debit"}),
        notice_working_days=3,
        fails_late=True,
        debit_working_days=5,
        statement_name="GoCardless",
        payouts=True,
    )

    def __init__(self) -> None:
        self.page_origins: tuple[str, ...] = (_ORIGINS.get(settings.GOCARDLESS_ENVIRONMENT, _ORIGINS["live"]),)

    def start_payment(self, order: Order) -> Begun:
        """A page of GoCardless' on which the giver chooses their bank, and approves an instant payment there."""
        if order.save_mandate or order.method != "bank_transfer":
            raise ProviderRefused(_("By Direct Debit, the mandate is given first."), code="mandate_first")
        _require(order.amount.currency)
        notes = {REFERENCE: order.reference}
        request = {
            "amount": order.amount.minor,
            "currency": order.amount.currency,
            "description": order.description[:_LONGEST_WORDS],
            "metadata": notes,
        }
        return self._page(order, {"payment_request": request, "metadata": notes})

    def start_mandate(self, order: MandateOrder) -> Begun:
        """A page of GoCardless' on which a mandate is signed, and nothing is paid."""
        _require(order.currency)
        notes = {REFERENCE: order.reference, KIND: "mandate"}
        request = {"currency": order.currency, "metadata": notes}
        return self._page(order, {"mandate_request": request, "metadata": notes})

    def _page(self, order: Order | MandateOrder, what: dict[str, Any]) -> Begun:
        given, _space, family = order.payer_name.strip().rpartition(" ")
        known = {"given_name": given, "family_name": family, "email": order.payer_email}
        with asked():
            request = plain(client().billing_requests.create(params=what, headers=key(order.key)))
            if request["status"] in ("fulfilled", "cancelled"):
                # Signed or left already: there is no page any more, and our own says what came of it.
                return Begun(request["id"], order.return_url)
            flow = client().billing_request_flows.create(
                params={
                    "redirect_uri": order.return_url,
                    "exit_uri": order.return_url,
                    "prefilled_customer": {name: said for name, said in known.items() if said},
                    "links": {"billing_request": request["id"]},
                }
            )
        return Begun(request["id"], pages.of_provider(flow.authorisation_url or "", self.page_origins))

    def charge_mandate(self, charge: Charge) -> Begun:
        """A debit on `collect_on`, or on the first day after it on which the bank and the notice allow it."""
        _require(charge.amount.currency)
        with asked():
            before = gocardless_finding.under(charge.mandate_ref, KEY, charge.key)
            if before is not None:
                return Begun(before["id"])
            return Begun(_debit(charge))

    def cancel_mandate(self, mandate_ref: str) -> None:
        """Ends a mandate, and with it what is not yet under way. Ended before, it stays so."""
        try:
            with asked():
                if (
                    gocardless_translation.mandate(
                        gocardless_finding.mandate(mandate_ref), order=None, account=None
                    ).state
                    != "cancelled"
                ):
                    client().mandates.cancel(mandate_ref)
        except UnknownAtProvider:
            return

    def refund(self, *, provider_ref: str, amount: Money, key: str) -> None:
        """Gives back to the account that it came from. Raises: CannotRefund."""
        with asked():
            payment = _payment(provider_ref)
            if payment is None:
                raise CannotRefund(failures.told(failures.GOCARDLESS, "refund_refused", otherwise="refund_refused"))
            before = gocardless_finding.refunds_of(payment)
            if not any(note(refund, KEY) == key for refund in before):
                _give_back(payment, amount, key)

    def fetch(self, provider_ref: str) -> Snapshot:
        with asked():
            if provider_ref.startswith("BRQ"):
                return _of_order(gocardless_finding.order(provider_ref))
            payment = gocardless_finding.payment(provider_ref)
            return _told(payment, name=gocardless_finding.name_of(payment))

    def fetch_mandate(self, provider_ref: str) -> MandateSnapshot:
        with asked():
            order = gocardless_finding.order(provider_ref) if provider_ref.startswith("BRQ") else None
            signed = link(order, "mandate_request_mandate") if order else provider_ref
            if not signed:
                return gocardless_translation.mandate(None, order=order, account=None)
            mandate = gocardless_finding.mandate(signed)
            account = gocardless_finding.account_of(mandate)
        return gocardless_translation.mandate(mandate, order=order, account=account)

    def fetch_payout(self, provider_ref: str) -> PayoutSnapshot:
        with asked():
            return gocardless_payouts.fetch(provider_ref)

    def payments_since(self, since: dt.datetime) -> Iterator[Snapshot]:
        with asked():
            for payment in gocardless_finding.payments_since(since):
                try:
                    yield _told(payment, name=gocardless_finding.name_of(payment))
                except UnknownAtProvider:
                    # In a currency that the paper does not know, and so not the paper's.
                    continue
            for order in gocardless_finding.unpaid_since(since):
                if amount := gocardless_translation.asked_for(order):
                    yield gocardless_translation.before_payment(order, amount)

    def payouts_since(self, since: dt.datetime) -> Iterator[PayoutSnapshot]:
        with asked():
            for payout in gocardless_finding.payouts_since(since):
                yield gocardless_payouts.snapshot(payout)

    def read_webhook(self, *, body: bytes, headers: Mapping[str, str], now: dt.datetime) -> Sequence[Event]:
        signature = headers.get(webhooks.HEADER, "")
        return webhooks.read(body=body, signature=signature, secrets=settings.GOCARDLESS_WEBHOOK_SECRETS)


def _require(currency: str) -> None:
    if currency not in CURRENCIES:
        words = _("GoCardless does not collect in %(currency)s. Nothing has been charged.")
        raise ProviderRefused(words % {"currency": currency}, code="currency")


def _payment(ref: str) -> dict[str, Any] | None:
    if ref.startswith("BRQ"):
        return gocardless_finding.payment_of(gocardless_finding.order(ref))
    return gocardless_finding.payment(ref)


def _of_order(order: dict[str, Any]) -> Snapshot:
    amount = gocardless_translation.asked_for(order)
    if amount is None:
        raise UnknownAtProvider(order["id"])
    payment = gocardless_finding.payment_of(order)
    if payment is None:
        return gocardless_translation.before_payment(order, amount)
    if note(payment, ORDER) != order["id"]:
        # So that whoever asks by the payment's own name finds the page, too.
        notes = {REFERENCE: note(order, REFERENCE), ORDER: order["id"]}
        client().payments.update(payment["id"], params={"metadata": notes})
    return _told(payment, name=order["id"], order=order)


def _told(payment: dict[str, Any], *, name: str, order: dict[str, Any] | None = None) -> Snapshot:
    may_have_moved = payment["status"] not in ("pending_customer_approval", "pending_submission", "submitted")
    return gocardless_translation.snapshot(
        payment,
        name=name,
        order=order,
        events=gocardless_finding.events_of(payment),
        refunds=gocardless_finding.refunds_of(payment) if may_have_moved else [],
    )


def _debit(charge: Charge) -> str:
    params: dict[str, Any] = {
        "amount": charge.amount.minor,
        "currency": charge.amount.currency,
        "description": charge.description[:_LONGEST_WORDS],
        "metadata": {REFERENCE: charge.reference, KEY: charge.key},
        "retry_if_possible": False,
        "links": {"mandate": charge.mandate_ref},
    }
    if charge.collect_on is not None:
        earliest = plain(client().mandates.get(charge.mandate_ref)).get("next_possible_charge_date") or ""
        params["charge_date"] = max(charge.collect_on.isoformat(), earliest)
    return client().payments.create(params=params, headers=key(charge.key)).id


def _give_back(payment: dict[str, Any], amount: Money, ours: str) -> None:
    params = {
        "amount": amount.minor,
        # GoCardless refuses it if another refund came between.
        "total_amount_confirmation": (payment.get("amount_refunded") or 0) + amount.minor,
        "metadata": {KEY: ours},
        "links": {"payment": payment["id"]},
    }
    try:
        client().refunds.create(params=params, headers=key(ours))
    except (errors.ValidationFailedError, errors.InvalidStateError, errors.InvalidApiUsageError) as error:
        raise _no_refund(error) from error


_REFUNDS_REFUSED = {"total_amount_confirmation_invalid", "available_refund_amount_insufficient"}


def _no_refund(error: errors.ApiError) -> Exception:
    ours = refusal(error)
    if not isinstance(ours, ProviderRefused):
        return ours
    code = code_of(error) if code_of(error) in _REFUNDS_REFUSED else "refund_refused"
    return CannotRefund(failures.told(failures.GOCARDLESS, code, otherwise="refund_refused"))
