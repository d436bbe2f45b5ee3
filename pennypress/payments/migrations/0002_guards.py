"""Money is kept as it was written: what is in hand only moves forward, and what happened is append-only."""

from django.db import migrations

from pennypress import guards

PAYMENT_MOVES = [
    ("started", "pending"),
    ("started", "succeeded"),
    ("started", "failed"),
    ("pending", "succeeded"),
    ("pending", "failed"),
    # Money that arrives after a failure is real: the reader tried another card, or the bank was late.
    ("failed", "pending"),
    ("failed", "succeeded"),
]
MANDATE_MOVES = [("pending", "active"), ("pending", "cancelled"), ("active", "cancelled")]
PAYOUT_MOVES = [("pending", "paid"), ("pending", "failed"), ("paid", "failed")]
REFUND_ORDER_MOVES = [
    ("asked", "approved"),
    ("asked", "refused"),
    ("approved", "sent"),
    # Paid back by hand.
    ("approved", "done"),
    ("approved", "refused"),
    ("approved", "failed"),
    ("sent", "done"),
    ("sent", "failed"),
    # It had gone, and did not arrive.
    ("done", "failed"),
]
PAYMENTS = [
    guards.kept(
        "payments_payment", moving=["provider_ref", "payer_id", "state", "failure", "mandate_id", "settled_at"]
    ),
    guards.forward("payments_payment", PAYMENT_MOVES),
    guards.append_only("payments_paymentpart"),
    guards.append_only("payments_paymentmove"),
    guards.kept(
        "payments_mandate",
        moving=[
            "provider_ref",
            "person_id",
            "state",
            "active_at",
            "cancelled_at",
            "released_at",
            "says",
            "expires_on",
        ],
    ),
    guards.forward("payments_mandate", MANDATE_MOVES),
    guards.append_only("payments_breakermove"),
]
RECEIPTS = [
    guards.kept("payments_receipt", moving=["banked_on"]),
    guards.append_only("payments_allocation"),
    guards.append_only("payments_refund"),
]
PAYOUTS = [
    guards.kept("payments_payout", moving=["state", "arrives_on"]),
    guards.forward("payments_payout", PAYOUT_MOVES),
    guards.append_only("payments_payoutline"),
    guards.append_only("payments_payoutmove"),
    # Of a comparison with a provider only the end is written later.
    guards.kept("payments_reconciliation", moving=["finished_at", "payments", "payouts"]),
    guards.append_only("payments_difference"),
]
REFUND_ORDERS = [
    guards.kept("payments_refundorder", moving=["state", "approved_by_id", "acknowledged_at", "refund_key", "failure"]),
    guards.forward("payments_refundorder", REFUND_ORDER_MOVES),
    guards.append_only("payments_refundorderpart"),
    guards.append_only("payments_refundordermove"),
    guards.append_only("payments_threshold"),
]
# A slip moves once, to paid in; an item only leaves its slip.
MONEY_IN_HAND = [
    guards.append_only("payments_cashcount"),
    guards.append_only("payments_countedcash"),
    guards.append_only("payments_tin"),
    guards.kept("payments_payinginslip", moving=["state", "banked_on", "paid_in_at", "paid_in_by_id", "reference"]),
    guards.forward("payments_payinginslip", [("open", "paid_in")]),
    guards.kept("payments_slipitem", moving=["removed_at"]),
]
STATEMENTS = [
    guards.kept("payments_bankaccount", moving=["name", "holder", "iban", "sort_code", "number", "is_published"]),
    guards.append_only("payments_csvmapping"),
    guards.append_only("payments_statementfile"),
    guards.append_only("payments_statement"),
    guards.append_only("payments_statementline"),
    guards.append_only("payments_match"),
]


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [
        ("payments", name)
        for name in (
            "0002_receipts_refuse_change",
            "0015_payouts_are_kept",
            "0018_reconciliations_are_kept",
            "0020_refund_orders_are_kept",
            "0031_counts_and_slips_are_kept",
            "0041_breaker_moves_are_kept",
            "0051_bank_lines_are_kept",
        )
    ]
    dependencies = [("payments", "0001_initial")]
    operations = [*PAYMENTS, *RECEIPTS, *PAYOUTS, *REFUND_ORDERS, *MONEY_IN_HAND, *STATEMENTS]
