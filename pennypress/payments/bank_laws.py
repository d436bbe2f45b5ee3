"""The laws of bank statements: each line stands once, has at most one match, and says what the books say."""

from pennypress.laws import Law
from pennypress.payments.bank_entries import ENTRIES, STANDING, STANDS
from pennypress.payments.models import MatchKind

_RECEIPTS = f"'{MatchKind.BOOKED}', '{MatchKind.LINKED}', '{MatchKind.RETURNED}'"

LAWS = (
    Law(
        "payments.lines_matched_once",
        "Every line of a bank statement that was confirmed is accounted for by exactly one match that stands.",
        f"""SELECT m.line_id, count(*) FROM payments_match m WHERE {STANDS}
            GROUP BY m.line_id HAVING count(*) > 1""",  # noqa: S608 - names of our own
    ),
    Law(
        "payments.receipts_on_one_line",
        "No receipt stands on two lines of bank statements.",
        f"""SELECT m.receipt_id, count(*) FROM payments_match m
            WHERE {STANDS} AND m.kind IN ('{MatchKind.BOOKED}', '{MatchKind.LINKED}')
            GROUP BY m.receipt_id HAVING count(*) > 1""",  # noqa: S608 - names of our own
    ),
    Law(
        "payments.matches_are_the_sum",
        "A line of a bank statement and the receipt that it was found to be are of one sum in one currency.",
        f"""SELECT m.id, l.amount_minor, r.amount_minor FROM payments_match m
            JOIN payments_statementline l ON l.id = m.line_id JOIN payments_receipt r ON r.id = m.receipt_id
            WHERE {STANDS} AND m.kind IN ({_RECEIPTS})
              AND (abs(l.amount_minor) <> r.amount_minor OR l.currency <> r.currency
                   OR (m.kind = '{MatchKind.RETURNED}') <> (l.amount_minor < 0))""",  # noqa: S608 - names of our own
    ),
    Law(
        "payments.lines_are_in_the_books",
        "What a bank line was found to be stands in the books on that bank account, with the line's sum.",
        f"""WITH standing AS ({STANDING}), entries AS ({ENTRIES})
            SELECT s.id, s.amount_minor, coalesce(sum(line.amount_minor), 0) FROM standing s
            LEFT JOIN entries ON entries.id = s.id
            LEFT JOIN ledger_line line ON line.entry_id = entries.entry AND line.account_id = s.ledger_id
            GROUP BY s.id, s.amount_minor
            HAVING coalesce(sum(line.amount_minor), 0) <> s.amount_minor""",  # noqa: S608 - names of our own
    ),
    Law(
        "payments.statements_add_up",
        "A bank statement of which every line is new adds up: opening and lines make the closing balance.",
        """SELECT s.id, s.opening_minor, coalesce(sum(l.amount_minor), 0), s.closing_minor FROM payments_statement s
           LEFT JOIN payments_statementline l ON l.statement_id = s.id
           WHERE s.new_count = s.line_count GROUP BY s.id
           HAVING s.opening_minor + coalesce(sum(l.amount_minor), 0) <> s.closing_minor OR count(l.id) <> s.new_count""",
    ),
)
