"""Files are read as people have them, and as nothing more."""

import datetime as dt

import pytest

from pennypress.moving import fields, gifts, reading, workbooks
from pennypress.moving.fields import CannotTell
from pennypress.moving.reading import CannotRead
from tests.moving.files import GIFTS, a_workbook, with_member

HEAD = ["Date", "Amount", "Method", "Name"]


def read(content):
    return reading.rows(content, aliases=gifts.ALIASES, required=gifts.REQUIRED)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_text_is_read_however_it_was_saved(encoding, separator, ending):
    text = GIFTS.replace(";", separator).replace("\n", ending).replace("Ada Reed", "Zoë Reed")

    rows = read(text.encode(encoding))

    assert [row.line for row in rows] == [2, 3, 4]
    assert rows[0]["name"] == "Zoë Reed"
    assert rows[0]["amount"] == "£1,000.50"
    assert rows[1]["place"] == "Hull"


def test_a_workbook_is_read_with_its_days_and_numbers():
    rows = read(
        a_workbook(HEAD, [dt.datetime(2024, 11, 5), 1000.5, "Cheque", "Ada Reed"], [], ["6/11/2024", 20, "cash", ""])
    )

    assert [row.line for row in rows] == [2, 4]
    assert (rows[0]["date"], rows[0]["amount"]) == ("2024-11-05", "1000.5")
    assert rows[1]["amount"] == "20"


def test_a_formula_is_not_evaluated_and_its_row_is_bad():
    rows = read(a_workbook(HEAD, ["5/11/2024", "=10+10", "cheque", "Ada"], ["5/11/2024", 20, "cheque", "Bea"]))

    assert "formula" in rows[0].trouble
    assert rows[1].trouble == ""


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"x" * (reading.LARGEST + 1), "larger"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "old kind"),
        (b"PK\x03\x04 no zip at all", "damaged"),
        (b"\x00\x01\x02", "cannot be read"),
        (b"Date,Amount\n5/11/2024,20\n", "Not found: method"),
        (b"Date,Date received,Amount,Method\n1,2,3,4\n", "Two columns"),
        (b"Date,Amount,Method\n", "no rows"),
        (b'Date,Amount,Method\n5/11/2024,"20,cheque\n', "quotation mark"),
        (with_member(a_workbook(HEAD, ["5/11/2024", 20, "cheque", "Ada"]), "xl/vbaProject.bin", b"macro"), "macros"),
        (
            with_member(a_workbook(HEAD, ["5/11/2024", 20, "cheque", "Ada"]), "xl/sharedStrings.xml", BOMB),
            "definitions",
        ),
        (with_member(a_workbook(HEAD, []), "xl/media/blank.bin", b"\0" * (workbooks.LARGEST_UNPACKED + 1)), "unpacks"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(content, words):
    with pytest.raises(CannotRead, match=words):
        read(content)


def test_too_many_rows_are_refused():
    with pytest.raises(CannotRead, match="more than 20000 rows"):
        read(b"Date,Amount,Method\n" + b"5/11/2024,1,cash\n" * (reading.MOST_ROWS + 1))


def test_a_row_with_more_cells_than_names_is_bad():
    (row,) = read(b"Date,Amount,Method\n5/11/2024,20,cheque,Ada\n")

    assert "more cells" in row.trouble


@pytest.mark.parametrize(
    "text",
    ["5/11/2024", "05.11.2024", "5-11-24", "5 Nov 2024", "5th November 2024", "2024-11-05", "2024-11-05 00:00:00"],
)
def test_the_day_comes_first(text):
    assert fields.day(text) == dt.date(2024, 11, 5)


@pytest.mark.parametrize("text", ["", "11/31/2024", "31/11/2024", "soon", "5 Foo 2024", "5/11/0024"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(CannotTell):
        fields.day(text)


@pytest.mark.parametrize("text", ["", "0", "0.00", "-5", "(5.00)", "−5", "5.005", "five", "€5", "1e3", "5-"])
def test_what_is_no_amount_above_zero_is_refused(text):
    with pytest.raises(CannotTell):
        fields.amount(text, "GBP")
