"""The laws of the register."""

from pennypress.laws import Law

LAWS = (
    Law(
        "shares.capital_is_in_the_books",
        "The money paid up on all shares in the register is the share capital in the books.",
        """SELECT currency, sum(paid_up) AS register, sum(capital) AS books FROM (
               SELECT currency, amount_minor AS paid_up, 0 AS capital FROM shares_registerentry
               UNION ALL SELECT l.currency, 0, -l.amount_minor FROM ledger_line l
                         JOIN ledger_account a ON a.id = l.account_id WHERE a.code = '3000') AS both_sides
           GROUP BY currency HAVING sum(paid_up) <> sum(capital)""",
    ),
    Law(
        "shares.application_money_is_held",
        "The books hold for applicants exactly the money that came for shares and was neither allotted nor given back.",
        """SELECT currency, sum(owed) AS applications, sum(held) AS books FROM (
               SELECT r.currency, al.amount_minor AS owed, 0 AS held FROM payments_allocation al
                   JOIN payments_receipt r ON r.id = al.receipt_id WHERE al.purpose = 'shares'
               UNION ALL SELECT r.currency, -f.amount_minor, 0 FROM payments_refund f
                   JOIN payments_allocation al ON al.id = f.allocation_id
                   JOIN payments_receipt r ON r.id = al.receipt_id WHERE al.purpose = 'shares'
               UNION ALL SELECT currency, -amount_minor, 0 FROM shares_registerentry
               UNION ALL SELECT l.currency, 0, -l.amount_minor FROM ledger_line l
                   JOIN ledger_account a ON a.id = l.account_id WHERE a.code = '2000') AS both_sides
           GROUP BY currency HAVING sum(owed) <> sum(held)""",
    ),
    Law(
        "shares.paid_applications_have_their_money",
        "Every application that is paid or allotted has money for shares of exactly its amount.",
        """SELECT ap.public_id, ap.amount_minor, al.amount_minor FROM shares_application ap
           LEFT JOIN payments_allocation al ON al.id = ap.allocation_id
           LEFT JOIN payments_receipt r ON r.id = al.receipt_id
           WHERE ap.state IN ('paid', 'allotted') AND (al.id IS NULL OR al.purpose <> 'shares'
              OR al.amount_minor <> ap.amount_minor OR r.currency <> ap.currency)""",
    ),
    Law(
        "shares.allotted_once_and_whole",
        "Every allotted application stands in the register once, with its shares and its money, and no other does.",
        """SELECT coalesce(ap.public_id::text, 'entry ' || e.id), ap.state, ap.shares, e.shares
           FROM shares_application ap FULL JOIN (SELECT * FROM shares_registerentry WHERE kind = 'allotment') e
             ON e.application_id = ap.id
           WHERE (ap.state = 'allotted') IS DISTINCT FROM (e.id IS NOT NULL)
              OR ap.shares <> e.shares OR ap.amount_minor <> e.amount_minor""",
    ),
    Law(
        "shares.no_holding_below_nothing",
        "No member holds less than nothing on any day.",
        """SELECT m.number, d."on", d.held FROM (
               SELECT member_id, "on", sum(sum(shares)) OVER (PARTITION BY member_id ORDER BY "on") AS held
               FROM shares_registerentry GROUP BY member_id, "on") d
           JOIN shares_member m ON m.id = d.member_id WHERE d.held < 0""",
    ),
    Law(
        "shares.certificates_tell_the_holding",
        "Every member who holds shares has exactly one standing certificate, and it tells the whole holding.",
        """SELECT m.number, coalesce(e.held, 0), c.standing FROM shares_member m
           LEFT JOIN (SELECT member_id, sum(shares) AS held FROM shares_registerentry GROUP BY 1) e ON e.member_id = m.id
           LEFT JOIN (SELECT member_id, array_agg(shares::bigint) AS standing FROM shares_certificate
                      WHERE superseded_by_id IS NULL AND ended_on IS NULL GROUP BY 1) c ON c.member_id = m.id
           WHERE c.standing IS DISTINCT FROM (CASE WHEN coalesce(e.held, 0) = 0 THEN NULL ELSE ARRAY[e.held::bigint] END)""",
    ),
    Law(
        "shares.certificates_keep_to_their_member",
        "A certificate is of the entry's own member, and is superseded by a later one of the same member.",
        """SELECT c.number, c.superseded_by_id FROM shares_certificate c
           JOIN shares_registerentry e ON e.id = c.entry_id LEFT JOIN shares_certificate s ON s.id = c.superseded_by_id
           WHERE c.member_id <> e.member_id OR s.member_id <> c.member_id OR s.number <= c.number""",
    ),
    Law(
        "shares.numbers_were_given_out",
        "Every member's and certificate's number was given out, once, and none was skipped.",
        """SELECT series, number FROM (SELECT 'member' AS series, number FROM shares_member
               UNION ALL SELECT 'certificate', number FROM shares_certificate) used
           FULL JOIN shares_numberissued issued USING (series, number)
           WHERE used.number IS NULL OR issued.number IS NULL
           UNION ALL SELECT series, max(number) FROM shares_numberissued GROUP BY series HAVING max(number) <> count(*)""",
    ),
    Law(
        "shares.guards_stand",
        "The database still refuses change to the register: each guard exists and is switched on.",
        """SELECT wanted.name FROM (VALUES ('shares_registerentry_append_only'), ('shares_registerentry_no_truncate'),
               ('shares_numberissued_append_only'), ('shares_numberissued_no_truncate'),
               ('shares_applicationmove_append_only'), ('shares_application_kept_columns'),
               ('shares_application_kept_rows'), ('shares_application_state_forward'),
               ('shares_application_set_once'), ('application_money_set_once'),
               ('shares_member_kept_columns'), ('shares_member_kept_rows'),
               ('shares_certificate_kept_columns'), ('shares_certificate_kept_rows'),
               ('shares_certificate_set_once'), ('holding_not_negative'), ('shares_member_number_was_issued'),
               ('shares_certificate_number_was_issued'), ('certificate_tells_holding_on_entry'),
               ('certificate_tells_holding_on_certificate')) AS wanted(name)
           WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
           WHERE c.relnamespace = 'public'::regnamespace AND t.tgname = wanted.name AND t.tgenabled = 'O')""",
    ),
)
