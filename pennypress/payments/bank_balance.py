"""Bank balance: what the statement says beside what the books say, and the lines that explain the difference. Reads only."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from pennypress import money
from pennypress.ledger import balances
from pennypress.ledger.models import Line
from pennypress.money import Money
from pennypress.payments.bank_entries import ENTRIES, STANDING
from pennypress.payments.models import BankAccount, Statement, StatementLine

# Each line whose match stands, with the latest day of the entries that book it.
_BOOKED = f"""
WITH standing AS ({STANDING}), entries AS ({ENTRIES})
SELECT s.line_id, max(e."on"), array_agg(DISTINCT e.id) FROM standing s
JOIN entries ON entries.id = s.id JOIN ledger_entry e ON e.id = entries.entry
WHERE s.bank_account_id = %(account)s GROUP BY s.line_id
"""  # noqa: S608 - names of our own
# What undone matches booked and took back comes to nothing, and explains nothing.
_UNDONE = """
SELECT e.id FROM payments_match m JOIN payments_statementline l ON l.id = m.line_id
JOIN payments_match u ON u.undoes_id = m.id
LEFT JOIN payments_allocation a ON a.receipt_id = m.receipt_id
JOIN ledger_entry e ON e.id = m.entry_id OR e.reverses_id = m.entry_id
    OR (m.kind = 'booked' AND e.key = 'receipt-' || m.receipt_id)
    OR e.key = 'undone-match-' || m.id || '-' || a.id
    OR (m.kind = 'returned' AND e.key LIKE 'bank-line-' || l.id || '-%%' || a.id)
WHERE l.account_id = %(account)s
"""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A bank account as at `on`.

    Law: statement − books = (bank before − books before) + on the statement only − in the books only; `rest` is what this
    leaves, and is nothing.
    """

    account: BankAccount
    on: dt.date
    statement: Statement | None
    closing: Money
    books: Money
    bank_before: Money
    books_before: Money
    only_statement: Sequence[StatementLine]
    only_books: Sequence[Line]

    @property
    def difference(self) -> Money:
        return self.closing - self.books

    @property
    def before(self) -> Money:
        return self.bank_before - self.books_before

    @property
    def sum_statement(self) -> Money:
        return money.total([line.amount for line in self.only_statement], self.account.currency)

    @property
    def sum_books(self) -> Money:
        return money.total([line.amount for line in self.only_books], self.account.currency)

    @property
    def rest(self) -> Money:
        return self.difference - self.before - self.sum_statement + self.sum_books


def reconcile(*, account: BankAccount, on: dt.date) -> Reconciliation:
    """This function will set the statement's balance as at `on` beside the books', and list what only one of them has.

    A line of the statement is in the books when a match that stands has booked it by that day.
    """
    lines = list(StatementLine.objects.filter(account=account, booked_on__lte=on).order_by("booked_on", "id"))
    first = account.statements.exclude(opening_minor=None).order_by("from_on", "id").first()
    last = account.statements.exclude(closing_minor=None).filter(to_on__lte=on).order_by("-to_on", "-id").first()
    bank_before = first.opening if first and first.opening else money.zero(account.currency)
    closing = bank_before + money.total([line.amount for line in lines], account.currency)
    booked, entries = _booked(account, on)
    posted = account.ledger.lines.filter(currency=account.currency, entry__on__lte=on).select_related("entry")
    unexplained = [line for line in posted.order_by("entry__on", "id") if line.entry_id not in entries]
    begins_on = min([statement.from_on for statement in [first] if statement] or [dt.date.min])
    earlier = [line.amount for line in unexplained if line.entry.on < begins_on]
    return Reconciliation(
        account=account,
        on=on,
        statement=last,
        closing=closing,
        books=balances.of(account=account.ledger.code, on=on, currency=account.currency),
        bank_before=bank_before,
        books_before=money.total(earlier, account.currency),
        only_statement=[line for line in lines if line.pk not in booked],
        only_books=[line for line in unexplained if line.entry.on >= begins_on],
    )


def _booked(account: BankAccount, on: dt.date) -> tuple[set[int], set[int]]:
    """The lines that the books have by `on`, and the entries that explain them or come to nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_BOOKED, {"account": account.pk})
        rows = [(line, latest, entries) for line, latest, entries in cursor.fetchall()]
        cursor.execute(_UNDONE, {"account": account.pk})
        undone = {entry for (entry,) in cursor.fetchall()}
    by_then = set(StatementLine.objects.filter(account=account, booked_on__lte=on).values_list("pk", flat=True))
    standing = [(line, entries) for line, latest, entries in rows if latest <= on and line in by_then]
    explained = {entry for _line, entries in standing for entry in entries}
    return {line for line, _entries in standing}, explained | undone
