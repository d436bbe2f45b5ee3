"""The laws of money in."""

from pennypress.laws import Law
from pennypress.payments import accounts
from pennypress.payments.models import Purpose

# Which account each purpose is credited to, as rows that the laws join.
_ACCOUNTS = ", ".join(f"('{purpose}', '{accounts.earned(purpose)}')" for purpose in Purpose.values)
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
    "allocations_sum_on_receipt",
    "allocations_sum_on_allocation",
    "refund_within_allocation",
)

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
    Law(
        "payments.guards_stand",
        "The database still refuses change to receipts and what was taken back: each guard exists and is switched on.",
        f"""SELECT wanted.name FROM unnest(ARRAY{list(_GUARDS)}) AS wanted(name)
            WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE c.relnamespace = 'public'::regnamespace AND t.tgname = wanted.name AND t.tgenabled = 'O')""",  # noqa: S608 - names of our own
    ),
)
