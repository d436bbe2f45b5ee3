"""Translation of Stripe's objects: plain dicts in, our words out. Pure; asks nobody.

One payment has one name with us for ever: the Checkout Session in which it was paid (cs_…), or the PaymentIntent
(pi_…) for what was collected under a mandate. One mandate has one name: its PaymentMethod (pm_…).
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from pennypress import days
from pennypress.money import EXPONENTS, Money
from pennypress.payments.providers import failures
from pennypress.payments.providers.protocol import (
    MandateSnapshot,
    ProviderRefused,
    Snapshot,
    TakenBack,
    UnknownAtProvider,
)

# Our reference in the metadata of whatever we make at Stripe. Things are found by it, and never by an e-mail address.
REFERENCE = "pennypress_reference"
# The key of a charge or refund, for when Stripe has forgotten it as an idempotency key.
KEY = "pennypress_key"

TYPES = {"card": "card", "direct_debit": "bacs_debit"}
METHODS = {"card": "card", "bacs_debit": "direct_debit", "sepa_debit": "direct_debit"}

# Stripe counts these in hundredths, though they have none, and takes whole ones only.
# Its page on currencies, under special cases, says so.
_IN_HUNDREDTHS = {"ISK"}


def to_stripe(amount: Money) -> int:
    """This function will give an amount as Stripe counts it. Raises: ProviderRefused for what it cannot express.

    >>> to_stripe(Money(500, "JPY")), to_stripe(Money(500, "ISK")), to_stripe(Money(2500, "GBP"))
    (500, 50000, 2500)
    """
    if amount.currency in _IN_HUNDREDTHS:
        return amount.minor * 100
    if EXPONENTS[amount.currency] == 3 and amount.minor % 10:
        raise ProviderRefused(
            _("Please give an amount whose last digit is zero, as in %(example)s.")
            % {"example": Money(amount.minor // 10 * 10 + 10, amount.currency)},
            code="amount_not_round",
        )
    return amount.minor


def money(minor: int, currency: str) -> Money:
    """This function will read an amount as Stripe counts it. Raises: UnknownAtProvider for a currency not ours."""
    code = currency.upper()
    if code not in EXPONENTS:
        raise UnknownAtProvider(f"an amount in {code}")
    return Money(minor // 100 if code in _IN_HUNDREDTHS else minor, code)


def moment(stamp: int) -> dt.datetime:
    """This function will read one of Stripe's moments."""
    return dt.datetime.fromtimestamp(stamp, dt.UTC)


def reference(*holders: dict[str, Any] | None) -> str:
    """This function will give our reference from the first object that bears one, "" where none is of our making."""
    for holder in holders:
        said = ((holder or {}).get("metadata") or {}).get(REFERENCE, "")
        try:
            return str(uuid.UUID(said))
        except (ValueError, AttributeError, TypeError):
            continue
    return ""


def snapshot(
    *, session: dict[str, Any] | None, intent: dict[str, Any] | None, refunds: Sequence[dict], disputes: Sequence[dict]
) -> Snapshot:
    """This function will say how a payment stands, from its session (None for a collection) and its intent (None while
    nobody has tried to pay)."""
    made_of = session or intent or {}
    charge = _charge(intent)
    state = _state(session, intent)
    amount = (session or {}).get("amount_total") or (intent or {}).get("amount") or 0
    if intent and state == "succeeded":
        amount = intent.get("amount_received") or intent["amount"]
    keeps = bool(session and intent and intent.get("setup_future_usage") == "off_session")
    return Snapshot(
        provider_ref=made_of["id"],
        reference=reference(session, intent),
        state=state,
        amount=money(amount, made_of["currency"]),
        failure=_failure(session, intent) if state == "failed" else "",
        mandate_ref=id_of(intent.get("payment_method")) if keeps and intent else "",
        taken_back=tuple(taken_back(charge, refunds, disputes)) if charge else (),
        method=_method(made_of, charge),
        created_at=moment(made_of["created"]),
    )


def _state(session: dict[str, Any] | None, intent: dict[str, Any] | None) -> str:
    expired = bool(session) and session["status"] == "expired"  # type: ignore[index]
    match intent and intent["status"]:
        case "succeeded":
            return "succeeded"
        case "processing" | "requires_capture":
            return "pending"
        case "canceled":
            return "failed"
        case "requires_payment_method" if intent and (intent.get("last_payment_error") or not session):
            return "failed"
        case "requires_action" if not session:
            # Nobody is there who could approve it.
            return "failed"
    return "failed" if expired else "started"


def _failure(session: dict[str, Any] | None, intent: dict[str, Any] | None) -> str:
    error = (intent or {}).get("last_payment_error") or {}
    types = (intent or session or {}).get("payment_method_types") or []
    if session and session["status"] == "expired" and not error:
        return failures.told(failures.STRIPE, "page_left", otherwise="page_left")
    if session and "card" in types:
        return str(failures.ON_PAGE)
    if intent and intent["status"] == "requires_action":
        return failures.told(failures.STRIPE, "authentication_required", otherwise="card_declined")
    code = error.get("decline_code") or error.get("code") or ""
    otherwise = "debit_failed" if "bacs_debit" in types or "sepa_debit" in types else "card_declined"
    return failures.told(failures.STRIPE, code, otherwise=otherwise)


def _charge(intent: dict[str, Any] | None) -> dict[str, Any] | None:
    charge = (intent or {}).get("latest_charge")
    return charge if isinstance(charge, dict) else None


def _method(made_of: dict[str, Any], charge: dict[str, Any] | None) -> str:
    kind = ((charge or {}).get("payment_method_details") or {}).get("type")
    types = [kind] if kind else made_of.get("payment_method_types") or []
    return next((METHODS[name] for name in types if name in METHODS), "")


def taken_back(charge: dict[str, Any], refunds: Sequence[dict], disputes: Sequence[dict]) -> Iterator[TakenBack]:
    """This function will list what went back of a charge, and what came again, in the order in which it happened.

    What has not left Stripe's balance has not been taken back: a refund that waits is not one yet.
    """
    # Stripe lists the newest first, and counts in seconds.
    items = [item for refund in reversed(refunds) for item in _refunded(refund)]
    for dispute in reversed(disputes):
        items += _disputed(dispute, is_debit=_method({}, charge) == "direct_debit")
    for _at, item in sorted(items, key=lambda pair: pair[0]):
        yield item


def _refunded(refund: dict[str, Any]) -> Iterator[tuple[tuple[int, int], TakenBack]]:
    amount, at = money(refund["amount"], refund["currency"]), refund["created"]
    on = moment(at).date()
    if refund.get("balance_transaction"):
        yield (at, 0), TakenBack(refund["id"], "refund", amount, "", on)
        if refund.get("failure_balance_transaction"):
            yield (at, 1), TakenBack(f"{refund['id']}-failed", "reinstatement", amount, _("The refund did not arrive."))


def _disputed(dispute: dict[str, Any], *, is_debit: bool) -> Iterator[tuple[tuple[int, int], TakenBack]]:
    for moved in dispute.get("balance_transactions") or []:
        in_kind = moved["currency"] == dispute["currency"]
        amount = money(abs(moved["amount"]) if in_kind else dispute["amount"], dispute["currency"])
        kind = "reinstatement" if moved["amount"] > 0 else "bounced" if is_debit else "dispute"
        on = moment(moved["created"]).date()
        claimed = kind == "dispute" or (kind == "bounced" and dispute["reason"] not in _BANKS_OWN)
        reason = _returned(claimed) if kind == "bounced" else dispute["reason"].replace("_", " ")
        taken = TakenBack(moved["id"], kind, amount, reason, on, is_claimed=claimed)
        yield (moved["created"], int(moved["amount"] > 0)), taken


# Stripe calls it a dispute when a bank returns a debit late; these are the bank's reasons, the others are the payer's.
# Source: docs.stripe.com/payments/payment-methods/bacs-debit, disputed payments
_BANKS_OWN = {"insufficient_funds", "bank_cannot_process", "incorrect_account_details"}


def _returned(claimed: bool) -> str:
    return _("Claimed back under the Direct Debit Guarantee") if claimed else _("Returned late by the bank")


def mandate(
    *,
    name: str,
    method: dict[str, Any] | None,
    setup: dict[str, Any] | None = None,
    session: dict[str, Any] | None = None,
    leave: dict[str, Any] | None = None,
) -> MandateSnapshot:
    """This function will say how a mandate stands: `method` is the saved card or account (None while there is none),
    `setup` the intent that saved it, `session` the page, `leave` the bank's own mandate of a debit."""
    is_page_gone = session is not None and session["status"] == "expired"
    if method is None:
        failed = bool((setup or {}).get("last_setup_error"))
        state = "cancelled" if is_page_gone else "pending"
        code = "page_left" if is_page_gone else "card_declined"
        failure = failures.told(failures.STRIPE, code, otherwise="card_declined") if failed or is_page_gone else ""
        return MandateSnapshot(name, reference(setup, session), state, failure=failure)
    has_ended = not method.get("customer") or bool(leave and leave["status"] == "inactive")
    return MandateSnapshot(
        method["id"],
        reference(setup, session),
        "cancelled" if has_ended else "active",
        says=_says(method),
        expires_on=_expires(method),
    )


def _says(method: dict[str, Any]) -> str:
    kind = method["type"]
    last = (method.get(kind) or {}).get("last4") or ""
    if kind == "card":
        brand = (method["card"].get("display_brand") or method["card"].get("brand") or "").replace("_", " ").title()
        return _("%(brand)s ending in %(last)s") % {"brand": brand or _("Card"), "last": last}
    return _("Account ending in %(last)s") % {"last": last}


def _expires(method: dict[str, Any]) -> dt.date | None:
    card = method.get("card") if method["type"] == "card" else None
    return days.in_month(card["exp_year"], card["exp_month"], 31) if card else None


def id_of(thing: Any) -> str:
    """This function will give the name of an object, whether it came whole, as its name, or not at all ("")."""
    return thing["id"] if isinstance(thing, dict) else thing or ""
