"""Importing statements: a file is kept, looked at, and its new lines written down once. Nothing is booked by it.

However often a file or an overlapping one comes, each line of the account stands once. What money a line is, a person
says afterwards (`settlement.matching`).
"""

import datetime as dt
import hashlib
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from pennypress import money
from pennypress.money import Money
from pennypress.payments import bank
from pennypress.payments.models import BankAccount, Statement, StatementFile, StatementLine
from pennypress.payments.statements import reading
from pennypress.payments.statements.csv_mapping import Layout
from pennypress.payments.statements.lines import CannotRead, ReadLine, ReadStatement
from pennypress.people.models import User

__all__ = ["CannotImport", "CannotRead", "Prepared", "book", "keep", "prepare"]

_AT_ONCE = 2_000


class CannotImport(ValueError):
    """The file was read, but its lines cannot be written down as they are; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One statement of a file, compared with what the account has already. `doubts` are to be answered for by a person."""

    statement: ReadStatement
    format: str
    position: int
    new: tuple[ReadLine, ...]
    known_count: int
    doubts: tuple[str, ...]

    @property
    def money_in(self) -> Money:
        return money.total([line.amount for line in self.new if line.amount.minor > 0], self.statement.currency)

    @property
    def money_out(self) -> Money:
        return money.total([line.amount for line in self.new if line.amount.minor < 0], self.statement.currency)


def keep(*, account: BankAccount, data: bytes, name: str, by: User | None, now: dt.datetime) -> StatementFile:
    """This function will keep a file as it came, once for its account. Nothing is read yet. Writes at most one row.

    Raises: CannotRead when it cannot be a statement at all.
    """
    reading.format_of(data)
    digest = hashlib.sha256(data).hexdigest()
    standing = StatementFile.objects.filter(account=account, digest=digest).first()
    if standing is not None:
        return standing
    file, _made = StatementFile.objects.get_or_create(
        account=account,
        digest=digest,
        defaults={"name": name[-200:], "content": zlib.compress(data), "received_at": now, "received_by": by},
    )
    return file


def bytes_of(file: StatementFile) -> bytes:
    """This function will give a kept file's bytes."""
    return zlib.decompress(bytes(file.content))


def prepare(*, file: StatementFile, closing: Money | None = None, layout: Layout | None = None) -> list[Prepared]:
    """This function will read a kept file and compare it with its account: what is new, what is known, what is doubtful.

    `layout` is tried instead of the account's own mapping. Reads only. Raises: CannotRead, CannotImport.
    """
    account = file.account
    read = reading.read(
        bytes_of(file), layout=layout or bank.mapping_of(account), currency=account.currency, closing=closing
    )
    ours = [(position, one) for position, one in enumerate(read.statements) if bank.is_of(account, one.account_id)]
    if not ours:
        raise CannotImport(
            _("This file is of account %(theirs)s, and not of %(ours)s.")
            % {"theirs": read.statements[0].account_id, "ours": account.name}
        )
    prepared: list[Prepared] = []
    for position, statement in ours:
        prepared.append(_compared(account, read.format, position, statement, before=prepared))
    return prepared


def _compared(
    account: BankAccount, form: str, position: int, statement: ReadStatement, *, before: Sequence[Prepared]
) -> Prepared:
    if statement.currency != account.currency:
        raise CannotImport(
            _("%(account)s is in %(ours)s, and this statement is in %(theirs)s.")
            % {"account": account.name, "ours": account.currency, "theirs": statement.currency}
        )
    _require_one_format(account, form, statement)
    standing = _Standing(account, statement)
    for earlier in before:
        standing.add(earlier.new)
    new = [line for line in statement.lines if not standing.has(line)]
    doubts = [*standing.doubts(new), *_gap(account, statement, new, before)]
    return Prepared(statement, form, position, tuple(new), len(statement.lines) - len(new), tuple(doubts))


def _require_one_format(account: BankAccount, form: str, statement: ReadStatement) -> None:
    other = (
        StatementLine.objects.filter(account=account, booked_on__gte=statement.from_on, booked_on__lte=statement.to_on)
        .exclude(statement__format=form)
        .select_related("statement")
        .order_by("-booked_on")
        .first()
    )
    if other is not None:
        raise CannotImport(
            _(
                "This account's lines up to %(day)s came in another format (%(theirs)s), in which the bank names them "
                "otherwise: in %(ours)s the same days would count twice. Export the days after %(day)s."
            )
            % {"day": f"{other.booked_on:%d.%m.%Y}", "theirs": other.statement.format, "ours": form}
        )


_Content = tuple[dt.date, int, str, int]


class _Standing:
    """The account's lines that a statement could be telling of again."""

    def __init__(self, account: BankAccount, statement: ReadStatement) -> None:
        self.statement = statement
        ids = [line.bank_id for line in statement.lines if line.bank_id]
        within = Q(booked_on__gte=statement.from_on, booked_on__lte=statement.to_on)
        rows = StatementLine.objects.filter(account=account).filter(within | Q(bank_id__in=ids))
        self.by_id: dict[str, tuple[dt.date, int]] = {}
        self.by_content: dict[_Content, tuple[dt.date, int]] = {}
        for row in rows.values_list("bank_id", "booked_on", "amount_minor", "reference", "occurrence"):
            self._put(*row)
        self.seen: set[str | _Content] = set()

    def _put(self, bank_id: str, on: dt.date, minor: int, reference: str, occurrence: int) -> None:
        if bank_id:
            self.by_id[bank_id] = (on, minor)
        else:
            self.by_content[(on, minor, reference, occurrence)] = (on, minor)

    def add(self, lines: Sequence[ReadLine]) -> None:
        for line in lines:
            self._put(line.bank_id, line.booked_on, line.amount.minor, line.reference, line.occurrence)

    def has(self, line: ReadLine) -> bool:
        """Whether the account has this line. Raises: CannotImport where the bank gives its id to another payment."""
        if not line.bank_id:
            key = (line.booked_on, line.amount.minor, line.reference, line.occurrence)
            self.seen.add(key)
            return key in self.by_content
        self.seen.add(line.bank_id)
        known = self.by_id.get(line.bank_id)
        if known is not None and known[1] != line.amount.minor:
            raise CannotImport(
                _("Line %(line)d has the bank's number %(id)s, which stands already for %(amount)s on %(day)s.")
                % {
                    "line": line.position,
                    "id": line.bank_id,
                    "amount": Money(known[1], line.amount.currency),
                    "day": f"{known[0]:%d.%m.%Y}",
                }
            )
        return known is not None

    def doubts(self, new: Sequence[ReadLine]) -> list[str]:
        """Where lines imported before are missing from this file, and lines of the same day and amount are new in it."""
        unseen = [self.by_id[key] for key in self.by_id.keys() - self.seen] + [
            self.by_content[key] for key in self.by_content.keys() - self.seen
        ]
        inside = [told for told in unseen if self.statement.from_on < told[0] < self.statement.to_on]
        if inside:
            day = f"{min(inside)[0]:%d.%m.%Y}"
            raise CannotImport(
                _(
                    "This file covers %(day)s, but lacks a line of that day that was imported before. Has the mapping of "
                    "its columns changed, or was the file cut?"
                )
                % {"day": day}
            )
        twins = Counter(unseen) & Counter((line.booked_on, line.amount.minor) for line in new)
        if not twins:
            return []
        return [
            _("%(number)d new lines are of the same day and amount as lines imported before, in other words.")
            % {"number": sum(twins.values())}
        ]


def _gap(
    account: BankAccount, statement: ReadStatement, new: Sequence[ReadLine], before: Sequence[Prepared]
) -> list[str]:
    """Where the last statement's closing balance and the new lines do not make this closing balance."""
    last, last_on = _last_balance(account, before)
    if last is None or statement.closing is None or statement.to_on < last_on:
        return []
    reached = last + money.total([line.amount for line in new], statement.currency)
    if reached == statement.closing:
        return []
    return [
        _(
            "The last statement closed at %(last)s on %(day)s. With the new lines that makes %(reached)s, but this one closes "
            "at %(closing)s: %(difference)s is missing between them."
        )
        % {
            "last": last,
            "day": f"{last_on:%d.%m.%Y}",
            "reached": reached,
            "closing": statement.closing,
            "difference": statement.closing - reached,
        }
    ]


def _last_balance(account: BankAccount, before: Sequence[Prepared]) -> tuple[Money | None, dt.date]:
    if before:
        return before[-1].statement.closing, before[-1].statement.to_on
    latest = account.statements.exclude(closing_minor=None).order_by("-to_on", "-id").first()
    return (latest.closing, latest.to_on) if latest else (None, dt.date.min)


@transaction.atomic
def book(
    *,
    file: StatementFile,
    by: User | None,
    now: dt.datetime,
    closing: Money | None = None,
    accepts_doubts: bool = False,
) -> list[Statement]:
    """This function will write down a kept file's statements and their new lines, whole or not at all.

    One file of an account at a time. A file that was imported before gives the statements that stand. Raises: CannotRead,
    CannotImport (also where there are doubts that nobody has answered for), with nothing written.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('payments.importing'), %s)", [file.account_id])
    if standing := list(file.statements.order_by("position")):
        return standing
    prepared = prepare(file=file, closing=closing)
    doubts = [doubt for one in prepared for doubt in one.doubts]
    if doubts and not accepts_doubts:
        raise CannotImport(" ".join(doubts))
    return [_written(file, one, by=by, now=now) for one in prepared]


def _written(file: StatementFile, prepared: Prepared, *, by: User | None, now: dt.datetime) -> Statement:
    told = prepared.statement
    statement = Statement.objects.create(
        file=file,
        account=file.account,
        position=prepared.position,
        format=prepared.format,
        from_on=told.from_on,
        to_on=told.to_on,
        currency=told.currency,
        opening_minor=told.opening.minor if told.opening is not None else None,
        closing_minor=told.closing.minor if told.closing is not None else None,
        line_count=len(told.lines),
        new_count=len(prepared.new),
        doubts="\n".join(prepared.doubts),
        imported_at=now,
        imported_by=by,
    )
    StatementLine.objects.bulk_create((_row(statement, line) for line in prepared.new), batch_size=_AT_ONCE)
    return statement


def _row(statement: Statement, line: ReadLine) -> StatementLine:
    return StatementLine(
        statement=statement,
        account_id=statement.account_id,
        position=line.position,
        booked_on=line.booked_on,
        value_on=line.value_on,
        amount_minor=line.amount.minor,
        currency=line.amount.currency,
        sent_minor=line.sent.minor if line.sent else None,
        sent_currency=line.sent.currency if line.sent else "",
        reference=line.reference,
        payer_name=line.payer_name,
        payer_account=line.payer_account,
        kind=line.kind,
        bank_id=line.bank_id,
        occurrence=line.occurrence,
        raw=line.raw,
    )
