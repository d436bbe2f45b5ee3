"""Translation of GoCardless' objects: plain dicts in, our words out. Pure; asks nobody.

One payment has one name with us for ever: the billing request on whose page it was asked for (BRQ…), or the payment
(PM…) for what was collected under a mandate. One mandate has one name: MD….
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from pennypress.money import EXPONENTS, Money
from pennypress.payments.providers import failures
from pennypress.payments.providers.protocol import MandateSnapshot, Snapshot, TakenBack, UnknownAtProvider

# In the metadata of whatever we make there; at most three to an object.
REFERENCE = "pennypress_reference"
KEY = "pennypress_key"
ORDER = "pennypress_order"
KIND = "pennypress_kind"

_INSTANT = {"faster_payments", "sepa_credit_transfer", "sepa_instant_credit_transfer", "pay_to"}
_ENDED = {"failed", "cancelled", "expired", "consumed", "blocked", "suspended_by_payer"}


def money(minor: int | str, currency: str) -> Money:
    """This function will read an amount. Raises: UnknownAtProvider for a currency not ours."""
    if currency not in EXPONENTS:
        raise UnknownAtProvider(f"an amount in {currency}")
    return Money(int(minor), currency)


def moment(said: str) -> dt.datetime:
    """This function will read one of GoCardless' moments."""
    return dt.datetime.fromisoformat(said)


def note(thing: dict[str, Any] | None, name: str) -> str:
    """This function will read one of our notes in an object's metadata, "" where it bears none."""
    return str(((thing or {}).get("metadata") or {}).get(name) or "")


def link(thing: dict[str, Any] | None, name: str) -> str:
    """This function will name what an object is linked to, "" where it is not."""
    return str(((thing or {}).get("links") or {}).get(name) or "")


def reference(*holders: dict[str, Any] | None) -> str:
    """This function will give our reference from the first object that bears one, "" where none is of our making."""
    for holder in holders:
        try:
            return str(uuid.UUID(note(holder, REFERENCE)))
        except ValueError:
            continue
    return ""


def is_instant(payment: dict[str, Any]) -> bool:
    """This function will say whether a payment was made by the payer's own bank at once, and not debited."""
    return payment.get("scheme") in _INSTANT


def asked_for(order: dict[str, Any]) -> Money | None:
    """This function will say what the payer of a billing request was asked for; None where nothing was."""
    request = order.get("payment_request") or {}
    return money(request["amount"], request["currency"]) if request.get("amount") else None


def before_payment(order: dict[str, Any], amount: Money) -> Snapshot:
    """This function will say how a billing request stands of which no payment has come yet."""
    state = "failed" if order["status"] == "cancelled" else "started"
    failure = failures.told(failures.GOCARDLESS, "page_left", otherwise="page_left") if state == "failed" else ""
    return Snapshot(
        provider_ref=order["id"],
        reference=reference(order),
        state=state,
        amount=amount,
        failure=failure,
        mandate_ref="",
        taken_back=(),
        method="bank_transfer",
        created_at=moment(order["created_at"]),
    )


def snapshot(
    payment: dict[str, Any], *, name: str, order: dict[str, Any] | None, events: Sequence[dict], refunds: Sequence[dict]
) -> Snapshot:
    """This function will say how a payment stands, from what happened to it. `name` is ours; `order` its page, if any."""
    news = _in_order(events)
    has_come, moved = history(news, money(payment["amount"], payment["currency"]))
    state = "succeeded" if has_come else _state(payment["status"])
    back = [*moved, *(item for refund in reversed(refunds) for item in _refunded(refund))]
    return Snapshot(
        provider_ref=name,
        reference=reference(order, payment),
        state=state,
        amount=money(payment["amount"], payment["currency"]),
        failure=_failure(payment["status"], news) if state == "failed" else "",
        mandate_ref="",
        taken_back=tuple(back) if state == "succeeded" else (),
        method="bank_transfer" if is_instant(payment) else "direct_debit",
        created_at=moment(payment["created_at"]),
    )


def _state(status: str) -> str:
    match status:
        case "confirmed" | "paid_out" | "charged_back":
            return "succeeded"
        case "failed" | "cancelled" | "customer_approval_denied":
            return "failed"
    return "pending"


def _in_order(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(events, key=lambda event: event["created_at"])


def history(events: Sequence[dict[str, Any]], amount: Money) -> tuple[bool, list[TakenBack]]:
    """This function will say whether the money of a payment ever came, and each time that it went back or came again: a
    bank may return a debit that it had confirmed, a payer may claim one back and be refused."""
    has_come = is_here = False
    moved = []
    for event in _in_order(events):
        action = event["action"]
        on = moment(event["created_at"]).date()
        if action in ("confirmed", "paid_out", "chargeback_cancelled"):
            if has_come and not is_here:
                moved.append(TakenBack(event["id"], "reinstatement", amount, _("The bank paid after all"), on))
            has_come = is_here = True
        elif action in ("failed", "charged_back") and is_here:
            claimed = action == "charged_back"
            reason = _("Claimed back under the Direct Debit Guarantee") if claimed else _("Returned late by the bank")
            moved.append(TakenBack(event["id"], "bounced", amount, reason, on, is_claimed=claimed))
            is_here = False
    return has_come, moved


def _refunded(refund: dict[str, Any]) -> Iterator[TakenBack]:
    amount, on = money(refund["amount"], refund["currency"]), moment(refund["created_at"]).date()
    yield TakenBack(refund["id"], "refund", amount, "", on)
    if refund.get("status") in ("cancelled", "failed", "bounced"):
        yield TakenBack(f"{refund['id']}-failed", "reinstatement", amount, _("The refund did not arrive."))


def _failure(status: str, news: Sequence[dict[str, Any]]) -> str:
    if status == "customer_approval_denied":
        return failures.told(failures.GOCARDLESS, status, otherwise="other")
    if status == "cancelled":
        return failures.told(failures.GOCARDLESS, "payment_cancelled", otherwise="other")
    causes = [(event.get("details") or {}).get("cause") or "" for event in news if event["action"] == "failed"]
    return failures.told(failures.GOCARDLESS, causes[-1] if causes else "", otherwise="other")


def mandate(
    mandate: dict[str, Any] | None, *, order: dict[str, Any] | None, account: dict[str, Any] | None
) -> MandateSnapshot:
    """This function will say how a mandate stands: `order` is the page on which it was asked for, if it is known."""
    ours = reference(order, mandate)
    if mandate is None:
        assert order is not None
        is_left = order["status"] == "cancelled"
        failure = failures.told(failures.GOCARDLESS, "page_left", otherwise="page_left") if is_left else ""
        return MandateSnapshot(order["id"], ours, "cancelled" if is_left else "pending", failure=failure)
    return MandateSnapshot(mandate["id"], ours, _mandate_state(mandate["status"]), says=_says(account))


def _mandate_state(status: str) -> str:
    if status in _ENDED:
        return "cancelled"
    # Payments may be made from the day of signing; GoCardless holds them until the bank knows the mandate.
    return "pending" if status == "pending_customer_approval" else "active"


def _says(account: dict[str, Any] | None) -> str:
    if not account:
        return ""
    return _("%(bank)s account ending in %(last)s") % {
        "bank": str(account.get("bank_name") or "").title(),
        "last": account.get("account_number_ending") or "",
    }
