"""GoCardless' payouts: what each is made of, from its items.

Source: developer.gocardless.com/api-reference, payout items (amounts of items are in pence, to one decimal).
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.utils.translation import gettext as _

from pennypress.money import Money
from pennypress.payments.providers import failures, gocardless_finding
from pennypress.payments.providers.gocardless_calling import client, plain
from pennypress.payments.providers.gocardless_translation import history, link, moment, money
from pennypress.payments.providers.protocol import PayoutLine, PayoutSnapshot, ProviderUnavailable

_KINDS = {
    "payment_paid_out": "payment",
    "payment_failed": "bounced",
    "payment_charged_back": "bounced",
    "payment_refunded": "refund",
    "refund": "refund",
    "refund_funds_returned": "reinstatement",
}
_FEES = {"gocardless_fee", "app_fee", "surcharge_fee", "revenue_share"}
_STATES = {"paid": "paid", "bounced": "failed"}
# Tax on the fees, and pennies that their rounding leaves, may make so much of them.
_LARGEST_REST = Decimal("0.3")


def fetch(ref: str) -> PayoutSnapshot:
    """This function will say how a payout stands and what is in it. Raises: ProviderUnavailable while it does not add
    up."""
    return snapshot(plain(client().payouts.get(ref)))


def snapshot(payout: dict[str, Any]) -> PayoutSnapshot:
    """This function will say what is in a payout, with the fee for a payment beside the payment."""
    items = [plain(item) for item in client().payout_items.all({"payout": payout["id"], "limit": 500})]
    amount = money(payout["amount"], payout["currency"])
    lines = [*_lines(payout, items)]
    rest = sum(line.amount.minor - line.fee.minor for line in lines) - amount.minor
    fees = sum((abs(Decimal(item["amount"])) for item in items if item["type"] in _FEES), Decimal(0))
    if abs(rest) > max(fees * _LARGEST_REST, Decimal(len(items))):
        raise ProviderUnavailable(failures.told(failures.GOCARDLESS, "no_answer", otherwise="no_answer"))
    if rest:
        lines.append(_fee(payout, "rest", Money(-rest, amount.currency), _("Tax on the fees, and rounding")))
    return PayoutSnapshot(
        provider_ref=payout["id"],
        state=_STATES.get(payout["status"], "pending"),
        amount=amount,
        arrives_on=moment(payout["arrival_date"] or payout["created_at"]).date(),
        lines=tuple(lines),
        created_at=moment(payout["created_at"]),
    )


def _lines(payout: dict[str, Any], items: list[dict[str, Any]]) -> Iterator[PayoutLine]:
    fees: dict[str, Decimal] = defaultdict(Decimal)
    for item in items:
        if item["type"] in _FEES:
            fees[link(item, "payment")] -= Decimal(item["amount"])
    counted: dict[str, int] = defaultdict(int)
    for item in items:
        if item["type"] not in _FEES:
            key = _key(payout, item)
            counted[key] += 1
            key = key if counted[key] == 1 else f"{key}-{counted[key]}"
            fee = fees.pop(link(item, "payment"), Decimal(0)) if item["type"] == "payment_paid_out" else Decimal(0)
            yield _line(payout, item, key, fee)
    for ref, fee in fees.items():
        if whole := _whole(fee):
            yield _fee(payout, ref or "own", Money(-whole, payout["currency"]), _("Fees of the provider"))


def _key(payout: dict[str, Any], item: dict[str, Any]) -> str:
    """The key under which the payment's own snapshot tells of the same movement; other items have no name."""
    kind, payment = _KINDS.get(item["type"], "other"), link(item, "payment")
    if kind in ("refund", "reinstatement") and (refund := link(item, "refund")):
        return f"{refund}-failed" if kind == "reinstatement" else refund
    if kind == "bounced" and payment and (bounced := _bounced(payment)):
        return bounced
    return f"{payout['id']}-{item['type']}-{payment}"


def _bounced(payment: str) -> str:
    found = gocardless_finding.payment(payment)
    amount = money(found["amount"], found["currency"])
    moved = history(gocardless_finding.events_of(found), amount)[1]
    return next((item.key for item in reversed(moved) if item.kind == "bounced"), "")


def _line(payout: dict[str, Any], item: dict[str, Any], key: str, fee: Decimal) -> PayoutLine:
    named = link(item, "payment") or link(item, "refund")
    found = gocardless_finding.payment(named) if named else None
    return PayoutLine(
        key=key,
        kind=_KINDS.get(item["type"], "other"),
        amount=money(_whole(Decimal(item["amount"])), payout["currency"]),
        fee=money(_whole(fee), payout["currency"]),
        payment_ref=gocardless_finding.name_of(found) if found else "",
        reason=item["type"].replace("_", " "),
    )


def _fee(payout: dict[str, Any], what: str, amount: Money, reason: str) -> PayoutLine:
    return PayoutLine(f"{payout['id']}-fee-{what}", "fee", amount, amount * 0, "", reason)


def _whole(pence: Decimal) -> int:
    return int(pence.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
