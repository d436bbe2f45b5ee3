"""Lines: what every reader of statements gives, whatever the bank's format, and the refusal that names a line. Pure."""

import datetime as dt
import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from pennypress.money import EXPONENTS, LARGEST_MINOR, Money

# What a payer wrote is kept this long; the raw text of a line, this long.
LONGEST_REFERENCE = 500
LONGEST_NAME = 200
LONGEST_ACCOUNT = 60
LONGEST_ID = 100
LONGEST_RAW = 4000

_DIGITS = re.compile(r"(\d+)(?:\.(\d*))?")


class CannotRead(ValueError):
    """The file is not a statement that we can book: the text says in which of its lines, and why. Nothing is booked."""

    def __init__(self, why: str, *, line: int = 0) -> None:
        self.why, self.line = why, line
        super().__init__(_("Line %(line)d: %(why)s") % {"line": line, "why": why} if line else why)


class Kind(enum.StrEnum):
    """How the bank says that a line came about, in our words; OTHER where it does not say, or says what we do not know."""

    STANDING_ORDER = "standing_order"
    TRANSFER = "transfer"
    DIRECT_DEBIT = "direct_debit"
    CHEQUE = "cheque"
    CASH = "cash"
    CARD = "card"
    CHARGE = "charge"
    INTEREST = "interest"
    RETURNED = "returned"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line of a statement. `amount` is above zero for money in; `position` is the line of the file it begins on.

    `sent` is the same money in the payer's own currency, where the bank tells it. `bank_id` is the bank's own name for
    this line and no other, or "" where it gives none; `occurrence` then numbers lines that are otherwise the same.
    """

    position: int
    booked_on: dt.date
    value_on: dt.date
    amount: Money
    reference: str = ""
    payer_name: str = ""
    payer_account: str = ""
    kind: Kind = Kind.OTHER
    bank_id: str = ""
    raw: str = ""
    sent: Money | None = None
    occurrence: int = 1


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """One statement of one account. `opening` and `closing` are None where the file tells no balance.

    `is_opening_told` is False where the opening was worked out from the closing: then the two prove nothing.
    """

    account_id: str
    currency: str
    opening: Money | None
    closing: Money | None
    from_on: dt.date
    to_on: dt.date
    lines: tuple[ReadLine, ...]
    is_opening_told: bool = True
    closing_position: int = 0
    notes: tuple[str, ...] = ()


def one_line(text: str, longest: int) -> str:
    """This function will bring text to one line without control characters, cut to `longest` characters."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(text.split())[:longest]


def currency_of(code: str, *, line: int) -> str:
    """This function will give a currency that we can keep books in. Raises: CannotRead."""
    if code not in EXPONENTS:
        raise CannotRead(_("“%(code)s” is not a currency that we know.") % {"code": code[:10]}, line=line)
    return code


def amount_of(digits: str, currency: str, *, line: int) -> Money:
    """This function will read digits with a decimal point ("1234.50", "15000.") as money, never rounding.

    >>> amount_of("1234.5", "GBP", line=1)
    Money(minor=123450, currency='GBP')

    Raises: CannotRead.
    """
    match = _DIGITS.fullmatch(digits) if digits.isascii() else None
    if match is None:
        raise CannotRead(_("“%(text)s” is not an amount.") % {"text": digits[:30]}, line=line)
    whole, part = match[1], (match[2] or "").rstrip("0")
    exponent = EXPONENTS[currency]
    if len(part) > exponent:
        raise CannotRead(_("“%(text)s” has more decimals than %(currency)s has.") % {"text": digits[:30], "currency": currency}, line=line)  # fmt: skip  # noqa: E501
    if len(whole) > 16 or (minor := int(whole + part.ljust(exponent, "0"))) > LARGEST_MINOR:
        raise CannotRead(_("“%(text)s” is too large to be true.") % {"text": digits[:30]}, line=line)
    return Money(minor, currency)


def day_of(year: int, month: int, day: int, *, told: str, line: int) -> dt.date:
    """This function will make a calendar day. A day that does not exist is refused, not moved. Raises: CannotRead."""
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise CannotRead(_("There is no such day as “%(told)s”.") % {"told": told[:30]}, line=line) from error


def numbered(lines: Sequence[ReadLine]) -> tuple[ReadLine, ...]:
    """This function will make lines of one file distinct, in order, and leave out those of nothing.

    Where the bank gives one id to several lines, the later ones get a number after it. Lines without an id that are the
    same in day, amount and reference are numbered among themselves: two payments that are truly alike both count.
    """
    ids: dict[str, int] = {}
    alike: dict[tuple[dt.date, int, str], int] = {}
    distinct = []
    for line in lines:
        if not line.amount:
            continue
        if line.bank_id:
            ids[line.bank_id] = again = ids.get(line.bank_id, 0) + 1
            distinct.append(line if again == 1 else replace(line, bank_id=f"{line.bank_id[: LONGEST_ID - 7]}/{again}"))
        else:
            key = (line.booked_on, line.amount.minor, line.reference)
            alike[key] = alike.get(key, 0) + 1
            distinct.append(replace(line, occurrence=alike[key]))
    return tuple(distinct)
