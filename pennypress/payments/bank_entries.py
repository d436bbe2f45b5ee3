"""Bank entries: which entries of the books a standing match of a bank line stands for, as SQL that laws and lists share."""

from pennypress.payments.models import MatchKind

STANDS = "m.undoes_id IS NULL AND NOT EXISTS (SELECT 1 FROM payments_match u WHERE u.undoes_id = m.id)"
# Every match that stands and books or links something, with its line, its bank account and that account's ledger.
STANDING = f"""
    SELECT m.id, m.kind, m.receipt_id, m.payout_id, m.slip_id, m.entry_id, m.line_id,
        l.amount_minor, b.id AS bank_account_id, b.ledger_id
    FROM payments_match m JOIN payments_statementline l ON l.id = m.line_id
    JOIN payments_bankaccount b ON b.id = l.account_id
    WHERE {STANDS} AND m.kind <> '{MatchKind.IGNORED}'"""  # noqa: S608 - names of our own
# Its entries, from the rows above by the name `standing`.
ENTRIES = f"""
    SELECT s.id, s.entry_id AS entry FROM standing s WHERE s.entry_id IS NOT NULL
    UNION ALL
    SELECT s.id, e.id FROM standing s
    JOIN ledger_entry e ON e.key IN ('receipt-' || s.receipt_id, 'banked-' || s.receipt_id)
    WHERE s.kind IN ('{MatchKind.BOOKED}', '{MatchKind.LINKED}')
    UNION ALL
    SELECT s.id, e.id FROM standing s JOIN payments_payout p ON p.id = s.payout_id
    JOIN ledger_entry e ON e.key = 'payout-' || p.provider || '-' || p.provider_ref
    WHERE s.kind = '{MatchKind.PAYOUT}'
    UNION ALL
    SELECT s.id, e.id FROM standing s
    JOIN payments_slipitem i ON i.slip_id = s.slip_id AND i.removed_at IS NULL
    JOIN ledger_entry e ON e.key = 'banked-' || i.receipt_id WHERE s.kind = '{MatchKind.SLIP}'
    UNION ALL
    SELECT s.id, e.id FROM standing s JOIN payments_allocation a ON a.receipt_id = s.receipt_id
    JOIN payments_refund f ON f.allocation_id = a.id
    JOIN ledger_entry e ON e.key = f.key
    WHERE s.kind = '{MatchKind.RETURNED}' AND starts_with(f.key, 'bank-line-' || s.line_id || '-')"""  # noqa: S608
