"""Refund orders stay and move forward; their parts, their moves and the thresholds are append-only."""

from django.db import migrations

from pennypress import guards

MOVES = [
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


class Migration(migrations.Migration):
    dependencies = [("payments", "0019_refund_orders")]
    operations = [
        guards.kept(
            "payments_refundorder", moving=["state", "approved_by_id", "acknowledged_at", "refund_key", "failure"]
        ),
        guards.forward("payments_refundorder", MOVES),
        guards.append_only("payments_refundorderpart"),
        guards.append_only("payments_refundordermove"),
        guards.append_only("payments_threshold"),
    ]
