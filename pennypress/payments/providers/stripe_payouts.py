"""Stripe's payouts: what each is made of, from the balance transactions that it paid out.

Source: docs.stripe.com/reports/balance-transaction-types, docs.stripe.com/api/balance_transactions/list (payout)
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from pennypress.payments.providers import failures, stripe_finding
from pennypress.payments.providers.protocol import PayoutLine, PayoutSnapshot, ProviderUnavailable
from pennypress.payments.providers.stripe_calling import client, plain
from pennypress.payments.providers.stripe_translation import id_of, moment, money

_AT_ONCE = 100
_KINDS = {
    "charge": "payment",
    "payment": "payment",
    "refund": "refund",
    "payment_refund": "refund",
    "refund_failure": "reinstatement",
    "stripe_fee": "fee",
    "stripe_fx_fee": "fee",
    "tax_fee": "fee",
    "network_cost": "fee",
}
_STATES = {"paid": "paid", "pending": "pending", "in_transit": "pending", "failed": "failed", "canceled": "failed"}


def fetch(ref: str) -> PayoutSnapshot:
    """This function will say how a payout stands and what is in it. Raises: ProviderUnavailable while Stripe itself does
    not know yet, stripe.StripeError."""
    return _snapshot(plain(client().v1.payouts.retrieve(ref)))


def since(stamp: int) -> Iterator[PayoutSnapshot]:
    """This function will give every payout made at or after a moment."""
    pages = client().v1.payouts.list({"created": {"gte": stamp}, "limit": _AT_ONCE})
    for payout in map(plain, pages.auto_paging_iter()):
        yield _snapshot(payout)


def _snapshot(payout: dict[str, Any]) -> PayoutSnapshot:
    amount = money(payout["amount"], payout["currency"])
    if payout.get("automatic", True):
        lines = tuple(_lines(payout["id"]))
    else:
        # Of a payout that somebody made by hand, Stripe does not say what is in it.
        lines = (PayoutLine(f"{payout['id']}-by-hand", "other", amount, amount * 0, "", _("Paid out by hand")),)
    net = sum(line.amount.minor - line.fee.minor for line in lines)
    if net != amount.minor:
        raise ProviderUnavailable(failures.told(failures.STRIPE, "no_answer", otherwise="no_answer"))
    return PayoutSnapshot(
        provider_ref=payout["id"],
        state=_STATES.get(payout["status"], "pending"),
        amount=amount,
        arrives_on=moment(payout["arrival_date"]).date(),
        lines=lines,
        created_at=moment(payout["created"]),
    )


def _lines(ref: str) -> Iterator[PayoutLine]:
    pages = client().v1.balance_transactions.list({"payout": ref, "limit": _AT_ONCE, "expand": ["data.source"]})
    names: dict[str, str] = {}
    for moved in map(plain, pages.auto_paging_iter()):
        # The payout itself, and its own return, are among its transactions.
        if id_of(moved.get("source")) != ref:
            yield _line(moved, names)


def _line(moved: dict[str, Any], names: dict[str, str]) -> PayoutLine:
    source = moved.get("source")
    source = source if isinstance(source, dict) else {}
    kind = _kind(moved, source)
    return PayoutLine(
        key=_key(moved, source),
        kind=kind,
        amount=money(moved["amount"], moved["currency"]),
        fee=money(moved["fee"], moved["currency"]),
        payment_ref=source["id"]
        if source.get("object") == "payout"
        else ""
        if kind == "other"
        else _name(source, names),
        reason=(moved.get("description") or "")[:200],
    )


def _kind(moved: dict[str, Any], source: dict[str, Any]) -> str:
    if source.get("object") == "charge" and source.get("status") == "failed":
        # A debit is entered when it is asked for, and struck out when the bank returns it: no money ever came.
        return "other"
    if source.get("object") != "dispute":
        return _KINDS.get(moved["type"], "other")
    if moved["amount"] > 0:
        return "reinstatement"
    # Charges of a card are called ch_…, of everything else py_….
    return "bounced" if id_of(source.get("charge")).startswith("py_") else "dispute"


def _key(moved: dict[str, Any], source: dict[str, Any]) -> str:
    """The key under which the payment's own snapshot tells of the same movement."""
    if source.get("object") == "refund":
        return f"{source['id']}-failed" if moved["type"] == "refund_failure" else source["id"]
    return moved["id"]


def _name(source: dict[str, Any], names: dict[str, str]) -> str:
    """The one name under which we know the payment that a charge, refund or dispute is of."""
    intent = id_of(source.get("payment_intent"))
    if not intent or source.get("object") not in ("charge", "refund", "dispute"):
        return ""
    if stripe_finding.COLLECTED in (source.get("metadata") or {}):
        return intent
    if intent not in names:
        session = stripe_finding.session_of(intent)
        names[intent] = session["id"] if session else intent
    return names[intent]
