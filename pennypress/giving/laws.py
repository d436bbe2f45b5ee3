"""The laws of giving."""

from pennypress.giving import folding
from pennypress.laws import Law
from pennypress.ledger import chart

_GUARDS = (
    "giving_appeal_kept_columns",
    "giving_appeal_kept_rows",
    "appeals_do_not_overlap",
    "close_moves_with_its_reason",
    "giving_appealseries_kept_columns",
    "giving_appealseries_kept_rows",
    "a_series_is_principal",
    "giving_appealtarget_append_only",
    "target_in_the_unit_of_its_series",
    "giving_appealextension_append_only",
    "extension_moves_the_close",
    "giving_appealclosing_append_only",
    "giving_closingmethod_append_only",
    "closed_appeal_keeps_its_target",
    "closed_appeal_keeps_its_days",
    "closed_appeal_keeps_new_gifts_out",
    "closed_appeal_keeps_its_gifts",
    "closed_appeal_keeps_its_pledges",
    "meter_is_written_payments_allocation",
    "meter_is_written_payments_refund",
    "meter_is_written_giving_gift",
    "meter_is_written_giving_collection",
    "meter_is_written_giving_pledge",
    "meter_is_written_people_person",
    "checkpoint_drops_with_new_gift",
    "checkpoint_drops_with_gift",
    "checkpoint_drops_with_new_collection",
    "checkpoint_drops_with_collection",
    "checkpoint_drops_with_pledge",
    "checkpoint_drops_with_merge",
    "meter_is_written_payments_payoutline",
    "meter_is_written_payments_payout",
    "checkpoint_drops_with_payout",
    "giving_gift_kept_columns",
    "giving_gift_kept_rows",
    "giving_gift_state_forward",
    "giving_pledge_kept_rows",
    "giving_pledge_state_forward",
    "giving_pledgemove_append_only",
    "giving_collection_kept_rows",
    "giving_collection_state_forward",
    "giving_attempt_kept_rows",
    "giving_attempt_state_forward",
    "presented_again_once_returned",
    "giving_return_append_only",
    "giving_supportterms_append_only",
    "giving_mandaterequest_kept_rows",
    "giving_advancenotice_append_only",
    "giving_reminder_append_only",
    "giving_annualstatement_append_only",
    "giving_receiptrequest_kept_rows",
    "giving_knownreference_append_only",
    "giving_standingorder_kept_columns",
    "giving_standingorder_kept_rows",
    "giving_standingorder_state_forward",
    "giving_standingordermove_append_only",
    "giving_standingorderreceipt_append_only",
    "giving_payeraccount_append_only",
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
        "giving.one_attempt_brings_it",
        "What was collected for a period was brought by one attempt, and what another brought as well is not allocated.",
        """SELECT 'collection ' || c.id, c.state, count(t.id) FROM giving_collection c
           LEFT JOIN giving_attempt t ON t.collection_id = c.id AND t.state = 'collected'
           GROUP BY c.id HAVING (c.state IN ('collected', 'taken_back')) <> (count(t.id) = 1)
           UNION ALL
           SELECT 'attempt ' || t.id, t.state, count(a.id) FROM giving_attempt t
           JOIN payments_receipt r ON r.payment_id = t.payment_id JOIN payments_allocation a ON a.receipt_id = r.id
           WHERE (t.state = 'surplus') <> (a.purpose = 'unallocated') GROUP BY t.id""",
    ),
    Law(
        "giving.each_period_counts_once",
        "Of a period of a pledge, one collection counts at most; what is presented again was returned before it was.",
        """SELECT 'twice', c.pledge_id, c.due_on FROM giving_collection c WHERE c.state = 'collected'
           GROUP BY c.pledge_id, c.due_on HAVING count(*) > 1
           UNION ALL
           SELECT 'not returned', a.pledge_id, a.due_on FROM giving_collection a
           JOIN giving_collection c ON c.id = a.again_of_id
           WHERE (a.pledge_id, a.due_on) <> (c.pledge_id, c.due_on)
              OR NOT EXISTS (SELECT 1 FROM giving_return r JOIN giving_attempt t ON t.id = r.attempt_id
                             WHERE t.collection_id = c.id AND NOT r.is_claimed)""",
    ),
    Law(
        "giving.no_mandate_outlives_its_pledge",
        "Once a pledge has ended or lapsed, or is paid from elsewhere, nothing can be taken under its mandate any more.",
        """SELECT m.public_id, m.state, p.state FROM giving_pledge p JOIN payments_mandate m ON m.id = p.mandate_id
           WHERE p.state IN ('cancelled', 'lapsed') AND m.state <> 'cancelled'
           UNION ALL
           SELECT m.public_id, m.state, p.state FROM giving_mandaterequest q JOIN payments_mandate m ON m.id = q.mandate_id
           JOIN giving_pledge p ON p.id = q.pledge_id
           WHERE q.given_at IS NOT NULL AND m.state <> 'cancelled' AND p.mandate_id IS DISTINCT FROM m.id""",
    ),
    Law(
        "giving.debits_are_announced",
        "No Direct Debit was asked for that its payer had not been told of.",
        """SELECT y.public_id, c.due_on FROM giving_attempt t JOIN payments_payment y ON y.id = t.payment_id
           JOIN giving_collection c ON c.id = t.collection_id
           WHERE y.method = 'direct_debit' AND y.provider_ref <> '' AND t.number = 1
             AND EXISTS (SELECT 1 FROM giving_collection earlier
                         WHERE earlier.pledge_id = c.pledge_id AND earlier.due_on < c.due_on)
             AND NOT EXISTS (SELECT 1 FROM giving_advancenotice n
                             WHERE n.pledge_id = c.pledge_id AND n.mandate_id = y.mandate_id)""",
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
        "In one series at most one appeal runs on any day, in the currency of the series.",
        """SELECT a.slug, b.slug FROM giving_appeal a JOIN giving_appeal b
           ON a.id < b.id AND a.series_id = b.series_id AND a.opens_on <= b.closes_on AND b.opens_on <= a.closes_on
           UNION ALL
           SELECT a.slug, s.slug FROM giving_appeal a JOIN giving_appealseries s ON s.id = a.series_id
           WHERE a.currency <> s.currency""",
    ),
    Law(
        "giving.one_principal_series",
        "Where the paper has series of appeals, exactly one of them is the principal fund, whose meter is on every page.",
        """SELECT 'principal', count(*) FILTER (WHERE is_principal), count(*) FROM giving_appealseries
           HAVING count(*) > 0 AND count(*) FILTER (WHERE is_principal) <> 1""",
    ),
    Law(
        "giving.appeals_have_their_target",
        "Every appeal has a target that holds from its first day, in the unit that its series counts in.",
        """SELECT a.slug FROM giving_appeal a JOIN giving_appealseries s ON s.id = a.series_id
           WHERE NOT EXISTS (SELECT 1 FROM giving_appealtarget t WHERE t.appeal_id = a.id AND t.from_on <= a.opens_on)
              OR EXISTS (SELECT 1 FROM giving_appealtarget t
                         WHERE t.appeal_id = a.id AND (t.givers IS NOT NULL) <> (s.unit = 'givers'))""",
    ),
    Law(
        "giving.last_days_have_their_reason",
        "The last day of an appeal that was extended is the one that its latest extension names.",
        """SELECT a.slug, a.closes_on, e.to_on FROM giving_appeal a JOIN giving_appealextension e ON e.appeal_id = a.id
           WHERE e.id = (SELECT max(id) FROM giving_appealextension WHERE appeal_id = a.id) AND e.to_on <> a.closes_on""",
    ),
    Law(
        "giving.closings_are_the_books",
        "The figure with which an appeal was closed is what the books had counted by then, and its methods add up to it.",
        f"""{folding.EACH.format(table="giving_appealclosing")}
            SELECT c.appeal_id, c.raised_minor, folded.gross, methods.gross FROM giving_appealclosing c
            LEFT JOIN folded ON folded.appeal_id = c.appeal_id
            LEFT JOIN (SELECT closing_id, sum(amount_minor) AS gross, sum(net_minor) AS net
                       FROM giving_closingmethod GROUP BY 1) AS methods ON methods.closing_id = c.id
            WHERE c.raised_minor <> coalesce(folded.gross, 0)
               OR (c.raised_minor, c.net_minor) <> (coalesce(methods.gross, 0), coalesce(methods.net, 0))""",  # noqa: S608 - names of our own
    ),
    Law(
        "giving.checkpoints_are_true",
        "What a meter keeps counted, so as not to count it for each reader, is what the books say up to the same mark.",
        f"""{folding.EACH.format(table="giving_metercheckpoint")}
            SELECT c.appeal_id, c.gross_minor, folded.gross, c.net_minor, folded.net, c.givers, folded.givers
            FROM giving_metercheckpoint c LEFT JOIN folded ON folded.appeal_id = c.appeal_id
            CROSS JOIN LATERAL (
                SELECT coalesce(sum((day ->> 3)::bigint), 0) AS gross, coalesce(sum((day ->> 4)::bigint), 0) AS net
                FROM jsonb_array_elements(c.days) day) AS days
            WHERE (c.gross_minor, c.net_minor, c.givers)
                  <> (coalesce(folded.gross, 0), coalesce(folded.net, 0), coalesce(folded.givers, 0))
               OR (c.gross_minor, c.net_minor) <> (days.gross, days.net)""",  # noqa: S608 - names of our own
    ),
    Law(
        "giving.standing_orders_are_confirmed",
        "Money noted for a standing order is the money of the bank line that a person confirmed, and of no other.",
        """SELECT s.id, s.receipt_id, m.receipt_id FROM giving_standingorderreceipt s
           JOIN payments_match m ON m.id = s.match_id
           WHERE m.receipt_id IS DISTINCT FROM s.receipt_id OR m.kind NOT IN ('booked', 'linked')""",
    ),
    Law(
        "giving.accounts_are_learned",
        "A payer's account is remembered for a standing order only where a person confirmed money that came from it.",
        """SELECT p.id, p.standing_order_id FROM giving_payeraccount p
           LEFT JOIN giving_standingorderreceipt s
                  ON s.match_id = p.match_id AND s.standing_order_id = p.standing_order_id
           WHERE s.id IS NULL""",
    ),
    Law(
        "giving.guards_stand",
        "The database still keeps appeals, gifts and pledges: each guard exists and is switched on.",
        f"""SELECT wanted.name FROM unnest(ARRAY{list(_GUARDS)}) AS wanted(name)
            WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE c.relnamespace = 'public'::regnamespace AND t.tgname = wanted.name AND t.tgenabled = 'O')""",  # noqa: S608 - names of our own
    ),
)
