"""Receipts, allocations and what was taken back are kept as written; payments and mandates only move forward."""

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


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]
    operations = [
        guards.append_only("payments_paymentpart"),
        guards.append_only("payments_paymentmove"),
        guards.append_only("payments_allocation"),
        guards.append_only("payments_refund"),
        guards.kept("payments_receipt", moving=["banked_on"]),
        guards.kept(
            "payments_payment", moving=["provider_ref", "payer_id", "state", "failure", "mandate_id", "settled_at"]
        ),
        guards.forward("payments_payment", PAYMENT_MOVES),
        guards.kept(
            "payments_mandate",
            moving=["provider_ref", "person_id", "state", "active_at", "cancelled_at", "released_at"],
        ),
        guards.forward("payments_mandate", MANDATE_MOVES),
    ]
