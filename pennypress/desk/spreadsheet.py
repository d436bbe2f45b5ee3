"""Lists as CSV for a spreadsheet, which must not take a name for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

# What Excel, LibreOffice and Numbers take for the beginning of a formula or a command, also after white space.
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "−")

_AMOUNT = re.compile(r"-?\d+(\.\d+)?")


def defused(cell: object) -> object:
    """This function will put an apostrophe before text that a spreadsheet would run; numbers stay numbers.

    >>> defused("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    >>> defused(-5)
    -5
    """
    if isinstance(cell, str) and (cell.startswith(_BEGINS_A_FORMULA) or cell.lstrip().startswith(_BEGINS_A_FORMULA)):
        return f"'{cell}"
    return cell


def download(filename: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """This function will answer with a CSV file, every cell but amounts defused, readable by Excel as UTF-8."""
    return _answer(filename, head, rows, mark="\ufeff")


def for_a_program(filename: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """This function will answer with a CSV file that a program reads: without the mark that Excel wants."""
    return _answer(filename, head, rows, mark="")


def _safe(cell: object) -> object:
    # "-12.50" is a number to a spreadsheet, and is to stay one.
    return cell if isinstance(cell, str) and _AMOUNT.fullmatch(cell) else defused(cell)


def _answer(filename: str, head: Sequence[str], rows: Iterable[Sequence[object]], *, mark: str) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    response = HttpResponse(mark + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
