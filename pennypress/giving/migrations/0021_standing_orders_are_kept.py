"""Standing orders stay, with their reference for ever; their moves, their money and what they taught are append-only."""

from django.db import migrations

from pennypress import guards


class Migration(migrations.Migration):
    dependencies = [("giving", "0020_standing_orders"), ("payments", "0052_receipt_bank_account")]
    operations = [
        guards.kept(
            "giving_standingorder",
            moving=[
                "person_id",
                "name",
                "email",
                "place",
                "thanks_as",
                "amount_minor",
                "interval",
                "usual_day",
                "first_on",
                "state",
                "ended_on",
            ],
        ),
        guards.forward(
            "giving_standingorder",
            [
                ("promised", "active"),
                ("promised", "ended"),
                ("active", "paused"),
                ("paused", "active"),
                ("active", "ended"),
                ("paused", "ended"),
                # Money that keeps coming takes an ended order up again, if a person says so.
                ("ended", "active"),
            ],
        ),
        guards.append_only("giving_standingordermove"),
        guards.append_only("giving_standingorderreceipt"),
        guards.append_only("giving_payeraccount"),
    ]
