"""Reading a workbook, XLSX as spreadsheets write it: looked into before it is unpacked, and no formula of it evaluated."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from pennypress.moving.reading import CannotRead

LARGEST_UNPACKED = 100_000_000


def lines(content: bytes) -> Iterator[tuple[int, list[str], str]]:
    """This function will give a workbook's rows: their numbers, their cells, and what is wrong with them. Raises: CannotRead."""
    _require_harmless(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_vba=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(), 1):
            values = [_text(cell.value) for cell in cells]
            formula = any(cell.data_type == "f" for cell in cells)
            yield number, values, _("a cell holds a formula: save the values instead") if formula else ""
    except (KeyError, IndexError, ValueError, zipfile.BadZipFile, InvalidFileException, SyntaxError) as error:
        raise CannotRead(_("The workbook is damaged, or of a kind that cannot be read. Save it as CSV.")) from error


def _require_harmless(content: bytes) -> None:
    """Looks into the packed workbook before anybody unpacks it: its size, macros, and XML that defines things."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
            if sum(member.file_size for member in members) > LARGEST_UNPACKED or len(members) > 1_000:
                raise CannotRead(_("The workbook unpacks to more than it should."))
            if any("vba" in member.filename.casefold() for member in members):
                raise CannotRead(_("The workbook holds macros. Save it as .xlsx without them, or as CSV."))
            for member in members:
                if member.filename.endswith((".xml", ".rels")) and _defines(packed, member):
                    raise CannotRead(_("The workbook's XML holds definitions, which no spreadsheet writes."))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise CannotRead(_("The workbook is damaged, or locked with a password.")) from error


def _defines(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    # What is unpacked is never more than the directory said, which was checked.
    with packed.open(member) as file:
        text = file.read(member.file_size)
    return b"<!doctype" in text[:100_000].lower() or b"<!entity" in text.lower() or b"<\x00!\x00" in text


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case dt.datetime():
            return value.date().isoformat()
        case dt.date():
            return value.isoformat()
        case float():
            # As a spreadsheet shows it: fifteen digits are all it has.
            return f"{value:.15g}"
        case _:
            return str(value).strip()
