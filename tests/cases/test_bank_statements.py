"""Statements from other projects' test suites. Some are wrong on purpose: each of those is refused, and says why and where."""

from pathlib import Path

import pytest

from pennypress.payments.statements import mt940, reading
from pennypress.payments.statements.lines import Kind

FOLDER = next(
    (
        parent / "shared" / "cases" / "bank"
        for parent in Path(__file__).resolve().parents
        if (parent / "shared" / "cases" / "bank").is_dir()
    ),
    None,
)
pytestmark = pytest.mark.skipif(FOLDER is None, reason="../shared/cases/bank is not beside this repository")


def read(name):
    return reading.read((FOLDER / name).read_bytes()).statements


def test_sgml_without_ends_is_read():
    (statement,) = read("bank_medium.ofx")

    assert [line.amount.minor for line in statement.lines] == [-660, -31667, -2200]
    assert (statement.opening.minor, statement.closing.minor) == (72761, 38234)
    assert [str(line.booked_on) for line in statement.lines] == ["2009-04-01", "2009-04-02", "2009-04-03"]


def test_two_statements_in_one_file_are_two():
    first, second = read("camt053.v2.multi.statement.xml")

    assert (first.closing, second.opening) == (second.opening, first.closing)
    assert [line.amount.minor for line in (*first.lines, *second.lines)] == [885, -700]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("camt053.v2.minimal.xml", "Line 54: The account is in EUR, but this balance is in SEK."),
        ("camt053.v2.wrong.xml", "Line 2: The file holds no statement."),
        ("date_missing.ofx", "Line 33: The date (DTPOSTED) is missing."),
        ("mt940_february_30.sta", "Line 6: There is no such day as “160230”."),
        ("mt940_sepa_snippet.sta", "€300.08 is unexplained."),
        ("mt940_triodos.sta", "€111.40 is unexplained."),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(name, says):
    with pytest.raises(reading.CannotRead) as refusal:
        read(name)

    assert says in str(refusal.value)
    assert refusal.value.line > 0


def test_the_lines_of_a_statement_that_does_not_add_up_can_be_read_all_the_same():
    """Their dialects of field 86 are real, whatever was cut from the file."""
    first, second = mt940.read((FOLDER / "mt940_sepa_snippet.sta").read_bytes())
    (triodos,) = mt940.read((FOLDER / "mt940_triodos.sta").read_bytes())

    assert first.lines[0].payer_name == "KARL KAUFMANN"
    assert first.lines[0].payer_account == "DE14508800500194785000"
    assert second.lines[0].kind == Kind.RETURNED
    assert triodos.lines[0].reference.startswith("ALGEMENE TUSSENREKENING KOSTEN VAN 01-10-2010")
    assert triodos.lines[0].payer_account == "0390123456"
