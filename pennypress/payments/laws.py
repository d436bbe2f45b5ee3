"""The laws of money in."""

from pennypress.laws import Law
from pennypress.ledger import chart
from pennypress.payments import accounts, bank_laws, providers
from pennypress.payments.models import Method, Purpose

# Which account each purpose is credited to, as rows that the laws join.
_ACCOUNTS = ", ".join(f"('{purpose}', '{accounts.earned(purpose)}')" for purpose in Purpose.values)
# Where each provider's money stands before it is paid out, by method, as rows that the laws join. "" is by hand.
_CLEARING = (chart.CARD_CLEARING, chart.DEBIT_CLEARING, chart.STRIPE_CLEARING, chart.GOCARDLESS_CLEARING)
_HELD = ", ".join(
    f"('{provider}', '{method}', '{accounts.arrived(method, provider=provider)}')"
    for provider in sorted({"", *providers.known(), *accounts.WITH_A_BALANCE})
    for method in Method.values
)
_GUARDS = (
    "payments_receipt_kept_columns",
    "payments_receipt_kept_rows",
    "payments_receipt_no_truncate",
    "payments_allocation_append_only",
    "payments_allocation_no_truncate",
    "payments_refund_append_only",
    "payments_refund_no_truncate",
    "payments_payment_kept_columns",
    "payments_payment_kept_rows",
    "payments_payment_state_forward",
    "payments_paymentpart_append_only",
    "payments_paymentmove_append_only",
    "payments_mandate_kept_rows",
    "payments_breakermove_append_only",
    "payments_breakermove_no_truncate",
    "allocations_sum_on_receipt",
    "allocations_sum_on_allocation",
    "refund_within_allocation",
    "payments_payout_kept_columns",
    "payments_payout_kept_rows",
    "payments_payout_state_forward",
    "payments_payoutline_append_only",
    "payments_payoutline_no_truncate",
    "payments_payoutmove_append_only",
    "payout_lines_sum",
    "payout_line_within",
    "payments_reconciliation_kept_rows",
    "payments_difference_append_only",
    "payments_refundorder_kept_columns",
    "payments_refundorder_kept_rows",
    "payments_refundorder_state_forward",
    "payments_refundorderpart_append_only",
    "payments_refundordermove_append_only",
    "payments_threshold_append_only",
    "refund_order_within",
    "refund_while_disputed",
    "refund_needs_two",
    "refund_order_parts_sum_on_order",
    "refund_order_parts_sum_on_part",
    "payments_difference_no_truncate",
    "payments_cashcount_append_only",
    "payments_countedcash_append_only",
    "payments_tin_append_only",
    "collection_is_counted",
    "count_adds_up",
    "count_adds_up_cash",
    "count_adds_up_tins",
    "payments_payinginslip_kept_columns",
    "payments_payinginslip_kept_rows",
    "payments_payinginslip_state_forward",
    "payments_slipitem_kept_columns",
    "payments_slipitem_kept_rows",
    "slip_items_keep",
    "payments_bankaccount_kept_columns",
    "payments_bankaccount_kept_rows",
    "payments_csvmapping_append_only",
    "payments_statementfile_append_only",
    "payments_statement_append_only",
    "payments_statementline_append_only",
    "payments_statementline_no_truncate",
    "payments_match_append_only",
    "payments_match_no_truncate",
    "line_matched_once",
)
_IN_HAND = ", ".join(f"'{method}'" for method in Method.values if accounts.is_in_hand(method))
# Lines that a person entered have a voucher: money in hand from before these books is told of there.
_POSTED = """FROM ledger_line l JOIN ledger_account acc ON acc.id = l.account_id
             JOIN ledger_entry e ON e.id = l.entry_id LEFT JOIN ledger_voucher v ON v.entry_id = e.id
             WHERE v.id IS NULL AND acc.code"""

LAWS = (
    Law(
        "payments.allocations_sum",
        "The allocations of every receipt add up to exactly what was received.",
        """SELECT r.id, r.amount_minor, coalesce(sum(a.amount_minor), 0), r.allocation_count, count(a.id)
           FROM payments_receipt r LEFT JOIN payments_allocation a ON a.receipt_id = r.id GROUP BY r.id
           HAVING coalesce(sum(a.amount_minor), 0) <> r.amount_minor OR count(a.id) <> r.allocation_count""",
    ),
    Law(
        "payments.parts_sum",
        "The parts of every payment add up to exactly what was asked for.",
        """SELECT p.id, p.amount_minor, sum(t.amount_minor) FROM payments_payment p
           LEFT JOIN payments_paymentpart t ON t.payment_id = p.id GROUP BY p.id
           HAVING coalesce(sum(t.amount_minor), 0) <> p.amount_minor""",
    ),
    Law(
        "payments.receipts_are_booked",
        "Every receipt has one entry in the books, which credits each purpose with what was allocated to it.",
        f"""WITH booked AS (
                SELECT r.id AS receipt, acc.code, -sum(l.amount_minor) AS amount FROM payments_receipt r
                LEFT JOIN payments_payment p ON p.id = r.payment_id
                JOIN ledger_entry e ON e.key = coalesce('payment-' || p.public_id, 'receipt-' || r.id)
                JOIN ledger_line l ON l.entry_id = e.id AND l.currency = r.currency AND l.amount_minor < 0
                JOIN ledger_account acc ON acc.id = l.account_id GROUP BY r.id, acc.code),
            wanted AS (
                SELECT a.receipt_id AS receipt, coalesce(own.code, v.code) AS code, sum(a.amount_minor) AS amount
                FROM payments_allocation a JOIN (VALUES {_ACCOUNTS}) AS v(purpose, code) ON v.purpose = a.purpose
                LEFT JOIN ledger_account own ON own.id = a.account_id GROUP BY 1, 2)
            SELECT receipt, code, wanted.amount, booked.amount FROM wanted FULL JOIN booked USING (receipt, code)
            WHERE wanted.amount IS DISTINCT FROM booked.amount""",  # noqa: S608 - names of our own
    ),
    Law(
        "payments.refunds_within",
        "What stands taken back of an allocation is never below nothing and never above the allocation.",
        """SELECT a.id, a.amount_minor, sum(f.amount_minor) FROM payments_allocation a
           JOIN payments_refund f ON f.allocation_id = a.id GROUP BY a.id
           HAVING sum(f.amount_minor) NOT BETWEEN 0 AND a.amount_minor""",
    ),
    Law(
        "payments.refunds_are_booked",
        "Whatever was taken back has its entry in the books, on the account of its purpose and for the same sum.",
        f"""SELECT f.key, f.amount_minor, sum(l.amount_minor) FROM payments_refund f
            JOIN payments_allocation a ON a.id = f.allocation_id
            JOIN (VALUES {_ACCOUNTS}) AS v(purpose, code) ON v.purpose = a.purpose
            LEFT JOIN ledger_entry e ON e.key = f.key
            LEFT JOIN ledger_account own ON own.id = a.account_id
            LEFT JOIN ledger_account acc ON acc.code = coalesce(own.code, v.code)
            LEFT JOIN ledger_line l ON l.entry_id = e.id AND l.account_id = acc.id
            GROUP BY f.id HAVING sum(l.amount_minor) IS DISTINCT FROM f.amount_minor""",  # noqa: S608 - names of our own
    ),
    Law(
        "payments.paid_is_received",
        "Every payment that succeeded has its receipt for the same sum, and no other payment has one.",
        """SELECT p.id, p.state, p.amount_minor, r.amount_minor FROM payments_payment p
           LEFT JOIN payments_receipt r ON r.payment_id = p.id
           WHERE (p.state = 'succeeded') <> (r.id IS NOT NULL)
              OR r.amount_minor <> p.amount_minor OR r.currency <> p.currency""",
    ),
    *bank_laws.LAWS,
    Law(
        "payments.payouts_sum",
        "The lines of every payout, less their fees, add up to exactly what was paid out.",
        """SELECT p.provider_ref, p.amount_minor, sum(l.amount_minor - l.fee_minor), p.line_count, count(l.id)
           FROM payments_payout p LEFT JOIN payments_payoutline l ON l.payout_id = p.id GROUP BY p.id
           HAVING coalesce(sum(l.amount_minor - l.fee_minor), 0) <> p.amount_minor OR count(l.id) <> p.line_count""",
    ),
    Law(
        "payments.payouts_are_booked",
        "Every payout that was paid is in the books with its sum at the bank, one that came back is reversed, and one on "
        "its way is not there yet.",
        f"""SELECT p.provider_ref, p.state, p.amount_minor, booked.amount FROM payments_payout p
            LEFT JOIN ledger_entry e ON e.key = 'payout-' || p.provider || '-' || p.provider_ref
            LEFT JOIN LATERAL (SELECT sum(l.amount_minor) AS amount FROM ledger_line l
                JOIN ledger_account a ON a.id = l.account_id WHERE l.entry_id = e.id AND a.code = '{chart.BANK}'
                AND l.currency = p.currency) booked ON true
            WHERE (p.state = 'paid' AND (coalesce(booked.amount, 0) <> p.amount_minor
                   OR (e.id IS NULL AND EXISTS (SELECT 1 FROM payments_payoutline l WHERE l.payout_id = p.id
                                                AND (l.amount_minor <> 0 OR l.fee_minor <> 0)))))
               OR (p.state = 'pending' AND e.id IS NOT NULL)
               OR (p.state = 'failed' AND e.id IS NOT NULL
                   AND NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.reverses_id = e.id))""",  # noqa: S608 - names of our own
    ),
    Law(
        "payments.paid_out_once",
        "No money is in two payouts: of each receipt the payouts that stand hold no more than came in.",
        """SELECT r.id, r.amount_minor, sum(l.amount_minor) FROM payments_payoutline l
           JOIN payments_payout p ON p.id = l.payout_id AND p.state <> 'failed' JOIN payments_receipt r ON r.id = l.receipt_id
           WHERE l.kind = 'payment' GROUP BY r.id HAVING count(*) > 1""",
    ),
    Law(
        "payments.clearing_is_unpaid",
        "What the books hold at each provider is what came in through it, less what was taken back and paid out.",
        f"""WITH RECURSIVE origin AS (
                SELECT id, payment_id FROM payments_receipt WHERE corrects_id IS NULL UNION ALL
                SELECT r.id, o.payment_id FROM payments_receipt r JOIN origin o ON r.corrects_id = o.id),
            held AS (
                SELECT r.id AS receipt, r.currency, r.amount_minor, v.code FROM payments_receipt r
                JOIN origin o ON o.id = r.id LEFT JOIN payments_payment p ON p.id = o.payment_id
                JOIN (VALUES {_HELD}) AS v(provider, method, code)
                  ON v.provider = coalesce(p.provider, '') AND v.method = r.method AND v.code IN {_CLEARING}),
            stands AS (SELECT id, id AS lines_of FROM payments_payout WHERE state = 'paid' UNION ALL
                SELECT p.id, l.returned_id FROM payments_payout p JOIN payments_payoutline l ON l.payout_id = p.id
                WHERE p.state = 'paid' AND l.returned_id IS NOT NULL),
            wanted AS (SELECT code, currency, sum(minor) AS amount FROM (
                SELECT code, currency, amount_minor AS minor FROM held UNION ALL
                SELECT h.code, h.currency, -f.amount_minor FROM payments_refund f
                    JOIN payments_allocation a ON a.id = f.allocation_id JOIN held h ON h.receipt = a.receipt_id UNION ALL
                SELECT h.code, h.currency, -l.amount_minor FROM stands s
                    JOIN payments_payoutline l ON l.payout_id = s.lines_of JOIN held h ON h.receipt = l.receipt_id
                ) AS moved GROUP BY 1, 2),
            booked AS (
                SELECT a.code, l.currency, sum(l.amount_minor) AS amount FROM ledger_line l
                JOIN ledger_account a ON a.id = l.account_id AND a.code IN {_CLEARING}
                JOIN ledger_entry e ON e.id = l.entry_id
                WHERE e.key LIKE 'payment-%' OR e.key LIKE 'receipt-%' OR e.key LIKE 'payout-%'
                   OR EXISTS (SELECT 1 FROM payments_refund f WHERE f.key = e.key) GROUP BY 1, 2)
            SELECT code, currency, wanted.amount, booked.amount FROM wanted FULL JOIN booked USING (code, currency)
            WHERE coalesce(wanted.amount, 0) <> coalesce(booked.amount, 0)""",  # noqa: S608 - names of our own
    ),
    Law(
        "payments.mistakes_are_whole",
        "A receipt that was entered by mistake is taken back whole, and a receipt that is corrected was.",
        """SELECT r.id, r.amount_minor, coalesce(sum(f.amount_minor) FILTER (WHERE f.kind = 'mistake'), 0)
           FROM payments_receipt r JOIN payments_allocation a ON a.receipt_id = r.id
           LEFT JOIN payments_refund f ON f.allocation_id = a.id GROUP BY r.id
           HAVING coalesce(sum(f.amount_minor) FILTER (WHERE f.kind = 'mistake'), 0) <> r.amount_minor
              AND (bool_or(f.kind = 'mistake') OR EXISTS (SELECT 1 FROM payments_receipt c WHERE c.corrects_id = r.id))""",
    ),
    Law(
        "payments.collections_are_counted",
        "Every collection has a sheet of two counters, and its notes and coins, and its tins, add up to it.",
        """SELECT r.id, r.amount_minor, cash.total, tins.total FROM payments_receipt r
           LEFT JOIN payments_cashcount c ON c.receipt_id = r.id
           LEFT JOIN LATERAL (SELECT sum(face_minor::bigint * pieces) AS total FROM payments_countedcash
                              WHERE count_id = c.id) cash ON true
           LEFT JOIN LATERAL (SELECT sum(amount_minor) AS total FROM payments_tin WHERE count_id = c.id) tins ON true
           WHERE (r.method = 'collection' AND NOT r.is_brought_forward AND c.id IS NULL)
              OR (c.id IS NOT NULL AND (cash.total IS DISTINCT FROM r.amount_minor OR tins.total <> r.amount_minor
                  OR lower(trim(c.first_counter)) = lower(trim(c.second_counter))))""",
    ),
    Law(
        "payments.slips_are_banked",
        "What is on a slip that is paid in was banked on its day, and nothing is on two slips.",
        """SELECT i.receipt_id, s.number, s.banked_on, r.banked_on FROM payments_slipitem i
           JOIN payments_payinginslip s ON s.id = i.slip_id JOIN payments_receipt r ON r.id = i.receipt_id
           WHERE i.removed_at IS NULL AND (s.banked_on IS DISTINCT FROM r.banked_on OR EXISTS (
               SELECT 1 FROM payments_slipitem o WHERE o.receipt_id = i.receipt_id AND o.id <> i.id
               AND o.removed_at IS NULL))""",
    ),
    Law(
        "payments.in_hand_is_the_drawer",
        "The cash and cheques in hand in the books are the receipts that have not been to the bank, to the penny.",
        f"""WITH drawer AS (
                SELECT r.currency, sum(a.amount_minor) - coalesce(sum(taken.amount), 0) AS amount
                FROM payments_receipt r JOIN payments_allocation a ON a.receipt_id = r.id
                LEFT JOIN LATERAL (SELECT sum(f.amount_minor) AS amount FROM payments_refund f
                                   WHERE f.allocation_id = a.id) taken ON true
                WHERE r.method IN ({_IN_HAND}) AND r.banked_on IS NULL GROUP BY r.currency),
            booked AS (SELECT l.currency, sum(l.amount_minor) AS amount {_POSTED} = '{chart.IN_HAND}' GROUP BY l.currency)
            SELECT currency, drawer.amount, booked.amount FROM drawer FULL JOIN booked USING (currency)
            WHERE coalesce(drawer.amount, 0) <> coalesce(booked.amount, 0)""",  # noqa: S608 - names of our own
    ),
    Law(
        "payments.unallocated_is_the_list",
        "The money in the books that waits for a purpose is the list of what is not yet allocated, to the penny.",
        f"""WITH listed AS (
                SELECT r.currency, sum(a.amount_minor) - coalesce(sum(taken.amount), 0) AS amount
                FROM payments_receipt r JOIN payments_allocation a ON a.receipt_id = r.id
                LEFT JOIN LATERAL (SELECT sum(f.amount_minor) AS amount FROM payments_refund f
                                   WHERE f.allocation_id = a.id) taken ON true
                WHERE a.purpose = 'unallocated' GROUP BY r.currency),
            booked AS (SELECT l.currency, -sum(l.amount_minor) AS amount {_POSTED} = '{chart.UNALLOCATED}' GROUP BY l.currency)
            SELECT currency, listed.amount, booked.amount FROM listed FULL JOIN booked USING (currency)
            WHERE coalesce(listed.amount, 0) <> coalesce(booked.amount, 0)""",  # noqa: S608 - names of our own
    ),
    Law(
        "payments.refunds_by_two",
        "No refund above the paper's threshold went without a second person, and none was agreed to by who asked for it.",
        """SELECT o.public_id, o.state, o.amount_minor FROM payments_refundorder o
           WHERE o.approved_by_id = o.asked_by_id OR (o.state IN ('approved', 'sent', 'done') AND o.approved_by_id IS NULL
             AND o.amount_minor > coalesce((SELECT t.amount_minor FROM payments_threshold t WHERE t.currency = o.currency
                 AND t.effective_from <= o.asked_on ORDER BY t.effective_from DESC, t.id DESC LIMIT 1), 10000)
             AND NOT EXISTS (SELECT 1 FROM payments_threshold t WHERE t.currency = o.currency
                 AND t.effective_from <= o.asked_on AND t.set_at > o.asked_at))""",
    ),
    Law(
        "payments.refunds_done_are_booked",
        "Every refund that was ordered and is done was taken back in the books, for the same sum of each part.",
        """SELECT o.public_id, p.allocation_id, p.amount_minor, f.amount_minor FROM payments_refundorder o
           JOIN payments_refundorderpart p ON p.order_id = o.id
           LEFT JOIN payments_refund f ON f.allocation_id = p.allocation_id
                AND f.key IN (o.refund_key, o.refund_key || '-' || p.allocation_id)
           WHERE o.state = 'done' AND f.amount_minor IS DISTINCT FROM p.amount_minor""",
    ),
    Law(
        "payments.guards_stand",
        "The database still refuses change to receipts and what was taken back: each guard exists and is switched on.",
        f"""SELECT wanted.name FROM unnest(ARRAY{list(_GUARDS)}) AS wanted(name)
            WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE c.relnamespace = 'public'::regnamespace AND t.tgname = wanted.name AND t.tgenabled = 'O')""",  # noqa: S608 - names of our own
    ),
)
