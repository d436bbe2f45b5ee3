"""Reading a file of rows: CSV as it comes out of a spreadsheet or an old system, or XLSX. Pure.

Tolerant of encodings, separators and the names of columns; intolerant of size, macros and formulas. Nothing in a file is
ever evaluated, and nothing is fetched for it.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

LARGEST = 10_000_000
MOST_ROWS = 20_000
LONGEST_CELL = 1_000


class CannotRead(ValueError):
    """The file cannot be read as rows; the text says why and what would do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file, and its cells by the name of the column as we call it. `trouble` is why it is bad
    before anybody has looked at what it says."""

    line: int
    cells: Mapping[str, str]
    trouble: str = ""

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


def rows(content: bytes, *, aliases: Mapping[str, tuple[str, ...]], required: tuple[str, ...]) -> list[Row]:
    """This function will read a file's rows under its first line, which names the columns.

    `aliases` gives each of our names the other names under which a column may stand. Empty lines are left out, and
    columns that nobody asked for. Raises: CannotRead.
    """
    if not content:
        raise CannotRead(_("The file is empty."))
    if len(content) > LARGEST:
        raise CannotRead(_("The file is larger than %(most)s MB.") % {"most": LARGEST // 1_000_000})
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise CannotRead(_("This is a workbook of the old kind (.xls). Save it as .xlsx or CSV."))
    # Workbooks are read by a large library, which is loaded when the first one comes.
    lines = import_string("pennypress.moving.workbooks.lines") if content.startswith(b"PK") else _csv
    return list(_named(lines(content), aliases, required))


def _named(
    lines: Iterator[tuple[int, list[str], str]], aliases: Mapping[str, tuple[str, ...]], required: tuple[str, ...]
) -> Iterator[Row]:
    head = next(((number, cells) for number, cells, _trouble in lines if any(cells)), None)
    if head is None:
        raise CannotRead(_("The file has no rows."))
    names = _names(head[1], aliases, required)
    count = 0
    for number, cells, trouble in lines:
        if not any(cells):
            continue
        count += 1
        if count > MOST_ROWS:
            raise CannotRead(_("The file has more than %(most)s rows: cut it in pieces.") % {"most": MOST_ROWS})
        if any(len(cell) > LONGEST_CELL for cell in cells):
            trouble = trouble or _("a cell is longer than %(most)s characters") % {"most": LONGEST_CELL}
        if any(cells[len(names) :]):
            trouble = trouble or _("it has more cells than the first line has names")
        told = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}
        yield Row(number, told, trouble)
    if not count:
        raise CannotRead(_("The file has no rows under its first line."))


def _names(cells: list[str], aliases: Mapping[str, tuple[str, ...]], required: tuple[str, ...]) -> list[str]:
    known = {_plain(other): name for name, others in aliases.items() for other in (name, *others)}
    names = [known.get(_plain(cell), "") for cell in cells]
    twice = {name for name in names if name and names.count(name) > 1}
    if twice:
        raise CannotRead(_("Two columns both say: %(names)s.") % {"names": ", ".join(sorted(twice))})
    missing = [name for name in required if name not in names]
    if missing:
        raise CannotRead(
            _("The first line must name the columns. Not found: %(names)s.") % {"names": ", ".join(missing)}
        )
    return names


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _csv(content: bytes) -> Iterator[tuple[int, list[str], str]]:
    text = _decoded(content)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise CannotRead(
                _("Line %(line)s cannot be read: a quotation mark is not closed, or stands in the wrong place.")
                % {"line": reader.line_num}
            ) from error
        yield reader.line_num, [cell.strip() for cell in cells], ""


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise CannotRead(_("The file is neither CSV nor XLSX: its text cannot be read."))
