"""What was given, promised, asked for and told stays; only what may move does, and only forward."""

from django.db import migrations

from pennypress import guards

# What a series counts is fixed; the last day of an appeal moves with an extension, and everything else by new rows.
APPEALS = [
    guards.kept(
        "giving_appealseries",
        moving=[
            "name",
            "is_principal",
            "carry_over",
            "over_target",
            "counts_pledges",
            "words_before",
            "words_running",
            "words_met",
            "words_closed",
        ],
    ),
    guards.kept("giving_appeal", moving=["name", "closes_on", "pitch", "counts_pledges"]),
    guards.append_only("giving_appealtarget"),
    guards.append_only("giving_appealextension"),
    guards.append_only("giving_appealclosing"),
    guards.append_only("giving_closingmethod"),
]
GIFTS = [
    guards.kept(
        "giving_gift",
        moving=[
            "appeal_id",
            "payment_id",
            "allocation_id",
            "payer_id",
            "credited_id",
            "thanks_as",
            "state",
            "received_on",
        ],
    ),
    guards.forward("giving_gift", [("offered", "received"), ("received", "taken_back"), ("taken_back", "received")]),
]
PLEDGES = [
    guards.kept(
        "giving_pledge",
        moving=[
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
        ],
    ),
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
    guards.append_only("giving_pledgemove"),
    guards.append_only("giving_supportterms"),
]
# What a pledge brings when it is due, and each time that it was asked for.
COLLECTIONS = [
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
]
# A standing order keeps its reference for ever; its moves, its money and what they taught are append-only.
STANDING_ORDERS = [
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
    guards.append_only("giving_knownreference"),
]
# What supporters were asked for, told and sent.
LETTERS = [
    guards.kept("giving_mandaterequest", moving=["asked_ref", "given_at"]),
    guards.append_only("giving_advancenotice"),
    guards.append_only("giving_reminder"),
    guards.append_only("giving_annualstatement"),
    guards.kept("giving_receiptrequest", moving=["email", "answered_at"]),
]


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [
        ("giving", name)
        for name in (
            "0002_gifts_are_kept",
            "0021_standing_orders_are_kept",
            "0037_supporters_are_kept",
            "0042_known_references_stay",
        )
    ]
    dependencies = [("giving", "0001_initial")]
    operations = [*APPEALS, *GIFTS, *PLEDGES, *COLLECTIONS, *STANDING_ORDERS, *LETTERS]
