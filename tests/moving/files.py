"""Files for tests of moving in: text, and workbooks made here."""

import io
import zipfile

from openpyxl import Workbook

GIFTS = """Date received;Donor;Sum;How;Town;Thanks
5/11/2024;Ada Reed;"£1,000.50";Cheque;Leeds;Name
06.11.24;Bea Hall;20;cash;Hull;
2023-12-31;;5;Collection;;
"""
BALANCES = """Code,Debit,Credit
1000,"£5,000.00",
1140,250,
3900,,4000
3990,,1250
"""


def a_workbook(*rows) -> bytes:
    """A workbook with one sheet of these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_member(workbook: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one more file in it, or another content for one that is there."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return target.getvalue()
