"""The laws of giving."""

from pennypress.laws import Law
from pennypress.ledger import chart

_GUARDS = (
    "giving_appeal_kept_columns",
    "giving_appeal_kept_rows",
    "appeals_do_not_overlap",
    "giving_gift_kept_columns",
    "giving_gift_kept_rows",
    "giving_gift_state_forward",
    "giving_pledge_kept_rows",
    "giving_pledge_state_forward",
    "giving_pledgemove_append_only",
    "giving_collection_kept_rows",
    "giving_collection_state_forward",
)

LAWS = (
    Law(
        "giving.gifts_are_received",
        "Every sum allocated to the fund has one gift above it, for the same sum and in the same currency.",
        """SELECT a.id, a.amount_minor, g.id, g.amount_minor FROM payments_allocation a
           JOIN payments_receipt r ON r.id = a.receipt_id LEFT JOIN giving_gift g ON g.allocation_id = a.id
           WHERE (a.purpose = 'gift') <> (g.id IS NOT NULL) OR g.amount_minor <> a.amount_minor OR g.currency <> r.currency""",
    ),
    Law(
        "giving.meter_is_the_books",
        "The gifts that the meters count, what was taken back left out, are the gifts in the books to the penny.",
        f"""WITH counted AS (
                SELECT g.currency, sum(a.amount_minor) - coalesce(sum(taken.amount), 0) AS amount
                FROM giving_gift g JOIN payments_allocation a ON a.id = g.allocation_id
                LEFT JOIN LATERAL (SELECT sum(f.amount_minor) AS amount FROM payments_refund f
                                   WHERE f.allocation_id = a.id) taken ON true GROUP BY g.currency),
            booked AS (
                SELECT l.currency, -sum(l.amount_minor) AS amount FROM ledger_line l
                JOIN ledger_account acc ON acc.id = l.account_id WHERE acc.code = '{chart.GIFTS}' GROUP BY l.currency)
            SELECT currency, counted.amount, booked.amount FROM counted FULL JOIN booked USING (currency)
            WHERE coalesce(counted.amount, 0) <> coalesce(booked.amount, 0)""",  # noqa: S608 - names of our own
    ),
    Law(
        "giving.collections_are_pledges",
        "Every collection that counts stands on money that was allocated to pledges, in the pledge's currency.",
        """SELECT c.id, a.purpose, r.currency FROM giving_collection c
           JOIN giving_pledge p ON p.id = c.pledge_id JOIN payments_allocation a ON a.id = c.allocation_id
           JOIN payments_receipt r ON r.id = a.receipt_id WHERE a.purpose <> 'pledge' OR r.currency <> p.currency""",
    ),
    Law(
        "giving.nothing_after_the_end",
        "Nobody is asked for a month that falls due after they ended their pledge.",
        """SELECT p.id, p.cancelled_on, c.due_on FROM giving_pledge p JOIN giving_collection c ON c.pledge_id = p.id
           WHERE c.due_on > p.cancelled_on""",
    ),
    Law(
        "giving.taken_back_is_gone",
        "A gift or collection is called taken back exactly when nothing is left of its money.",
        """WITH above AS (
               SELECT 'gift ' || id AS name, state, allocation_id FROM giving_gift WHERE allocation_id IS NOT NULL
               UNION ALL
               SELECT 'collection ' || id, state, allocation_id FROM giving_collection WHERE allocation_id IS NOT NULL)
           SELECT above.name, above.state, a.amount_minor - coalesce(sum(f.amount_minor), 0) FROM above
           JOIN payments_allocation a ON a.id = above.allocation_id LEFT JOIN payments_refund f ON f.allocation_id = a.id
           GROUP BY above.name, above.state, a.id
           HAVING (above.state = 'taken_back') <> (coalesce(sum(f.amount_minor), 0) = a.amount_minor)""",
    ),
    Law(
        "giving.appeals_apart",
        "On any day at most one appeal runs.",
        """SELECT a.slug, b.slug FROM giving_appeal a JOIN giving_appeal b
           ON a.id < b.id AND a.opens_on <= b.closes_on AND b.opens_on <= a.closes_on""",
    ),
    Law(
        "giving.guards_stand",
        "The database still keeps appeals, gifts and pledges: each guard exists and is switched on.",
        f"""SELECT wanted.name FROM unnest(ARRAY{list(_GUARDS)}) AS wanted(name)
            WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE c.relnamespace = 'public'::regnamespace AND t.tgname = wanted.name AND t.tgenabled = 'O')""",  # noqa: S608 - names of our own
    ),
)
