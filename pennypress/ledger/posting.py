"""Posting: the only writer of the books. It inserts, it never changes; wrong is made right by a reversing entry."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from pennypress import prepared
from pennypress.ledger import chart
from pennypress.ledger.models import Account, Entry
from pennypress.money import Money

# The accounts that every install begins with are never removed nor renumbered: each process reads them once.
_known: dict[str, Account] = {}


class CannotPost(Exception):
    """The entry does not balance, names an unknown account, or reuses a key for something else."""


@dataclass(frozen=True, slots=True)
class Side:
    """One line to be posted: `amount` above zero debits `account` (a code of the chart), below zero credits it."""

    account: str
    amount: Money


def debit(account: str, amount: Money) -> Side:
    """This function will make the debit side of `amount`, which is above zero."""
    return Side(account, amount)


def credit(account: str, amount: Money) -> Side:
    """This function will make the credit side of `amount`, which is above zero."""
    return Side(account, -amount)


def post(
    *, key: str, on: dt.date, memo: str, sides: Sequence[Side], now: dt.datetime, reverses: Entry | None = None
) -> Entry:
    """This function will write one balanced entry, or give the one that stands under the same `key` already.

    `on` is the paper's day; `now` the moment of posting. A day that is closed falls to the first open one, and the entry
    keeps both: money that came is never refused. Sides of zero are left out. Writes one entry and its lines; holds off
    the closing of a period until the transaction ends. Raises: CannotPost, with nothing written.
    """
    sides = [side for side in sides if side.amount]
    _require_balance(sides)
    accounts = _accounts(sides)
    if reverses is not None and Entry.objects.filter(reverses=reverses).exclude(key=key).exists():
        raise CannotPost(f"Entry {reverses.key} stands reversed already.")
    entry = Entry(key=key, on=on, memo=memo[:300], line_count=len(sides), posted_at=now, reverses=reverses)
    if _insert(entry, [(accounts[side.account].pk, side.amount) for side in sides]):
        return entry
    return _same(Entry.objects.get(key=key), sides)


# One statement, and no race between looking and writing: the lines are inserted only where the entry was.
_INSERT = """
WITH posted AS (
    INSERT INTO ledger_entry (key, "on", meant_on, memo, line_count, posted_at, reverses_id)
    SELECT %(key)s, day, nullif(%(on)s::date, day), %(memo)s, %(lines)s, %(posted_at)s, %(reverses)s::bigint
    FROM (SELECT ledger_open_day(%(on)s::date) AS day OFFSET 0) AS opened
    ON CONFLICT (key) DO NOTHING RETURNING id, "on", meant_on
), sided AS (
    INSERT INTO ledger_line (entry_id, account_id, amount_minor, currency)
    SELECT posted.id, side.account, side.minor, side.currency FROM posted,
        unnest(%(accounts)s::bigint[], %(minors)s::bigint[], %(currencies)s::text[])
        WITH ORDINALITY AS side(account, minor, currency, place) ORDER BY side.place
)
SELECT id, "on", meant_on FROM posted
"""


def _insert(entry: Entry, sides: Sequence[tuple[int, Money]]) -> bool:
    """Inserts the entry with its lines unless one stands under its key, and says whether it did."""
    fields: dict[str, Any] = {
        "key": entry.key,
        "on": entry.on,
        "memo": entry.memo,
        "lines": entry.line_count,
        "posted_at": entry.posted_at,
        "reverses": entry.reverses_id,
        "accounts": [account for account, _amount in sides],
        "minors": [amount.minor for _account, amount in sides],
        "currencies": [amount.currency for _account, amount in sides],
    }
    written = prepared.rows(connection, _INSERT, fields)
    if not written:
        return False
    ((entry.pk, entry.on, entry.meant_on),) = written
    entry._state.adding = False
    return True


def reverse(*, entry: Entry, key: str, on: dt.date, memo: str, now: dt.datetime) -> Entry:
    """This function will post the mirror of `entry`, once: an entry is reversed by at most one other.

    Writes one entry. Raises: CannotPost when it stands reversed under another key.
    """
    sides = [Side(line.account.code, -line.amount) for line in entry.lines.select_related("account")]
    return post(key=key, on=on, memo=memo, sides=sides, now=now, reverses=entry)


def _require_balance(sides: Sequence[Side]) -> None:
    if len(sides) < 2:
        raise CannotPost("An entry has at least two lines.")
    sums: dict[str, int] = {}
    for side in sides:
        sums[side.amount.currency] = sums.get(side.amount.currency, 0) + side.amount.minor
    if any(sums.values()):
        raise CannotPost(f"The entry does not balance: {sums}.")


def _accounts(sides: Sequence[Side]) -> dict[str, Account]:
    codes = {side.account for side in sides}
    found = {code: _known[code] for code in codes if code in _known}
    if unknown := codes - found.keys():
        read = {account.code: account for account in Account.objects.filter(code__in=unknown)}
        _known.update({code: account for code, account in read.items() if code in chart.STANDARD})
        found |= read
    if missing := codes - found.keys():
        raise CannotPost(f"No such account: {', '.join(sorted(missing))}.")
    return found


def _same(entry: Entry, sides: Sequence[Side]) -> Entry:
    stands = sorted(
        (line.account.code, line.amount_minor, line.currency) for line in entry.lines.select_related("account")
    )
    wanted = sorted((side.account, side.amount.minor, side.amount.currency) for side in sides)
    if stands != wanted:
        raise CannotPost(f"Entry {entry.key} stands already with other lines.")
    return entry
