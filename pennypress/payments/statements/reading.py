"""Reading: which format a file is in, and its statements, each found to add up. Pure."""

import enum
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from pennypress.money import Money
from pennypress.payments.statements import balancing, camt053, csv_mapping, decoding, mt940, ofx
from pennypress.payments.statements.csv_mapping import Layout
from pennypress.payments.statements.lines import CannotRead, ReadStatement

__all__ = ["CannotRead", "Format", "Read", "format_of", "read"]


class Format(enum.StrEnum):
    CAMT053 = "camt053"
    MT940 = "mt940"
    OFX = "ofx"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds: its format and its statements, each of which adds up."""

    format: Format
    statements: tuple[ReadStatement, ...]


def format_of(data: bytes) -> Format:
    """This function will say which format a file is in: by what is in it, never by its name. Raises: CannotRead."""
    decoding.require_text(data)
    # UTF-16 has a nought beside each letter: without them its marks can be seen as well.
    head = data[:3000].replace(b"\x00", b"").decode("latin-1")
    if "OFXHEADER" in head.upper() or "<OFX>" in head.upper():
        return Format.OFX
    if head.lstrip("\ufeff\u00ef\u00bb\u00bf\u00ff\u00fe \r\n\t").startswith("<"):
        return Format.CAMT053
    if ":20:" in head and ":25:" in head:
        return Format.MT940
    return Format.CSV


def read(data: bytes, *, layout: Layout | None = None, currency: str = "GBP", closing: Money | None = None) -> Read:
    """This function will read a file whole, or refuse it whole. A CSV file needs its `layout` and the account's currency.

    `closing` is the balance that the treasurer read elsewhere, for a CSV file that tells none. Raises: CannotRead, naming
    the line.
    """
    found = format_of(data)
    match found:
        case Format.CAMT053:
            statements = camt053.read(data)
        case Format.MT940:
            statements = mt940.read(data)
        case Format.OFX:
            statements = ofx.read(data)
        case Format.CSV:
            if layout is None:
                raise CannotRead(_("Say first which column of this file is what."))
            statements = [_closed(csv_mapping.read(data, layout, currency=currency), closing)]
    for statement in statements:
        balancing.require(statement)
    return Read(found, tuple(statements))


def _closed(statement: ReadStatement, closing: Money | None) -> ReadStatement:
    if closing is None:
        return statement
    if statement.closing is not None and statement.closing != closing:
        raise CannotRead(
            _("The file closes at %(file)s, and you entered %(typed)s.")
            % {"file": statement.closing, "typed": closing},
            line=statement.closing_position,
        )
    opening = closing
    for line in statement.lines:
        opening = opening - line.amount
    return replace(statement, opening=opening, closing=closing)
