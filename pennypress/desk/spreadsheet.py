"""Lists as CSV for a spreadsheet, which must not take a name for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

# What Excel, LibreOffice and Numbers take for the beginning of a formula or a command, also after white space.
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "−")


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
    """This function will answer with a CSV file, every cell defused, readable by Excel as UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    for row in rows:
        writer.writerow([defused(cell) for cell in row])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
