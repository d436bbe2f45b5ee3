"""CSV by a mapping: which column of a bank's own list says what. Guessed once, settled by the treasurer, and kept. Pure."""

import csv
import datetime as dt
import io
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pennypress.money import Money
from pennypress.payments.statements import balancing, decoding
from pennypress.payments.statements import lines as reading
from pennypress.payments.statements.lines import CannotRead, Kind, ReadLine, ReadStatement

DELIMITERS = {",": gettext_lazy("comma"), ";": gettext_lazy("semicolon"), "\t": gettext_lazy("tab"), "|": "|"}
DATE_ORDERS = {
    "dmy": gettext_lazy("day first: 07/11/2026, 7 Nov 2026"),
    "mdy": gettext_lazy("month first: 11/07/2026"),
    "ymd": gettext_lazy("year first: 2026-11-07"),
}
DECIMALS = {".": gettext_lazy("point: 1,234.50"), ",": gettext_lazy("comma: 1.234,50")}
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
_DATE = re.compile(r"\s*(\d{1,4}|[a-z]{3,9})[\s./-]*(\d{1,2}|[a-z]{3,9})[\s./,-]*(\d{2,4})(?:[ T].*)?", re.I)
_COMPACT = {"ymd": re.compile(r"(\d{4})(\d\d)(\d\d)"), "": re.compile(r"(\d\d)(\d\d)(\d{4})")}
# What banks call their columns, by what is in them. The first word of a list that matches wins.
_CALLED: dict[str, tuple[str, ...]] = {
    "date": ("date", "transaction date", "posting date", "booking date", "buchungstag", "datum"),
    "value_date": ("value date", "valuta", "wertstellung"),
    "credit": ("paid in", "money in", "credit", "credit amount", "in"),
    "debit": ("paid out", "money out", "debit", "debit amount", "out", "withdrawn"),
    "amount": ("amount", "value", "betrag", "bedrag", "transaction amount"),
    "balance": ("balance", "running balance", "saldo"),
    "name": ("name", "counter party", "counterparty", "payee", "merchant", "from/to", "beneficiary"),
    "account": ("account", "counterparty account", "iban", "payer account", "counter account"),
    "kind": ("type", "transaction type", "code"),
    "bank_id": ("transaction id", "id", "unique id"),
}
_REFERENCES = ("reference", "description", "transaction description", "details", "narrative", "memo", "notes", "text")
_KINDS = (
    (re.compile(r"\b(STO|S/O|SO|STANDING ORDER)\b"), Kind.STANDING_ORDER),
    (re.compile(r"\b(DD|D/D|DDR|DIRECT DEBIT)\b"), Kind.DIRECT_DEBIT),
    (re.compile(r"\b(RTN|UNP|UNPAID|RETURNED|BOUNCED)\b"), Kind.RETURNED),
    (re.compile(r"\b(CHQ|CHEQUE|CHECK|PAY IN|CR SLIP|BGC SLIP)\b"), Kind.CHEQUE),
    (re.compile(r"\b(CHG|CHARGES?|FEES?|COMMISSION)\b"), Kind.CHARGE),
    (re.compile(r"\b(INT|INTEREST)\b"), Kind.INTEREST),
    (re.compile(r"\b(FPI|FPO|BGC|BAC|BACS|TFR|TRF|FASTER PAYMENTS?|TRANSFER|BP|CR)\b"), Kind.TRANSFER),
    (re.compile(r"\b(CPT|ATM|CSH|CASH|DEP)\b"), Kind.CASH),
    (re.compile(r"\b(POS|DEB|CARD|VISA)\b"), Kind.CARD),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column (from 0; −1 for none) says what, and how it is written. Either `amount`, or `credit` and `debit`."""

    delimiter: str = ","
    encoding: str = "auto"
    skip: int = 0
    has_header: bool = True
    date: int = 0
    value_date: int = -1
    date_order: str = "dmy"
    amount: int = -1
    is_out_above_zero: bool = False
    credit: int = -1
    debit: int = -1
    decimal: str = "."
    name: int = -1
    account: int = -1
    references: tuple[int, ...] = ()
    kind: int = -1
    bank_id: int = -1
    balance: int = -1

    def as_data(self) -> dict[str, Any]:
        return {**asdict(self), "references": list(self.references)}


def layout_from(data: Mapping[str, Any]) -> Layout:
    """This function will make a layout of what was saved; what it does not know is left out."""
    known = {one.name for one in fields(Layout)}
    told = {name: value for name, value in data.items() if name in known}
    return Layout(**{**told, "references": tuple(told.get("references", ()))})


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file, and the line of the file on which it begins."""

    position: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        return self.cells[column].strip() if 0 <= column < len(self.cells) else ""


def rows(data: bytes, layout: Layout, *, most: int | None = None) -> list[Row]:
    """This function will give the file's rows, blank ones left out, the first `most` of them. Raises: CannotRead."""
    text = decoding.text_of(data, layout.encoding)
    if "\x00" in text:
        raise CannotRead(_("This is not text."), line=text[: text.index("\x00")].count("\n") + 1)
    return list(_rows(text, layout.delimiter, most))


def _rows(text: str, delimiter: str, most: int | None) -> Iterator[Row]:
    source = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    position, given = 1, 0
    try:
        for cells in source:
            if any(cell.strip() for cell in cells):
                yield Row(position, tuple(cells))
                given += 1
                if given == most:
                    return
            position = source.line_num + 1
    except csv.Error as error:
        raise CannotRead(_("The columns cannot be told apart here."), line=position) from error


def read(data: bytes, layout: Layout, *, currency: str, account_id: str = "") -> ReadStatement:
    """This function will read the one statement of the file, in order of time whatever the bank's order.

    Where there is a running balance, it is checked after each line. Raises: CannotRead, with the line.
    """
    _require_columns(layout)
    found = rows(data, layout)[layout.skip + (1 if layout.has_header else 0) :]
    if not found:
        raise CannotRead(_("The file holds no lines."))
    told = [(_line(row, layout, currency), _balance(row, layout, currency)) for row in found]
    told = _in_order(told)
    lines, balances = [line for line, _told in told], [balance for _line, balance in told if balance is not None]
    if balances:
        balancing.require_running(lines, balances)
    days = [line.booked_on for line in lines]
    return ReadStatement(
        account_id=account_id,
        currency=currency,
        opening=balances[0] - lines[0].amount if balances else None,
        closing=balances[-1] if balances else None,
        from_on=min(days),
        to_on=max(days),
        lines=reading.numbered(lines),
        is_opening_told=False,
        closing_position=lines[-1].position,
    )


def _require_columns(layout: Layout) -> None:
    if layout.date < 0:
        raise CannotRead(_("Say which column is the date."))
    if layout.amount < 0 and (layout.credit < 0 or layout.debit < 0):
        raise CannotRead(_("Say which column is the amount, or which two are money in and money out."))


_Told = tuple[ReadLine, Money | None]


def _in_order(told: list[_Told]) -> list[_Told]:
    """In order of time. Banks list the newest first as often as last; of one day alone, the running balance decides."""
    days = [line.booked_on for line, _balance in told]
    if days[0] > days[-1] or (days[0] == days[-1] and _runs(told[::-1]) and not _runs(told)):
        told = told[::-1]
        days = days[::-1]
    if days != sorted(days) and any(balance is None for _line, balance in told):
        return sorted(told, key=lambda one: one[0].booked_on)
    return told


def _runs(told: Sequence[_Told]) -> bool:
    return all(
        before is not None and after is not None and before + line.amount == after
        for (_first, before), (line, after) in itertools.pairwise(told)
    )


def _line(row: Row, layout: Layout, currency: str) -> ReadLine:
    booked_on = _day(row, layout.date, layout.date_order)
    reference = " ".join(part for part in (row.cell(column) for column in layout.references) if part)
    return ReadLine(
        position=row.position,
        booked_on=booked_on,
        value_on=_day(row, layout.value_date, layout.date_order) if row.cell(layout.value_date) else booked_on,
        amount=_amount(row, layout, currency),
        reference=reading.one_line(reference, reading.LONGEST_REFERENCE),
        payer_name=reading.one_line(row.cell(layout.name), reading.LONGEST_NAME),
        payer_account=reading.one_line(row.cell(layout.account), reading.LONGEST_ACCOUNT),
        kind=_kind(row.cell(layout.kind) or reference),
        bank_id=reading.one_line(row.cell(layout.bank_id), reading.LONGEST_ID),
        raw=reading.one_line(" ".join(row.cells), reading.LONGEST_RAW),
    )


def _kind(told: str) -> Kind:
    return next((kind for pattern, kind in _KINDS if pattern.search(told.upper())), Kind.OTHER)


def _amount(row: Row, layout: Layout, currency: str) -> Money:
    if layout.amount >= 0:
        told = row.cell(layout.amount)
        if not told:
            raise CannotRead(_("The amount is missing."), line=row.position)
        amount = signed(told, layout.decimal, currency, line=row.position)
        return -amount if layout.is_out_above_zero else amount
    into, out = row.cell(layout.credit), row.cell(layout.debit)
    if bool(into) == bool(out):
        both = [signed(told, layout.decimal, currency, line=row.position) for told in (into, out) if told]
        if len([one for one in both if one]) != 1:
            raise CannotRead(_("There must be either money in or money out, and not both."), line=row.position)
    credit = signed(into or "0", layout.decimal, currency, line=row.position)
    debit = signed(out or "0", layout.decimal, currency, line=row.position)
    # Some banks write money out below zero in its own column.
    return credit - (-debit if debit.minor < 0 else debit)


def _balance(row: Row, layout: Layout, currency: str) -> Money | None:
    if layout.balance < 0:
        return None
    told = row.cell(layout.balance)
    if not told:
        raise CannotRead(_("The balance is missing."), line=row.position)
    return signed(told, layout.decimal, currency, line=row.position)


def signed(told: str, decimal: str, currency: str, *, line: int) -> Money:
    """This function will read an amount as banks write it: "-1,234.50", "1.234,50-", "(12.00)", "£5", "12.00 DR".

    >>> signed("(1.234,50)", ",", "EUR", line=1)
    Money(minor=-123450, currency='EUR')

    Raises: CannotRead.
    """
    bare = re.sub(rf"[\s\u00a0\u202f£€$]|{currency}", "", told.upper().replace("−", "-"))
    is_out = False
    for pattern in (r"\((.*)\)", r"-(.*)", r"(.*)-", r"(.*)DR"):
        if match := re.fullmatch(pattern, bare):
            bare, is_out = match[1], True
            break
    bare = bare.removeprefix("+").removesuffix("CR")
    group = "," if decimal == "." else "."
    grouped = rf"\d{{1,3}}(?:[{group}']\d{{3}})+(?:[{decimal}]\d*)?"
    if re.fullmatch(grouped, bare):
        bare = bare.replace(group, "").replace("'", "")
    if group in bare or not re.fullmatch(rf"\d+({re.escape(decimal)}\d*)?", bare, re.ASCII):
        raise CannotRead(_("“%(text)s” is not an amount.") % {"text": told[:30]}, line=line)
    amount = reading.amount_of(bare.replace(decimal, "."), currency, line=line)
    return -amount if is_out else amount


def _day(row: Row, column: int, order: str) -> dt.date:
    told = row.cell(column)
    parts = _parts(told, order)
    if parts is None:
        raise CannotRead(_("“%(told)s” is not a date.") % {"told": told[:30]}, line=row.position)
    # Four figures first are a year, whatever the mapping says; a month in letters is a month wherever it stands.
    if (len(parts[0]) == 4 and parts[0].isdigit()) or order == "ymd":
        year, month, day = parts
    elif order == "mdy":
        month, day, year = parts
    else:
        day, month, year = parts
    if not day.isdigit():
        day, month = month, day
    number = int(month) if month.isdigit() else _MONTHS.get(month[:3].lower(), 0)
    if not (day.isdigit() and year.isdigit()):
        raise CannotRead(_("“%(told)s” is not a date.") % {"told": told[:30]}, line=row.position)
    full = int(year) + 2000 if len(year) == 2 else int(year)
    return reading.day_of(full, number, int(day), told=told, line=row.position)


def _parts(told: str, order: str = "dmy") -> tuple[str, str, str] | None:
    match = _COMPACT["ymd" if order == "ymd" else ""].fullmatch(told) or _DATE.fullmatch(told)
    return (match[1], match[2], match[3]) if match else None


def guess(data: bytes) -> Layout:
    """This function will guess a layout from the file's first rows, for the treasurer to look at. It books nothing.

    Raises: CannotRead when there is no text in it.
    """
    text = decoding.text_of(data)
    sample = text.splitlines()[:40]
    delimiter = max(DELIMITERS, key=lambda mark: sum(min(line.count(mark), 12) for line in sample))
    found = rows(data, Layout(delimiter=delimiter), most=40)
    widest = max((len(row.cells) for row in found), default=0)
    for index, row in enumerate(found):
        called = [_called(cell) for cell in row.cells]
        if "date" in called and ({"amount", "credit"} & set(called)):
            return _guessed(called, row, found[index + 1 :], delimiter, skip=index)
    first = next((index for index, row in enumerate(found) if len(row.cells) == widest), 0)
    return _without_header(found[first:], delimiter, skip=first)


def _called(cell: str) -> str:
    words = " ".join(re.sub(r"[^a-z/ ]", " ", cell.lower()).split())
    if words.startswith(_REFERENCES):
        return "reference"
    for name, called in _CALLED.items():
        if words in called or any(words.startswith(f"{one} ") for one in called):
            return name
    return ""


def _guessed(called: list[str], head: Row, below: list[Row], delimiter: str, *, skip: int) -> Layout:
    columns = {name: called.index(name) for name in _CALLED if name in called}
    if "credit" in columns and "debit" in columns:
        columns.pop("amount", None)
    references = tuple(index for index, name in enumerate(called) if name == "reference")
    guessed = Layout(
        delimiter=delimiter,
        skip=skip,
        references=references,
        date_order=_order([row.cell(columns["date"]) for row in below]),
        decimal=_decimal(below, [columns[name] for name in ("amount", "credit", "debit") if name in columns]),
    )
    return layout_from({**guessed.as_data(), **columns})


def _without_header(found: list[Row], delimiter: str, *, skip: int) -> Layout:
    width = max((len(row.cells) for row in found), default=0)
    by_column = [[row.cell(column) for row in found] for column in range(width)]
    dates = [index for index, cells in enumerate(by_column) if cells and all(_parts(cell) for cell in cells)]
    figures = [index for index, cells in enumerate(by_column) if index not in dates and _is_figures(cells)]
    rest = tuple(index for index in range(width) if index not in (*dates, *figures))
    return Layout(
        delimiter=delimiter,
        skip=skip,
        has_header=False,
        date=dates[0] if dates else -1,
        amount=figures[0] if figures else -1,
        balance=figures[1] if len(figures) == 2 else -1,
        references=rest,
        date_order=_order(by_column[dates[0]]) if dates else "dmy",
        decimal=_decimal(found, figures),
    )


def _is_figures(cells: list[str]) -> bool:
    return any(cells) and all(re.fullmatch(r"[-+−(£€$\s]*[\d.,' ]+[)\-\s]*", cell) for cell in cells if cell)


def _order(dates: list[str]) -> str:
    parts = [found for found in map(_parts, dates) if found]
    if parts and all(len(one[0]) == 4 for one in parts):
        return "ymd"
    if any(one[1].isdigit() and int(one[1]) > 12 for one in parts):
        return "mdy"
    return "dmy"


def _decimal(found: list[Row], columns: list[int]) -> str:
    cells = [row.cell(column) for row in found for column in columns]
    commas = sum(bool(re.search(r",\d{1,2}\D*$", cell)) for cell in cells)
    points = sum(bool(re.search(r"\.\d{1,2}\D*$", cell)) for cell in cells)
    return "," if commas > points else "."
