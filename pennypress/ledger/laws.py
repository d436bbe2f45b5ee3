"""The laws of the books."""

from pennypress.laws import Law

LAWS = (
    Law(
        "ledger.entries_balance",
        "Every entry adds up to nothing in each of its currencies.",
        """SELECT e.key, l.currency, sum(l.amount_minor) FROM ledger_entry e JOIN ledger_line l ON l.entry_id = e.id
           GROUP BY e.key, l.currency HAVING sum(l.amount_minor) <> 0""",
    ),
    Law(
        "ledger.entries_are_whole",
        "Every entry has exactly the lines it was posted with, two at least.",
        """SELECT e.key, e.line_count, count(l.id) FROM ledger_entry e LEFT JOIN ledger_line l ON l.entry_id = e.id
           GROUP BY e.id HAVING count(l.id) <> e.line_count OR count(l.id) < 2""",
    ),
    Law(
        "ledger.reversals_mirror",
        "A reversing entry is the exact mirror of the entry it reverses.",
        """SELECT r.key, e.key FROM ledger_entry r JOIN ledger_entry e ON e.id = r.reverses_id
           WHERE (SELECT coalesce(json_agg(json_build_array(account_id, currency, amount_minor)
                         ORDER BY account_id, currency, amount_minor)::text, '') FROM ledger_line WHERE entry_id = e.id)
              <> (SELECT coalesce(json_agg(json_build_array(account_id, currency, -amount_minor)
                         ORDER BY account_id, currency, -amount_minor)::text, '') FROM ledger_line WHERE entry_id = r.id)""",
    ),
    Law(
        "ledger.closed_days_stay_closed",
        "No entry is dated on a day that was closed when it was posted.",
        """SELECT e.key, e."on", c.closed_through FROM ledger_entry e
           JOIN ledger_periodclose c ON e."on" <= c.closed_through AND e.id > c.last_entry""",
    ),
    Law(
        "ledger.guards_stand",
        "The database still refuses change to the books: each guard exists and is switched on.",
        """SELECT wanted.name FROM (VALUES ('ledger_entry_append_only'), ('ledger_line_append_only'),
               ('ledger_entry_no_truncate'), ('ledger_line_no_truncate'),
               ('entry_balances_on_entry'), ('entry_balances_on_line'), ('entry_in_an_open_period'),
               ('period_closes_forward'), ('ledger_periodclose_append_only'), ('ledger_periodclose_no_truncate'),
               ('ledger_voucher_append_only'), ('ledger_voucher_no_truncate'), ('ledger_account_kept_columns'),
               ('ledger_account_kept_rows')) AS wanted(name)
           WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
           WHERE c.relnamespace = 'public'::regnamespace AND t.tgname = wanted.name AND t.tgenabled = 'O')""",
    ),
)
