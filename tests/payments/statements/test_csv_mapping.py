"""CSV as banks write it: encodings, days, signs, commas; and what cannot be read is refused with its line."""

import pytest

from pennypress.payments.statements import csv_mapping, reading
from pennypress.payments.statements.csv_mapping import Layout
from pennypress.payments.statements.lines import Kind
from tests.payments.statements import written


def read(text: str | bytes, layout: Layout | None = None, currency: str = "GBP"):
    data = text.encode() if isinstance(text, str) else text
    (statement,) = reading.read(data, layout=layout or csv_mapping.guess(data), currency=currency).statements
    return statement


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_usual_encoding_is_read(encoding):
    statement = read(written.csv(encoding=encoding))

    assert statement.lines[2].payer_name == "Zoë Ångström & Sons"


def test_junk_before_the_header_is_passed_over():
    text = "Account name:,Harbour Press\nSort code,20-00-00\n\nDate,Description,Amount,Balance\n02/11/2026,REED A,10.00,10.00\n"

    statement = read(text)

    assert [line.position for line in statement.lines] == [5]


def test_a_file_without_a_header_is_guessed_from_its_cells():
    statement = read("02/11/2026;REED A;1.010,50;2.010,50\n03/11/2026;RENT;-10,50;2.000,00\n")

    assert [line.amount.minor for line in statement.lines] == [101_050, -1050]
    assert statement.opening == written.gbp(100_000)


@pytest.mark.parametrize(
    ("told", "order"),
    [
        ("07/11/2026", "dmy"),
        ("7 Nov 2026", "dmy"),
        ("07-Nov-26", "dmy"),
        ("07.11.2026", "dmy"),
        ("20261107", "ymd"),
        ("07112026", "dmy"),
        ("2026-11-07T10:11:12", "ymd"),
        ("Nov 7, 2026", "mdy"),
        ("11/07/2026", "mdy"),
    ],
)
def test_days_are_read_as_the_mapping_says(told, order):
    layout = Layout(delimiter=";", amount=1, date_order=order)

    (line,) = read(f"Date;Amount\n{told};5.00\n", layout).lines

    assert str(line.booked_on) == "2026-11-07"


@pytest.mark.parametrize(
    ("told", "minor"),
    [("1,234.50", 123_450), ("-5", -500), ("5.00-", -500), ("(5.00)", -500), ("£5.00", 500), ("−£5.00", -500),
     ("5.00 DR", -500), ("5.00CR", 500), ("+5", 500), ("5.00 GBP", 500)],
)  # fmt: skip
def test_amounts_are_read_as_banks_write_them(told, minor):
    assert csv_mapping.signed(told, ".", "GBP", line=1).minor == minor


@pytest.mark.parametrize("told", ["1.234.50", "5.001", "12,34.00", "five", "", "1e3", "--5", "٥"])
def test_amounts_that_could_mean_anything_else_are_refused(told):
    with pytest.raises(reading.CannotRead):
        csv_mapping.signed(told, ".", "GBP", line=1)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("30/02/2026,REED,10.00", "Line 3: There is no such day as “30/02/2026”."),
        ("soon,REED,10.00", "Line 3: “soon” is not a date."),
        ("03/11/2026,REED,ten", "Line 3: “ten” is not an amount."),
        ("03/11/2026,REED,", "Line 3: The amount is missing."),
        ("03/11/2026,REED,10.005", "Line 3: “10.005” has more decimals than GBP has."),
        ("03/11/2026", "Line 3: The amount is missing."),
    ],
)
def test_what_cannot_be_read_names_its_line(row, says):
    with pytest.raises(reading.CannotRead) as refusal:
        read(f"Date,Description,Amount\n02/11/2026,OAK,5.00\n{row}\n", Layout(amount=2, references=(1,)))

    assert str(refusal.value) == says


def test_a_line_with_money_in_and_out_at_once_is_refused():
    layout = Layout(credit=1, debit=2)

    with pytest.raises(reading.CannotRead, match=r"^Line 2: There must be either"):
        read("Date,In,Out\n02/11/2026,5.00,6.00\n", layout)


def test_a_closing_balance_read_elsewhere_gives_the_opening():
    data = b"Date,Description,Amount\n02/11/2026,OAK,5.00\n"
    layout = csv_mapping.guess(data)

    (statement,) = reading.read(data, layout=layout, closing=written.gbp(2000)).statements

    assert statement.opening == written.gbp(1500)


def test_a_layout_survives_being_saved():
    layout = csv_mapping.guess(written.csv())

    assert csv_mapping.layout_from(layout.as_data()) == layout


def test_the_bank_s_own_words_for_the_kind_are_understood():
    text = (
        "Date,Type,Description,Amount\n02/11/2026,STO,REED A,5.00\n03/11/2026,CHG,FEE,-1.00\n04/11/2026,UNP,CHQ,-9.00\n"
    )

    kinds = [line.kind for line in read(text).lines]

    assert kinds == [Kind.STANDING_ORDER, Kind.CHARGE, Kind.RETURNED]
