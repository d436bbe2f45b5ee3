"""OFX: what home banking exports, version 1 (SGML, whose elements need no end) and version 2 (XML). Pure."""

import datetime as dt
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import gettext as _

from pennypress import money
from pennypress.money import Money
from pennypress.payments.statements import decoding
from pennypress.payments.statements import lines as reading
from pennypress.payments.statements.lines import CannotRead, Kind, ReadLine, ReadStatement

_TOKEN = re.compile(r"<(/?)([A-Za-z0-9_.]+)\s*(/?)>([^<]*)")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.S)
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)(\d{4,6}(\.\d+)?)?\s*(\[[^\]]*\])?")
_STATEMENTS = ("STMTRS", "CCSTMTRS")
# Groups within a payment, whose values are kept under the group's name.
_INNER = ("BANKACCTTO", "BANKACCTFROM", "PAYEE", "CCACCTTO", "CCACCTFROM", "CURRENCY", "ORIGCURRENCY")
_RATE = re.compile(r"\d{1,12}([.,]\d{1,12})?", re.ASCII)
# Source: OFX 2.2, 11.4.4.3, transaction types.
_TYPES = {
    "REPEATPMT": Kind.STANDING_ORDER,
    "DIRECTDEP": Kind.TRANSFER,
    "XFER": Kind.TRANSFER,
    "CREDIT": Kind.TRANSFER,
    "PAYMENT": Kind.TRANSFER,
    "DIRECTDEBIT": Kind.DIRECT_DEBIT,
    "CHECK": Kind.CHEQUE,
    "DEP": Kind.CASH,
    "CASH": Kind.CASH,
    "POS": Kind.CARD,
    "ATM": Kind.CARD,
    "FEE": Kind.CHARGE,
    "SRVCHG": Kind.CHARGE,
    "INT": Kind.INTEREST,
}


@dataclass(slots=True)
class _Group:
    """The values that stand between two marks of the file, each with its line."""

    position: int
    values: dict[str, tuple[str, int]] = field(default_factory=dict)

    def get(self, *names: str) -> str:
        return next((self.values[name][0] for name in names if self.values.get(name, ("", 0))[0]), "")

    def line(self, name: str) -> int:
        return self.values.get(name, ("", self.position))[1]


@dataclass(slots=True)
class _Found:
    """One statement of the file as it is gathered."""

    head: _Group
    balance: _Group
    payments: list[_Group] = field(default_factory=list)


def read(data: bytes) -> list[ReadStatement]:
    """This function will read every statement of a bank account or card in the file. Raises: CannotRead.

    OFX tells the balance at the end and none at the beginning: the opening is worked out, and proves nothing.
    """
    text = _text(data)
    found = list(_gathered(text))
    if not found:
        raise CannotRead(_("The file holds no statement."), line=1)
    return [_statement(one) for one in found]


def _text(data: bytes) -> str:
    head = data[:1000].decode("ascii", "replace").upper()
    told = "ENCODING:UNICODE" in head or "ENCODING:UTF-8" in head or re.search(r"ENCODING=[\"']UTF-8", head)
    # Many programs say CHARSET:1252 and write UTF-8: what is valid UTF-8 is read as that.
    encoding = "utf-8" if told else "auto"
    text = decoding.text_of(data, encoding)
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.I):
        raise CannotRead(_("The file declares a document type, which no bank's statement does."), line=1)
    return _CDATA.sub(lambda match: html.escape(match[1], quote=False), text)


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Each mark as (name, value, line); the end of a group is "/NAME"."""
    line, last = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", last, match.start())
        last = match.start()
        value = " ".join(html.unescape(match[4]).split())
        yield f"{match[1]}{match[2].upper()}", value, line


def _gathered(text: str) -> Iterator[_Found]:
    found: _Found | None = None
    into: _Group | None = None
    inside: list[str] = []
    for name, value, line in _tokens(text):
        if name in _STATEMENTS:
            found = _Found(_Group(line), _Group(line))
            into = found.head
        elif found is None:
            continue
        elif name.removeprefix("/") in _STATEMENTS:
            yield found
            found = None
        elif name == "STMTTRN":
            into = _Group(line)
            found.payments.append(into)
            inside = []
        elif name == "LEDGERBAL":
            into = found.balance = _Group(line)
        elif name in ("/STMTTRN", "/LEDGERBAL", "/BANKTRANLIST"):
            into = found.head
        elif name == "AVAILBAL":
            into = None
        elif name in _INNER:
            inside = [name]
        elif name.removeprefix("/") in _INNER:
            inside = []
        elif into is not None and not name.startswith("/"):
            into.values.setdefault("/".join([*inside, name]), (value, line))
    if found is not None:
        raise CannotRead(_("The file ends in the middle of a statement."), line=text.count("\n") + 1)


def _statement(found: _Found) -> ReadStatement:
    head = found.head
    currency = reading.currency_of(head.get("CURDEF"), line=head.line("CURDEF"))
    if not found.balance.get("BALAMT"):
        raise CannotRead(_("The statement has no balance (LEDGERBAL)."), line=head.position)
    closing = _amount(found.balance, "BALAMT", currency)
    lines = [_line(one, currency) for one in found.payments]
    told = [day for day in (_optional_day(head, "DTSTART"), _optional_day(head, "DTEND")) if day]
    days = [line.booked_on for line in lines]
    return ReadStatement(
        account_id=_account(head),
        currency=currency,
        opening=closing - money.total([line.amount for line in lines], currency),
        closing=closing,
        from_on=min(days or told or [_day(found.balance, "DTASOF")]),
        to_on=max([*days, *told]) if days or told else _day(found.balance, "DTASOF"),
        lines=reading.numbered(lines),
        is_opening_told=False,
        closing_position=found.balance.line("BALAMT"),
    )


def _account(head: _Group) -> str:
    bank = head.get("BANKACCTFROM/BANKID")
    number = head.get("BANKACCTFROM/ACCTID", "CCACCTFROM/ACCTID")
    return f"{bank} {number}".strip()


def _line(group: _Group, currency: str) -> ReadLine:
    booked_on = _day(group, "DTPOSTED")
    kind = group.get("TRNTYPE").upper()
    reference = " ".join(
        part for part in (group.get("MEMO"), group.get("REFNUM"), group.get("CHECKNUM").lstrip("0")) if part
    )
    amount, sent = _both_amounts(group, currency)
    return ReadLine(
        position=group.position,
        booked_on=booked_on,
        value_on=_optional_day(group, "DTUSER") or booked_on,
        amount=amount,
        sent=sent,
        reference=reading.one_line(reference, reading.LONGEST_REFERENCE),
        payer_name=reading.one_line(group.get("NAME", "PAYEE/NAME"), reading.LONGEST_NAME),
        payer_account=reading.one_line(group.get("BANKACCTFROM/ACCTID", "BANKACCTTO/ACCTID"), reading.LONGEST_ACCOUNT),
        kind=_TYPES.get(kind, Kind.OTHER),
        bank_id=reading.one_line(group.get("FITID"), reading.LONGEST_ID),
        raw=reading.one_line(
            " ".join(f"{name} {value}" for name, (value, _line) in group.values.items()), reading.LONGEST_RAW
        ),
    )


def _both_amounts(group: _Group, currency: str) -> tuple[Money, Money | None]:
    """What the account was credited with, and for foreign money what was sent, always above zero.

    Source: OFX 2.2, 5.2: under CURRENCY the amount is the foreign one, under ORIGCURRENCY it has been converted, and the
    rate is the account's currency for one of the foreign. The other amount is worked out to the nearest minor unit.
    """
    foreign = _foreign(group, "CURRENCY", currency)
    if foreign:
        sent = _amount(group, "TRNAMT", reading.currency_of(foreign, line=group.line("CURRENCY/CURSYM")))
        return _converted(sent, currency, _rate(group, "CURRENCY/CURRATE"), group.position), _above_zero(sent)
    amount = _amount(group, "TRNAMT", currency)
    original = _foreign(group, "ORIGCURRENCY", currency)
    # The account has its own amount here: what the bank tells of the other and we cannot read is no reason to refuse.
    if original not in money.EXPONENTS or not _is_rate(group.get("ORIGCURRENCY/CURRATE")):
        return amount, None
    rate = _rate(group, "ORIGCURRENCY/CURRATE")
    return amount, _above_zero(_converted(amount, original, 1 / rate, group.position))


def _foreign(group: _Group, name: str, currency: str) -> str:
    """The currency that a payment is told in under this name, where it is not the account's own; else ""."""
    code = group.get(f"{name}/CURSYM").upper()
    return "" if code == currency else code


def _above_zero(amount: Money) -> Money | None:
    return max(amount, -amount) if amount else None


def _converted(amount: Money, currency: str, rate: Fraction, line: int) -> Money:
    scale = Fraction(10) ** (money.EXPONENTS[currency] - money.EXPONENTS[amount.currency])
    minor = round(amount.minor * rate * scale)
    if abs(minor) > money.LARGEST_MINOR:
        raise CannotRead(_("“%(text)s” is too large to be true.") % {"text": minor}, line=line)
    return Money(minor, currency)


def _rate(group: _Group, name: str) -> Fraction:
    told = group.get(name)
    if not _is_rate(told):
        words = _("Foreign money needs its rate, and “%(told)s” is none.")
        raise CannotRead(words % {"told": told[:30]}, line=group.line(name))
    return Fraction(told.replace(",", "."))


def _is_rate(told: str) -> bool:
    return _RATE.fullmatch(told) is not None and told.strip("0.,") != ""


def _amount(group: _Group, name: str, currency: str) -> Money:
    told, line = group.get(name), group.line(name)
    digits = told.lstrip("+-−").replace(",", ".")
    amount = reading.amount_of(digits, currency, line=line)
    return -amount if told.startswith(("-", "−")) else amount


def _day(group: _Group, name: str) -> dt.date:
    told, line = group.get(name), group.line(name)
    if not told:
        raise CannotRead(_("The date (%(name)s) is missing.") % {"name": name}, line=line)
    match = _DAY.fullmatch(told)
    if match is None:
        raise CannotRead(_("There is no such day as “%(told)s”.") % {"told": told[:30]}, line=line)
    # The day is the one on which the bank says it was, in the bank's own time.
    return reading.day_of(int(match[1]), int(match[2]), int(match[3]), told=told, line=line)


def _optional_day(group: _Group, name: str) -> dt.date | None:
    return _day(group, name) if group.get(name) else None
