"""The laws of what was moved in."""

from pennypress.laws import Law
from pennypress.ledger import chart

_GUARDS = (
    "moving_movedrow_append_only",
    "moving_consignment_kept_columns",
    "moving_consignment_kept_rows",
    "moving_consignment_state_forward",
    "moving_likeness_kept_columns",
    "moving_likeness_kept_rows",
)

LAWS = (
    Law(
        "moving.gifts_add_up",
        "The past gifts of every file that was moved in add up to the total that was confirmed.",
        """SELECT c.id, c.total_minor, sum(r.amount_minor) FROM moving_consignment c
           LEFT JOIN moving_movedrow m ON m.consignment_id = c.id
           LEFT JOIN payments_receipt r ON r.key = 'moved-in-' || m.key
           WHERE c.kind = 'gifts' AND c.state = 'moved_in' GROUP BY c.id
           HAVING c.total_minor IS DISTINCT FROM sum(r.amount_minor)""",
    ),
    Law(
        "moving.past_money_is_brought_forward",
        "Money from before was debited to what was brought forward, and to no bank, and nobody was sent a letter for it.",
        f"""SELECT r.id, acc.code FROM payments_receipt r JOIN ledger_entry e ON e.key = 'receipt-' || r.id
            JOIN ledger_line l ON l.entry_id = e.id AND l.amount_minor > 0 JOIN ledger_account acc ON acc.id = l.account_id
            WHERE r.is_brought_forward AND acc.code <> '{chart.BROUGHT_FORWARD}'
            UNION ALL
            SELECT r.id, letter.key FROM payments_receipt r JOIN payments_allocation a ON a.receipt_id = r.id
            JOIN giving_gift g ON g.allocation_id = a.id
            JOIN letters_letter letter ON letter.key = 'gift-receipt-' || g.public_id WHERE r.is_brought_forward""",  # noqa: S608 - names of our own
    ),
    Law(
        "moving.guards_stand",
        "The database still keeps what was moved in: each guard exists and is switched on.",
        f"""SELECT wanted.name FROM unnest(ARRAY{list(_GUARDS)}) AS wanted(name)
            WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE c.relnamespace = 'public'::regnamespace AND t.tgname = wanted.name AND t.tgenabled = 'O')""",  # noqa: S608 - names of our own
    ),
)
