"""Posting: the only writer of the books. It inserts, it never changes; wrong is made right by a reversing entry."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from pennypress.ledger.models import Account, Entry, Line
from pennypress.money import Money


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


@transaction.atomic
def post(
    *, key: str, on: dt.date, memo: str, sides: Sequence[Side], now: dt.datetime, reverses: Entry | None = None
) -> Entry:
    """This function will write one balanced entry, or give the one that stands under the same `key` already.

    `on` is the paper's day; `now` the moment of posting. Sides of zero are left out. Writes one entry and its lines;
    locks nothing. Raises: CannotPost, with nothing written.
    """
    sides = [side for side in sides if side.amount]
    _require_balance(sides)
    accounts = _accounts(sides)
    fields = {"on": on, "memo": memo[:300], "line_count": len(sides), "posted_at": now, "reverses": reverses}
    try:
        entry, created = Entry.objects.get_or_create(key=key, defaults=fields)
    except IntegrityError as error:
        raise CannotPost(f"Entry {key} could not be written: {error}") from error
    if not created:
        return _same(entry, sides)
    Line.objects.bulk_create(
        Line(entry=entry, account=accounts[side.account], amount_minor=side.amount.minor, currency=side.amount.currency)
        for side in sides
    )
    return entry


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
    found = {account.code: account for account in Account.objects.filter(code__in=codes)}
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
