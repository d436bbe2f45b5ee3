"""Appeals, gifts, pledges and collections stay; only what may move does, and only forward."""

from django.db import migrations

from pennypress import guards


class Migration(migrations.Migration):
    dependencies = [("giving", "0001_initial"), ("payments", "0004_refund_within_allocation")]
    operations = [
        guards.kept("giving_appeal", moving=["name", "closes_on", "target_minor", "pitch", "counts_pledges"]),
        guards.kept(
            "giving_gift",
            moving=["appeal_id", "payment_id", "allocation_id", "payer_id", "thanks_as", "state", "received_on"],
        ),
        guards.forward(
            "giving_gift", [("offered", "received"), ("received", "taken_back"), ("taken_back", "received")]
        ),
        guards.kept(
            "giving_pledge",
            moving=[
                "person_id",
                "place",
                "thanks_as",
                "amount_minor",
                "next_on",
                "mandate_id",
                "state",
                "began_on",
                "cancelled_on",
            ],  # fmt: skip
        ),
        guards.forward("giving_pledge", [("offered", "active"), ("offered", "cancelled"), ("active", "cancelled")]),
        guards.append_only("giving_pledgemove"),
        guards.kept("giving_collection", moving=["payment_id", "allocation_id", "appeal_id", "state"]),
        guards.forward(
            "giving_collection",
            [
                ("asked", "collected"),
                ("asked", "failed"),
                ("failed", "collected"),
                ("collected", "taken_back"),
                ("taken_back", "collected"),
            ],  # fmt: skip
        ),
    ]
