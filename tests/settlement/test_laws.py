"""Each law of money finds what breaks it: the owner of the tables takes the guards away and does the wrong."""

import datetime as dt

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from pennypress import laws
from pennypress.config import lawbook
from pennypress.gateway import inbox
from pennypress.giving import checkpoints, closing, pledges
from pennypress.payments import refund_orders, refunds, slips
from pennypress.payments.providers import sandbox
from pennypress.payments.providers.protocol import Event
from pennypress.settlement import asking, confirming, paying_out
from tests import databases
from tests.builders import (
    NOW,
    TODAY,
    a_bank_account,
    a_collection,
    a_received_gift,
    a_standing_order,
    a_treasurer,
    an_active_pledge,
    an_appeal,
    an_offered_gift,
    paid,
    pounds,
)
from tests.settlement.statements import a_line, taken_in

OURS = {law.name: law for law in lawbook.every_law() if law.name.startswith(("payments.", "giving.", "gateway."))}
# What breaks each law, on the tables named before the bar whose guards are off.
WRONGS = {
    "payments.allocations_sum": "payments_allocation|UPDATE payments_allocation SET amount_minor = amount_minor + 1",
    "payments.parts_sum": "payments_paymentpart|UPDATE payments_paymentpart SET amount_minor = amount_minor - 1",
    "payments.receipts_are_booked": "payments_allocation|UPDATE payments_allocation SET purpose = 'other'",
    "payments.refunds_within": "payments_refund|UPDATE payments_refund SET amount_minor = amount_minor * 100",
    "payments.refunds_are_booked": "payments_refund|UPDATE payments_refund SET key = key || '-other'",
    "payments.paid_is_received": (
        "payments_payment|UPDATE payments_payment SET state = 'pending', settled_at = NULL WHERE state = 'succeeded'"
    ),
    "payments.mistakes_are_whole": "payments_refund|UPDATE payments_refund SET kind = 'mistake'",
    "payments.collections_are_counted": "payments_countedcash|UPDATE payments_countedcash SET pieces = pieces + 1",
    "payments.slips_are_banked": "payments_receipt|UPDATE payments_receipt SET banked_on = banked_on + 1",
    "payments.in_hand_is_the_drawer": "payments_receipt|UPDATE payments_receipt SET banked_on = received_on",
    "payments.unallocated_is_the_list": "payments_allocation|UPDATE payments_allocation SET purpose = 'unallocated'",
    "payments.lines_matched_once": (
        "payments_match|INSERT INTO payments_match (line_id, kind, reason, confidence, matched_at)"
        " SELECT line_id, 'ignored', 'again', 'by_hand', matched_at FROM payments_match"
    ),
    "payments.receipts_on_one_line": (
        "payments_match|INSERT INTO payments_match (line_id, kind, receipt_id, reason, confidence, matched_at)"
        " SELECT line_id, 'linked', receipt_id, 'again', 'by_hand', matched_at FROM payments_match"
    ),
    "payments.matches_are_the_sum": (
        "payments_statementline|UPDATE payments_statementline SET amount_minor = amount_minor + 1"
    ),
    "payments.lines_are_in_the_books": (
        "payments_statementline|UPDATE payments_statementline SET amount_minor = amount_minor + 1"
    ),
    "payments.statements_add_up": "payments_statement|UPDATE payments_statement SET new_count = 9, line_count = 9",
    "payments.guards_stand": "payments_receipt|SELECT 1",
    "giving.gifts_are_received": "giving_gift|UPDATE giving_gift SET amount_minor = amount_minor + 1",
    "giving.meter_is_the_books": (
        "giving_gift|UPDATE giving_gift SET state = 'offered', allocation_id = NULL, received_on = NULL"
    ),
    "giving.collections_are_pledges": "payments_allocation|UPDATE payments_allocation SET purpose = 'other'",
    "giving.nothing_after_the_end": "giving_collection|UPDATE giving_collection SET due_on = due_on + 1",
    "giving.each_period_counts_once": (
        "giving_collection|INSERT INTO giving_collection (pledge_id, due_on, state, again_of_id)"
        " SELECT pledge_id, due_on, 'failed', id FROM giving_collection LIMIT 1"
    ),
    "giving.one_attempt_brings_it": "giving_attempt|UPDATE giving_attempt SET state = 'failed' WHERE state = 'collected'",
    "giving.no_mandate_outlives_its_pledge": "payments_mandate|UPDATE payments_mandate SET state = 'active'",
    "giving.debits_are_announced": (
        "payments_payment|INSERT INTO giving_collection (pledge_id, due_on, state)"
        " SELECT pledge_id, due_on - 31, 'failed' FROM giving_collection;"
        " UPDATE payments_payment SET method = 'direct_debit'"
    ),
    "giving.taken_back_is_gone": "giving_gift|UPDATE giving_gift SET state = 'taken_back' WHERE state = 'received'",
    "giving.appeals_apart": (
        "giving_appeal|INSERT INTO giving_appeal (series_id, name, slug, opens_on, closes_on, currency, pitch,"
        " counts_pledges, opened_at) SELECT series_id, name, 'twin', opens_on, closes_on, currency, '', true, opened_at"
        " FROM giving_appeal LIMIT 1"
    ),
    "giving.one_principal_series": "giving_appealseries|UPDATE giving_appealseries SET is_principal = false",
    "giving.appeals_have_their_target": "giving_appealtarget|UPDATE giving_appealtarget SET from_on = from_on + 1",
    "giving.last_days_have_their_reason": (
        "giving_appealextension|INSERT INTO giving_appealextension (appeal_id, from_on, to_on, reason, extended_at)"
        " SELECT id, closes_on, closes_on + 1, 'why', opened_at FROM giving_appeal"
    ),
    "giving.closings_are_the_books": (
        "giving_appealclosing|UPDATE giving_appealclosing SET raised_minor = raised_minor + 1"
    ),
    "giving.checkpoints_are_true": (
        "giving_metercheckpoint|UPDATE giving_metercheckpoint SET givers = givers + 1 WHERE id ="
        " (SELECT max(id) FROM giving_metercheckpoint)"
    ),
    "giving.standing_orders_are_confirmed": (
        "giving_standingorderreceipt|UPDATE giving_standingorderreceipt SET receipt_id = (SELECT min(id) FROM payments_receipt)"
    ),
    "giving.accounts_are_learned": "giving_standingorderreceipt|DELETE FROM giving_standingorderreceipt",
    "giving.guards_stand": "giving_gift|SELECT 1",
    "gateway.nothing_waits": (
        "gateway_providerevent|INSERT INTO gateway_providerevent (provider, event_id, kind, subject, provider_ref, body,"
        " received_at, state, reason, attempts) VALUES ('sandbox', 'later', 'k', '', 'r', '', now() - interval '61 minutes',"
        " 'received', '', 1)"
    ),
    "gateway.moves_are_on_record": "gateway_providerevent|UPDATE gateway_providerevent SET state = 'parked'",
    "gateway.guards_stand": "gateway_providerevent|SELECT 1",
    "payments.payouts_sum": "payments_payoutline|UPDATE payments_payoutline SET fee_minor = fee_minor + 1",
    "payments.payouts_are_booked": "payments_payout|UPDATE payments_payout SET state = 'pending'",
    "payments.paid_out_once": (
        "payments_payoutline|INSERT INTO payments_payoutline (payout_id, number, key, kind, amount_minor, fee_minor,"
        " receipt_id, reason) SELECT payout_id, number + 100, key || '-twin', kind, amount_minor, fee_minor, receipt_id, ''"
        " FROM payments_payoutline"
    ),
    "payments.refunds_by_two": (
        "payments_refundorder|UPDATE payments_refundorder SET amount_minor = amount_minor + 99999, needs_two = false"
    ),
    "payments.refunds_done_are_booked": "payments_refundorderpart|UPDATE payments_refundorderpart SET amount_minor = 1",
    "payments.clearing_is_unpaid": "payments_payoutline|UPDATE payments_payoutline SET amount_minor = amount_minor - 1",
}


def broken():
    return {finding.law.name for finding in laws.run(OURS.values()) if not finding.holds}


@pytest.fixture
def some_money(committed):
    """A gift by post refunded in part, one by card, a counted collection on a slip that is paid in, and a pledge that has
    ended, and a standing order's money from the bank: every law has something to hold."""
    november = an_appeal()
    by_post = a_received_gift()
    refunds.take_back(
        allocation=by_post.allocation, kind="refund", amount=pounds(5), key="r", on=TODAY, reason="", now=NOW
    )
    payment = paid(an_offered_gift().gift.payment)
    back = {payment.receipt.allocations.get().pk: pounds(5)}
    refund_orders.ask(receipt=payment.receipt, parts=back, reason="Twice", by=None, on=TODAY, now=NOW)
    refund_orders.send_due(now=NOW)
    asking.ask(provider="sandbox", provider_ref=payment.provider_ref, on=TODAY, now=NOW)
    (payout,) = sandbox.pay_out(now=NOW)
    paying_out.ask(provider="sandbox", provider_ref=payout.ref, on=TODAY, now=NOW)
    inbox.store(provider="sandbox", body=b"{}", told=[Event("e", "k", payment.provider_ref)], now=timezone.now())
    slip = slips.draw(chosen=[a_collection()], loose_coins=pounds(0), on=TODAY, by=None, now=NOW)
    slips.pay_in(slip=slip, banked_on=TODAY, by=None, now=NOW)
    pledges.cancel(pledge=an_active_pledge(), now=NOW, on=TODAY)
    october = an_appeal(name="October fund", opens_on=dt.date(2026, 10, 1), closes_on=dt.date(2026, 10, 31))
    a_received_gift(received_on=dt.date(2026, 10, 9))
    closing.close(appeal=october, on=TODAY, now=NOW, by=None)
    checkpoints.take(appeal=november, now=NOW)
    order = a_standing_order()
    (line,) = taken_in(a_bank_account(), a_line(reference=order.reference, account="11-22-33 44556677"))
    confirming.as_order(line=line, order=order, reason="The reference is theirs.", by=a_treasurer(), now=NOW)


def do_wrong(wrong):
    table, statement = wrong.split("|", 1)
    database = connection.settings_dict["NAME"]
    with psycopg.connect(databases._conninfo(settings.DATABASE_OWNER_URL, database), autocommit=True) as owner:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner.execute(statement)


def test_every_law_of_ours_has_its_wrong():
    assert set(WRONGS) == set(OURS)


@pytest.mark.parametrize("law", WRONGS)
def test_a_law_holds_until_it_is_broken_and_then_says_so(law, some_money):
    assert broken() == set()

    do_wrong(WRONGS[law])

    assert law in broken()
