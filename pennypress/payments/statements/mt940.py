"""MT940: the bank's statement in SWIFT's tags, with the dialects of its field 86. Pure."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pennypress.money import Money
from pennypress.payments.statements import decoding
from pennypress.payments.statements import lines as reading
from pennypress.payments.statements.lines import CannotRead, Kind, ReadLine, ReadStatement

_TAG = re.compile(r":(\d\d[A-Z]?):(.*)")
_BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})(\d+,\d*)")
# Value date, entry date, mark, third letter of the currency, amount, type, the payer's reference, the bank's reference.
_LINE = re.compile(r"(\d{6})(\d{4})?(RC|RD|C|D)([A-Z])?(\d+,\d*)([A-Z][A-Z0-9]{3})(.*?)(?://(.*))?")
_SUBFIELD = re.compile(r"\d{3}([^\sA-Za-z0-9])(?=\d\d)")
# Keys within the purpose: "EREF+…" as German banks write them, "/EREF/…" as Dutch and British ones do.
_KEYS = "EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|REMI|NAME|IBAN|BIC|TRTP|ORDP|BENM|CSID|MARF|RTRN|PREF|ADDR|ISDT"
_PLUS = re.compile(rf"(?:^|(?<=[ ]))?({_KEYS})\+")
_SLASHES = re.compile(rf"/({_KEYS})/")
# Source: SWIFT's transaction types and the German banks' business transaction codes (the first three digits of 86).
_TYPES = {
    "STO": Kind.STANDING_ORDER,
    "DDT": Kind.DIRECT_DEBIT,
    "CHK": Kind.CHEQUE,
    "TRF": Kind.TRANSFER,
    "CHG": Kind.CHARGE,
    "COM": Kind.CHARGE,
    "INT": Kind.INTEREST,
    "RTI": Kind.RETURNED,
    "CLR": Kind.CHEQUE,
}
_CODES = {
    "152": Kind.STANDING_ORDER,
    "117": Kind.STANDING_ORDER,
    "166": Kind.TRANSFER,
    "191": Kind.TRANSFER,
    "105": Kind.DIRECT_DEBIT,
    "109": Kind.RETURNED,
    "159": Kind.RETURNED,
    "805": Kind.CHARGE,
    "808": Kind.CHARGE,
    "814": Kind.INTEREST,
}


@dataclass(slots=True)
class _Field:
    """One tag with its text; further lines are kept apart. `position` is the line of the file."""

    position: int
    tag: str
    text: list[str]

    @property
    def first(self) -> str:
        return self.text[0].strip()


def read(data: bytes) -> list[ReadStatement]:
    """This function will read every statement in the file, one for each field 20. Raises: CannotRead."""
    statements: list[list[_Field]] = []
    for field in _fields(decoding.text_of(data)):
        if field.tag == "20":
            statements.append([])
        if not statements:
            raise CannotRead(_("A statement begins with field 20, and this is field %(tag)s.") % {"tag": field.tag}, line=field.position)  # fmt: skip  # noqa: E501
        statements[-1].append(field)
    if not statements:
        raise CannotRead(_("The file holds no statement."), line=1)
    return [_statement(fields) for fields in statements]


def _fields(text: str) -> Iterator[_Field]:
    field: _Field | None = None
    for number, told in enumerate(text.splitlines(), start=1):
        line = re.sub(r"^(\{[1-5]:[^{}]*\})*(\{4:)?", "", told)
        if match := _TAG.match(line):
            if field is not None:
                yield field
            field = _Field(number, match[1], [match[2]])
        elif line.strip() in ("-", "-}", "") or line.startswith("-}"):
            continue
        elif field is not None:
            field.text.append(line)
        else:
            raise CannotRead(_("This is not an MT940 statement."), line=number)
    if field is not None:
        yield field


def _statement(fields: list[_Field]) -> ReadStatement:
    opening = _balance(fields, ("60F", "60M"))
    closing = _balance(fields, ("62F", "62M"))
    currency = opening.amount.currency
    if closing.amount.currency != currency:
        raise CannotRead(_("The statement opens in %(first)s and closes in %(last)s.") % {"first": currency, "last": closing.amount.currency}, line=closing.position)  # fmt: skip  # noqa: E501
    lines = [_line(field, _details(fields, index), currency) for index, field in enumerate(fields) if field.tag == "61"]
    days = [line.booked_on for line in lines]
    return ReadStatement(
        account_id=next((field.first for field in fields if field.tag == "25"), ""),
        currency=currency,
        opening=opening.amount,
        closing=closing.amount,
        from_on=min([*days, closing.on]),
        to_on=max([*days, closing.on]),
        lines=reading.numbered(lines),
        closing_position=closing.position,
    )


@dataclass(frozen=True, slots=True)
class _Balance:
    amount: Money
    on: dt.date
    position: int


def _balance(fields: list[_Field], tags: tuple[str, str]) -> _Balance:
    field = next((field for field in fields if field.tag in tags), None)
    if field is None:
        raise CannotRead(_("The statement has no opening or no closing balance."), line=fields[0].position)
    match = _BALANCE.fullmatch(field.first)
    if match is None:
        raise CannotRead(_("“%(text)s” is not a balance.") % {"text": field.first[:40]}, line=field.position)
    currency = reading.currency_of(match[3], line=field.position)
    amount = reading.amount_of(match[4].replace(",", "."), currency, line=field.position)
    return _Balance(-amount if match[1] == "D" else amount, _day(match[2], field.position), field.position)


def _day(yymmdd: str, line: int) -> dt.date:
    return reading.day_of(2000 + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:]), told=yymmdd, line=line)


def _details(fields: list[_Field], index: int) -> list[str]:
    follows = fields[index + 1] if index + 1 < len(fields) else None
    return follows.text if follows is not None and follows.tag == "86" else []


def _line(field: _Field, details: list[str], currency: str) -> ReadLine:
    match = _LINE.fullmatch(field.first)
    if match is None:
        raise CannotRead(
            _("“%(text)s” is not a line of a statement.") % {"text": field.first[:60]}, line=field.position
        )
    value_on = _day(match[1], field.position)
    amount = reading.amount_of(match[5].replace(",", "."), currency, line=field.position)
    told = _told(details)
    customer, bank = match[7].strip(), (match[8] or "").strip()
    parts = [told.purpose, "" if customer in ("NONREF", "") else customer, bank]
    return ReadLine(
        position=field.position,
        booked_on=_entry_day(match[2], value_on, field.position),
        value_on=value_on,
        # A reversed credit takes money out, a reversed debit brings it back.
        amount=amount if match[3] in ("C", "RD") else -amount,
        reference=reading.one_line(" ".join(part for part in parts if part), reading.LONGEST_REFERENCE),
        payer_name=reading.one_line(told.name, reading.LONGEST_NAME),
        payer_account=reading.one_line(told.account, reading.LONGEST_ACCOUNT),
        kind=Kind.RETURNED if match[3].startswith("R") else _kind(match[6], told.code),
        raw=reading.one_line(" ".join([*field.text, *details]), reading.LONGEST_RAW),
    )


def _entry_day(mmdd: str | None, value_on: dt.date, line: int) -> dt.date:
    """The day of booking has no year: it is the one that brings it nearest to the value date."""
    if mmdd is None:
        return value_on
    month, day = int(mmdd[:2]), int(mmdd[2:])
    year = value_on.year + (1 if value_on.month - month > 6 else -1 if month - value_on.month > 6 else 0)
    return reading.day_of(year, month, day, told=mmdd, line=line)


def _kind(swift: str, code: str) -> Kind:
    return _CODES.get(code) or _TYPES.get(swift[1:]) or Kind.OTHER


@dataclass(frozen=True, slots=True)
class _Told:
    """What field 86 says."""

    code: str = ""
    purpose: str = ""
    name: str = ""
    account: str = ""


def _told(details: list[str]) -> _Told:
    joined = "".join(details)
    mark = _SUBFIELD.match(joined)
    if mark:
        return _subfields(joined, mark[1])
    if _SLASHES.search(joined):
        keys = _keyed(_SLASHES, joined)
        purpose = " ".join(keys[key].strip("/ ") for key in ("REMI", "EREF", "PREF") if keys.get(key, "").strip("/ "))
        return _Told("", purpose, keys.get("NAME", "").strip("/ "), keys.get("IBAN", "").strip("/ "))
    return _Told(purpose=" ".join(details))


def _subfields(joined: str, mark: str) -> _Told:
    fields: dict[str, str] = {}
    for piece in re.split(re.escape(mark) + r"(?=\d\d)", joined[3:])[1:]:
        fields[piece[:2]] = fields.get(piece[:2], "") + piece[2:]
    purpose = "".join(fields.get(str(number), "") for number in (*range(20, 30), *range(60, 64)))
    keys = _keyed(_PLUS, purpose)
    if keys:
        end_to_end = keys.get("EREF", "").strip()
        told = [keys.get("SVWZ", "").strip(), "" if end_to_end == "NOTPROVIDED" else end_to_end]
        purpose = " ".join(part for part in (keys.get("", "").strip(), *told) if part)
    return _Told(
        code=joined[:3],
        purpose=purpose or fields.get("00", ""),
        name=fields.get("32", "") + fields.get("33", ""),
        account=fields.get("31", "").strip(),
    )


def _keyed(pattern: re.Pattern[str], text: str) -> dict[str, str]:
    """The values after each key; what stands before the first has the key "". Empty where there is no key at all."""
    pieces = pattern.split(text)
    if len(pieces) == 1:
        return {}
    return {"": pieces[0], **dict(zip(pieces[1::2], pieces[2::2], strict=True))}
