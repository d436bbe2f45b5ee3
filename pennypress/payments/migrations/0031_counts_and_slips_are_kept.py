"""Count sheets stay as they were written; a slip moves once, to paid in; an item only leaves its slip."""

from django.db import migrations

from pennypress import guards


class Migration(migrations.Migration):
    dependencies = [("payments", "0030_slips_and_counts")]
    operations = [
        guards.append_only("payments_cashcount"),
        guards.append_only("payments_countedcash"),
        guards.append_only("payments_tin"),
        guards.kept(
            "payments_payinginslip",
            moving=["state", "banked_on", "paid_in_at", "paid_in_by_id", "reference"],
        ),
        guards.forward("payments_payinginslip", [("open", "paid_in")]),
        guards.kept("payments_slipitem", moving=["removed_at"]),
    ]
