"""Statements in each format: what the bank wrote is found again, to the penny, by another program's reading as well."""

import datetime as dt
import io
import re

import mt940 as mt940_second_opinion
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ofxtools.Parser import OFXTree

from pennypress.money import Money
from pennypress.payments.statements import csv_mapping, reading
from pennypress.payments.statements.lines import Kind
from tests.payments.statements import written
from tests.payments.statements.written import LINES, Told, gbp

WRITERS = {
    "camt053.02": lambda lines, opening: written.camt053(lines, opening=opening),
    "camt053.08": lambda lines, opening: written.camt053(lines, opening=opening, version="08"),
    "mt940": lambda lines, opening: written.mt940(lines, opening=opening),
    "ofx1": lambda lines, opening: written.ofx(lines, opening=opening),
    "ofx2": lambda lines, opening: written.ofx(lines, opening=opening, version=2),
    "csv": lambda lines, opening: written.csv(lines, opening=opening),
    "csv, newest first": lambda lines, opening: written.csv(lines, opening=opening, newest_first=True),
}
LAYOUT = csv_mapping.guess(written.csv())


def read_one(data: bytes):
    (statement,) = reading.read(data, layout=LAYOUT).statements
    return statement


WORDS = st.text(
    st.characters(codec="cp1252", categories=["L", "N"], exclude_characters="?+/{}:"), min_size=1, max_size=20
)


def _is_utf8_besides(data: bytes) -> bool:
    """Whether a file in Windows' letters is one in UTF-8 as well, as which it is read: nothing in it says which it is."""
    try:
        return not data.isascii() and bool(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


@st.composite
def told(draw):
    """Lines of a statement, in order of time, with ids that the bank gave once each."""
    days = sorted(draw(st.lists(st.dates(dt.date(2026, 1, 1), dt.date(2026, 11, 30)), min_size=1, max_size=12)))
    minors = st.integers(-10_000_000, 10_000_000).filter(bool)
    return [
        Told(day, draw(minors), draw(WORDS), draw(WORDS), "12345678", f"ID{index}") for index, day in enumerate(days)
    ]


@pytest.mark.parametrize("form", WRITERS)
class TestEveryFormat:
    def test_a_statement_is_read_whole(self, form):
        statement = read_one(WRITERS[form](LINES, 100_000))

        assert (statement.opening, statement.closing) == (gbp(100_000), gbp(100_000 + written.total(LINES)))
        assert [line.amount for line in statement.lines] == [gbp(line.minor) for line in LINES]
        assert [line.booked_on for line in statement.lines] == [line.on for line in LINES]
        assert statement.lines[0].reference.startswith("PP-4K7M2")
        assert statement.lines[2].payer_name == "Zoë Ångström & Sons"

    @settings(deadline=None)
    @given(lines=told(), opening=st.integers(-10_000_000, 10_000_000))
    def test_what_was_written_is_found_again(self, form, lines, opening):
        data = WRITERS[form](lines, opening)
        assume(form != "ofx1" or not _is_utf8_besides(data))
        statement = read_one(data)

        found = [(line.booked_on, line.amount.minor, line.payer_name) for line in statement.lines]
        assert found == [(line.on, line.minor, line.name) for line in lines]
        assert (statement.opening, statement.closing) == (gbp(opening), gbp(opening + written.total(lines)))

    def test_every_line_says_where_in_the_file_it_stands(self, form):
        data = WRITERS[form](LINES, 100_000)

        positions = [line.position for line in read_one(data).lines]

        assert len(set(positions)) == 3
        assert all(1 < position <= data.count(b"\n") + 1 for position in positions)


class TestADigitThatWasChanged:
    """Formats that tell both balances, or one after each line, cannot be off by a penny."""

    @pytest.mark.parametrize("form", ["camt053.02", "camt053.08", "mt940", "csv", "csv, newest first"])
    @settings(deadline=None)
    @given(data=st.data())
    def test_it_is_caught_wherever_it_is(self, form, data):
        lines = data.draw(told().filter(lambda lines: len(lines) > 1))
        whole = WRITERS[form](lines, 0)
        which = data.draw(st.integers(1, len(lines) - 1))
        amount = written.money(lines[which].minor, "," if form == "mt940" else ".").encode()
        places = [index for index in range(len(whole)) if whole.startswith(amount, index)]
        at = data.draw(st.sampled_from(places)) + data.draw(st.sampled_from([n for n, digit in enumerate(amount) if digit in b"0123456789"]))  # fmt: skip  # noqa: E501
        other = data.draw(st.sampled_from([digit for digit in b"0123456789" if digit != whole[at]]))
        changed = whole[:at] + bytes([other]) + whole[at + 1 :]

        try:
            found = read_one(changed)
        except reading.CannotRead as refusal:
            assert "Line " in str(refusal)  # noqa: PT017 - refusing is one of two good ends
        else:  # It stood in a name or a reference: then the money is what it was. Before the first line of a CSV file
            # no balance is told, so that its amount is proved by the statement before it (see the tests of taking in).
            unproved = 1 if form.startswith("csv") else 0
            assert [line.amount.minor for line in found.lines][unproved:] == [line.minor for line in lines][unproved:]

    def test_the_refusal_says_both_sums_and_the_line_of_the_balance(self):
        broken = written.mt940().replace(b"C10,00", b"C10,01")

        with pytest.raises(reading.CannotRead) as refusal:
            read_one(broken)

        assert refusal.value.line == 12
        assert "opens at £1,000.00; its 3 lines come to £1,239.07" in str(refusal.value)
        assert "−£0.01 is unexplained" in str(refusal.value)

    def test_a_line_that_is_there_twice_is_pointed_at(self):
        line = b":61:2611021102C10,00NTRFNONREF//B1\r\n"
        broken = written.mt940().replace(line, line + line)

        with pytest.raises(reading.CannotRead, match="once too often"):
            read_one(broken)

    def test_the_running_balance_names_the_very_line(self):
        broken = written.csv().replace(b",5.50,", b",5.05,")

        with pytest.raises(reading.CannotRead, match=r"^Line 3: The running balance does not add up"):
            read_one(broken)


class TestTheSecondOpinion:
    def test_mt940_reads_the_same_sums_and_days(self):
        theirs = mt940_second_opinion.parse(io.StringIO(written.mt940().decode()))

        ours = read_one(written.mt940()).lines

        assert [int(one.data["amount"].amount * 100) for one in theirs] == [line.amount.minor for line in ours]
        assert [one.data["date"] for one in theirs] == [line.value_on for line in ours]

    @pytest.mark.parametrize("version", [1, 2])
    def test_ofxtools_reads_the_same_sums_days_and_ids(self, version):
        data = written.ofx(version=version)
        tree = OFXTree()
        tree.parse(io.BytesIO(data))
        theirs = tree.convert().statements[0].transactions

        ours = read_one(data).lines

        assert [int(one.trnamt * 100) for one in theirs] == [line.amount.minor for line in ours]
        assert [one.fitid for one in theirs] == [line.bank_id for line in ours]
        assert [one.dtposted.date() for one in theirs] == [line.booked_on for line in ours]


def ofx_in(told, *, amount="25.00", version=1):
    """One payment of €30, in an account of pounds, as a bank tells of it."""
    marks = told if version == 1 else re.sub(r"<(CURRATE|CURSYM)>([^<]*)", r"<\1>\2</\1>", told)
    plain = written.ofx(
        [written.Told(dt.date(2026, 11, 2), 2500, "Euro gift", "A REED", "", "E1")], version=version
    ).decode()
    return plain.replace("25.00", amount, 1).replace("</STMTTRN>", f"{marks}</STMTTRN>").encode()


class TestForeignMoneyInOfx:
    ORIGINAL = "<ORIGCURRENCY><CURRATE>0.8333<CURSYM>EUR</ORIGCURRENCY>"
    FOREIGN = "<CURRENCY><CURRATE>0.8333<CURSYM>EUR</CURRENCY>"

    @pytest.mark.parametrize("version", [1, 2])
    @pytest.mark.parametrize(("told", "amount"), [(ORIGINAL, "25.00"), (FOREIGN, "30.00")])
    def test_keeps_both_amounts(self, told, amount, version):
        (line,) = read_one(ofx_in(told, amount=amount, version=version)).lines

        assert (line.amount, line.sent) == (Money(25_00, "GBP"), Money(30_00, "EUR"))

    def test_that_went_out_was_sent_above_zero(self):
        (line,) = read_one(ofx_in(self.FOREIGN, amount="-30.00")).lines

        assert (line.amount, line.sent) == (Money(-25_00, "GBP"), Money(30_00, "EUR"))

    def test_of_another_exponent_is_converted_to_its_own_units(self):
        (line,) = read_one(ofx_in(self.ORIGINAL.replace("EUR", "JPY").replace("0.8333", "0.005"))).lines

        assert (line.amount, line.sent) == (Money(25_00, "GBP"), Money(5_000, "JPY"))

    @pytest.mark.parametrize("told", [ORIGINAL.replace("EUR", "GBP"), FOREIGN.replace("EUR", "GBP")])
    def test_in_the_accounts_own_currency_is_not_foreign(self, told):
        (line,) = read_one(ofx_in(told)).lines

        assert (line.amount, line.sent) == (Money(25_00, "GBP"), None)

    @pytest.mark.parametrize("unread", ["<CURSYM>EUR", "<CURRATE>0<CURSYM>EUR", "<CURRATE>0.04<CURSYM>ZAR"])
    def test_that_was_converted_and_cannot_be_read_keeps_the_accounts_amount(self, unread):
        (line,) = read_one(ofx_in(f"<ORIGCURRENCY>{unread}</ORIGCURRENCY>")).lines

        assert (line.amount, line.sent) == (Money(25_00, "GBP"), None)

    @pytest.mark.parametrize("unread", ["<CURSYM>EUR", "<CURRATE>0.0<CURSYM>EUR", "<CURRATE>0.04<CURSYM>ZAR", "<CURRATE>999999999999<CURSYM>EUR"])  # fmt: skip  # noqa: E501
    def test_that_was_not_converted_and_cannot_be_is_refused_with_its_line(self, unread):
        with pytest.raises(reading.CannotRead, match=r"^Line \d+: "):
            read_one(ofx_in(f"<CURRENCY>{unread}</CURRENCY>", amount="3000000.00"))

    def test_ofxtools_sees_the_same_currency(self):
        tree = OFXTree()
        tree.parse(io.BytesIO(ofx_in(self.ORIGINAL, version=2)))
        theirs = tree.convert().statements[0].transactions[0]

        (ours,) = read_one(ofx_in(self.ORIGINAL, version=2)).lines

        assert (theirs.origcurrency.cursym, theirs.trnamt * 100) == (ours.sent.currency, ours.amount.minor)


class TestCamt:
    BATCH = """
      <Ntry>
        <Amt Ccy="GBP">30.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-09</Dt></BookgDt>
        <AcctSvcrRef>BATCH</AcctSvcrRef>
        <NtryDtls>
          <TxDtls><AmtDtls><TxAmt><Amt Ccy="GBP">{first}</Amt></TxAmt></AmtDtls>
            <RltdPties><Dbtr><Nm>Ann Lee</Nm></Dbtr></RltdPties></TxDtls>
          <TxDtls><AmtDtls><TxAmt><Amt Ccy="GBP">20.00</Amt></TxAmt></AmtDtls>
            <RltdPties><Dbtr><Nm>Bo Oak</Nm></Dbtr></RltdPties></TxDtls>
        </NtryDtls>
      </Ntry>"""

    def entries(self, text: str, minor: int) -> bytes:
        """A statement whose closing balance counts `text`, of `minor` in all, as well."""
        data = written.camt053([], opening=0, entries=text).decode()
        closing = (
            f'<Amt Ccy="GBP">{written.money(minor)}</Amt><CdtDbtInd>{"CRDT" if minor >= 0 else "DBIT"}</CdtDbtInd>'
        )
        head, tail = data.split("CLBD", 1)
        old = '<Amt Ccy="GBP">0.00</Amt>\n        <CdtDbtInd>CRDT</CdtDbtInd>'
        return (head + "CLBD" + tail.replace(old, closing, 1)).encode()

    def test_a_batch_is_divided_into_its_payments(self):
        statement = read_one(self.entries(self.BATCH.format(first="10.00"), 3000))

        told = [(line.payer_name, line.amount.minor, line.bank_id) for line in statement.lines]
        assert told == [("Ann Lee", 1000, "BATCH"), ("Bo Oak", 2000, "BATCH/2")]

    def test_a_batch_that_is_not_its_payments_is_refused(self):
        with pytest.raises(reading.CannotRead, match=r"come to £31.00, and the entry is of £30.00"):
            read_one(self.entries(self.BATCH.format(first="11.00"), 3000))

    def test_a_batch_without_amounts_stays_one_line_and_says_so(self):
        text = self.BATCH.format(first="10.00").replace('<TxAmt><Amt Ccy="GBP">10.00</Amt></TxAmt>', "")

        statement = read_one(self.entries(text, 3000))

        assert [line.amount.minor for line in statement.lines] == [3000]
        assert "2 payments in one" in statement.notes[0]

    def test_foreign_money_keeps_both_amounts(self):
        text = """
      <Ntry>
        <Amt Ccy="GBP">42.71</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-09</Dt></BookgDt>
        <NtryDtls><TxDtls><AmtDtls><InstdAmt><Amt Ccy="EUR">50.00</Amt></InstdAmt></AmtDtls></TxDtls></NtryDtls>
      </Ntry>"""

        (line,) = read_one(self.entries(text, 4271)).lines

        assert (line.amount, line.sent) == (gbp(4271), reading.Money(5000, "EUR"))

    def test_what_is_not_booked_yet_is_left_out_with_a_note(self):
        text = """
      <Ntry>
        <Amt Ccy="GBP">42.71</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts><BookgDt><Dt>2026-11-09</Dt></BookgDt>
      </Ntry>"""

        statement = read_one(self.entries(text, 0))

        assert statement.lines == ()
        assert "not booked yet (PDNG)" in statement.notes[0]

    def test_a_reversed_direct_debit_is_money_out_with_the_payer_named(self):
        text = """
      <Ntry>
        <Amt Ccy="GBP">10.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd><Sts>BOOK</Sts>
        <BookgDt><Dt>2026-11-09</Dt></BookgDt>
        <NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Ann Lee</Nm></Dbtr></RltdPties></TxDtls></NtryDtls>
      </Ntry>"""

        (line,) = read_one(self.entries(text, -1000)).lines

        assert (line.amount.minor, line.kind, line.payer_name) == (-1000, Kind.RETURNED, "Ann Lee")


HOSTILE = {
    "an entity": b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">&x;</Document>',
    "a billion laughs": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY b%d "%s">' % (n, (b"&b%d;" % (n - 1) if n else b"&a;") * 10) for n in range(9))
    + b']><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">&b8;</Document>',
    "another XML": b'<?xml version="1.0"?><rss><channel/></rss>',
    "nested too deep": b"<a>" * 100_000,
    "OFX with an entity": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><OFX><STMTRS>&a;</STMTRS></OFX>',
    "OFX cut short": b"OFXHEADER:100\r\n\r\n<OFX><STMTRS><CURDEF>GBP",
    "nothing": b" \r\n ",
    "a spreadsheet": b"PK\x03\x04rest",
    "too much": b"x" * 20_000_001,
    "noughts": b"Date,Amount\n1/1/2026,\x00\n",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_statement_is_refused_in_words(data):
    with pytest.raises(reading.CannotRead) as refusal:
        reading.read(data, layout=LAYOUT)

    assert "/etc/passwd" not in str(refusal.value)
    assert len(str(refusal.value)) > 10


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail_in_any_other_way(data):
    for head in (b"", b"<", b"OFXHEADER:100\n<OFX><STMTRS>", b":20:A\n:25:B\n", written.csv()):
        try:
            reading.read(head + data, layout=LAYOUT)
        except reading.CannotRead:
            continue


def test_two_payments_that_are_truly_alike_both_count():
    alike = [Told(dt.date(2026, 11, 2), 1000, "THANKS", "A REED")] * 2

    lines = read_one(written.csv(alike)).lines

    assert [line.occurrence for line in lines] == [1, 2]
