"""Importing: every line of the account once, whatever comes again; and nothing at all of a file that is not right."""

import datetime as dt

import pytest

from pennypress.payments import bank, importing
from pennypress.payments.models import Statement, StatementFile, StatementLine
from pennypress.payments.statements import csv_mapping
from tests import builders
from tests.builders import NOW
from tests.payments.statements import written
from tests.payments.statements.written import LINES, Told


@pytest.fixture
def account(db):
    account = builders.a_bank_account()
    bank.settle_mapping(account=account, layout=csv_mapping.guess(written.csv()), by=None, now=NOW)
    return account


def take_in(account, data, **told):
    file = importing.keep(account=account, data=data, name="statement", by=None, now=NOW)
    return importing.book(file=file, by=None, now=NOW, **told)


FORMS = {
    "camt053": written.camt053,
    "mt940": written.mt940,
    "ofx": written.ofx,
    "csv": written.csv,
}


@pytest.mark.parametrize("form", FORMS)
class TestEveryFormat:
    def test_the_same_file_twice_gives_each_line_once(self, account, form):
        (first,) = take_in(account, FORMS[form]())

        (again,) = take_in(account, FORMS[form]())

        assert again == first
        assert (Statement.objects.count(), StatementLine.objects.count()) == (1, 3)

    def test_an_overlapping_file_brings_its_new_lines_alone(self, account, form):
        take_in(account, FORMS[form](LINES[:2]))

        (second,) = take_in(account, FORMS[form](LINES))

        assert (second.line_count, second.new_count) == (3, 1)
        assert [line.amount_minor for line in StatementLine.objects.order_by("booked_on")] == [1000, -550, 123456]

    def test_two_payments_alike_on_one_day_both_count_and_come_once(self, account, form):
        alike = [Told(dt.date(2026, 11, 2), 1000, "THANKS", "A REED", "", f"B{n}") for n in range(2)]
        take_in(account, FORMS[form](alike))

        take_in(account, FORMS[form]([*alike, Told(dt.date(2026, 11, 3), 500, "LATER", "B OAK", "", "B9")]))

        assert StatementLine.objects.filter(amount_minor=1000).count() == 2
        assert StatementLine.objects.count() == 3


BROKEN = {
    "a balance": written.mt940().replace(b"C10,00", b"C10,01"),
    "a date": written.csv().replace(b"03/11/2026", b"31/11/2026"),
    "an end": written.ofx()[:-60],
    "XML": written.camt053()[:-20],
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_file_with_one_thing_wrong_books_nothing_and_names_the_line(account, data):
    with pytest.raises(importing.CannotRead, match=r"^Line \d+: "):
        take_in(account, data)

    assert not StatementLine.objects.exists()
    assert not Statement.objects.exists()


def test_another_account_s_file_is_refused(account):
    with pytest.raises(importing.CannotImport, match="and not of Current account"):
        take_in(account, written.ofx().replace(b"12345678", b"87654321"))

    assert not StatementLine.objects.exists()


def test_another_currency_is_refused(db):
    account = builders.a_bank_account(currency="EUR")

    with pytest.raises(importing.CannotImport, match="in EUR, and this statement is in GBP"):
        take_in(account, written.mt940())


def test_the_same_days_in_another_format_are_refused(account):
    take_in(account, written.camt053())

    with pytest.raises(importing.CannotImport, match="the same days would count twice"):
        take_in(account, written.ofx())

    assert StatementLine.objects.count() == 3


def test_a_bank_s_number_that_comes_back_for_another_sum_is_refused(account):
    take_in(account, written.camt053(LINES[:1]))
    other = [Told(dt.date(2026, 11, 2), 2000, "PP-4K7M2", "A REED", "", "B1")]

    with pytest.raises(importing.CannotImport, match=r"stands already for £10\.00 on 02\.11\.2026"):
        take_in(account, written.camt053(other), accepts_doubts=True)


def test_a_statement_missing_between_two_is_told_and_asked_about(account):
    take_in(account, written.mt940(LINES[:1]))
    later = written.mt940(LINES[2:], opening=999_999)

    with pytest.raises(importing.CannotImport, match="is missing between them"):
        take_in(account, later)

    assert StatementLine.objects.count() == 1
    (accepted,) = take_in(account, later, accepts_doubts=True)
    assert "is missing between them" in accepted.doubts


def test_the_first_line_of_a_file_without_an_opening_is_proved_by_the_statement_before(account):
    take_in(account, written.csv(LINES[:1]))
    opening = 100_000 + LINES[0].minor
    changed = written.csv(LINES[1:], opening=opening).replace(b",5.50,", b",5.05,")

    with pytest.raises(importing.CannotImport, match=r"−?£0.45 is missing between them"):
        take_in(account, changed)


def test_a_mapping_changed_in_between_does_not_count_lines_twice(account):
    lines = [Told(dt.date(2026, 11, day), 1000, f"R{day}", "A REED") for day in (2, 3, 4)]
    take_in(account, written.csv(lines))
    other = csv_mapping.layout_from({**csv_mapping.guess(written.csv()).as_data(), "references": [2, 3]})
    bank.settle_mapping(account=account, layout=other, by=None, now=NOW)
    longer = written.csv([*lines, Told(dt.date(2026, 11, 5), 500, "R5", "B OAK")])

    with pytest.raises(importing.CannotImport, match="Has the mapping of its columns changed"):
        take_in(account, longer, accepts_doubts=True)

    assert StatementLine.objects.count() == 3


def test_a_file_is_kept_once_and_can_be_read_again(account):
    first = importing.keep(account=account, data=written.mt940(), name="a.sta", by=None, now=NOW)

    second = importing.keep(account=account, data=written.mt940(), name="b.sta", by=None, now=NOW)

    assert first == second
    assert StatementFile.objects.count() == 1
    assert importing.bytes_of(first) == written.mt940()


def test_two_statements_in_one_file_follow_each_other(account):
    first = written.mt940(LINES[:1])
    second = written.mt940(LINES[1:], opening=100_000 + LINES[0].minor)

    statements = take_in(account, first + second)

    assert [statement.new_count for statement in statements] == [1, 2]
