"""Pledges, collections and attempts move only forward; what supporters were told and asked for stays."""

from django.db import migrations

from pennypress import guards

# The guards of 0002 know neither pauses nor attempts: they make way for their successors.
MAKE_WAY = """
DROP TRIGGER giving_gift_kept_columns ON giving_gift;
DROP TRIGGER giving_gift_kept_rows ON giving_gift;
DROP TRIGGER giving_gift_no_truncate ON giving_gift;
DROP TRIGGER giving_pledge_kept_columns ON giving_pledge;
DROP TRIGGER giving_pledge_kept_rows ON giving_pledge;
DROP TRIGGER giving_pledge_no_truncate ON giving_pledge;
DROP TRIGGER giving_pledge_state_forward ON giving_pledge;
DROP TRIGGER giving_collection_kept_columns ON giving_collection;
DROP TRIGGER giving_collection_kept_rows ON giving_collection;
DROP TRIGGER giving_collection_no_truncate ON giving_collection;
DROP TRIGGER giving_collection_state_forward ON giving_collection;
"""
GIFT_MOVES = [
    "appeal_id",
    "payment_id",
    "allocation_id",
    "payer_id",
    "credited_id",
    "thanks_as",
    "state",
    "received_on",
]
OLD_GIFT_MOVES = [name for name in GIFT_MOVES if name != "credited_id"]
PLEDGE_MOVES = [
    "person_id",
    "credited_id",
    "place",
    "thanks_as",
    "amount_minor",
    "interval_months",
    "anchor_day",
    "next_on",
    "mandate_id",
    "state",
    "began_on",
    "paused_on",
    "resumes_on",
    "lapsed_on",
    "cancelled_on",
]
OLD_PLEDGE_MOVES = [
    "person_id",
    "place",
    "thanks_as",
    "amount_minor",
    "next_on",
    "mandate_id",
    "state",
    "began_on",
    "cancelled_on",
]
OLD_GUARDS = (
    guards.kept("giving_gift", moving=OLD_GIFT_MOVES),
    guards.kept("giving_pledge", moving=OLD_PLEDGE_MOVES),
    guards.forward("giving_pledge", [("offered", "active"), ("offered", "cancelled"), ("active", "cancelled")]),
    guards.kept("giving_collection", moving=["payment_id", "allocation_id", "appeal_id", "state"]),
    guards.forward(
        "giving_collection",
        [
            ("asked", "collected"),
            ("asked", "failed"),
            ("failed", "collected"),
            ("collected", "taken_back"),
            ("taken_back", "collected"),
        ],
    ),
)


class Migration(migrations.Migration):
    dependencies = [("giving", "0036_letters_asked_for")]
    operations = [
        migrations.RunSQL(MAKE_WAY, "".join(str(guard.sql) for guard in OLD_GUARDS)),
        guards.kept("giving_gift", moving=GIFT_MOVES),
        guards.kept("giving_pledge", moving=PLEDGE_MOVES),
        guards.forward(
            "giving_pledge",
            [
                ("offered", "active"),
                ("offered", "cancelled"),
                ("active", "paused"),
                ("paused", "active"),
                ("active", "lapsed"),
                ("paused", "lapsed"),
                ("lapsed", "active"),
                ("active", "cancelled"),
                ("paused", "cancelled"),
                ("lapsed", "cancelled"),
            ],
        ),
        guards.kept("giving_collection", moving=["allocation_id", "appeal_id", "state", "failed_on", "retry_on"]),
        guards.forward(
            "giving_collection",
            [
                ("asked", "collected"),
                ("asked", "failed"),
                ("failed", "asked"),
                ("failed", "collected"),
                ("collected", "taken_back"),
                ("taken_back", "collected"),
            ],
        ),
        guards.kept("giving_attempt", moving=["state"]),
        guards.forward(
            "giving_attempt",
            [
                ("asked", "collected"),
                ("asked", "failed"),
                ("asked", "surplus"),
                ("failed", "collected"),
                ("failed", "surplus"),
            ],
        ),
        guards.append_only("giving_supportterms"),
        guards.kept("giving_mandaterequest", moving=["asked_ref", "given_at"]),
        guards.append_only("giving_advancenotice"),
        guards.append_only("giving_reminder"),
        guards.append_only("giving_annualstatement"),
        guards.kept("giving_receiptrequest", moving=["email", "answered_at"]),
    ]
