"""Payouts stay and move forward, their lines and moves are append-only, and mandates may say more."""

from django.db import migrations

from pennypress import guards

MANDATE_BEFORE = ["provider_ref", "person_id", "state", "active_at", "cancelled_at", "released_at"]
BEFORE = guards.kept("payments_mandate", moving=MANDATE_BEFORE)


class Migration(migrations.Migration):
    dependencies = [("payments", "0014_payouts")]
    operations = [
        guards.kept("payments_payout", moving=["state", "arrives_on"]),
        guards.forward("payments_payout", [("pending", "paid"), ("pending", "failed"), ("paid", "failed")]),
        guards.append_only("payments_payoutline"),
        guards.append_only("payments_payoutmove"),
        migrations.RunSQL(BEFORE.reverse_sql, BEFORE.sql),
        guards.kept("payments_mandate", moving=[*MANDATE_BEFORE, "says", "expires_on"]),
    ]
