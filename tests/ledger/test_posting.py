import datetime as dt

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from pennypress.ledger import balances, chart, posting
from pennypress.ledger.models import Entry, Line
from pennypress.money import Money

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 7, 12, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 7)


def a_posted_gift(key="gift-1", minor=2500):
    amount = Money(minor, "GBP")
    sides = [posting.debit(chart.BANK, amount), posting.credit(chart.GIFTS, amount)]
    return posting.post(key=key, on=TODAY, memo="A gift", sides=sides, now=NOW)


def check_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused(statement, *parameters):
    with pytest.raises((DatabaseError, psycopg.Error)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_posted_entry_balances_and_shows_in_the_trial_balance():
    a_posted_gift()

    check_now()

    trial = balances.trial(on=TODAY, currency="GBP")
    assert trial.balances
    assert trial.total_debit == Money(2500, "GBP")


def test_posting_twice_under_one_key_is_harmless():
    first = a_posted_gift()

    again = a_posted_gift()

    assert again == first
    assert Line.objects.count() == 2


def test_a_key_cannot_stand_for_two_different_entries():
    a_posted_gift(minor=2500)

    with pytest.raises(posting.CannotPost):
        a_posted_gift(minor=2600)

    assert Line.objects.count() == 2


def test_an_unbalanced_entry_is_refused_and_writes_nothing():
    sides = [posting.debit(chart.BANK, Money(100, "GBP")), posting.credit(chart.GIFTS, Money(99, "GBP"))]

    with pytest.raises(posting.CannotPost):
        posting.post(key="wrong", on=TODAY, memo="", sides=sides, now=NOW)

    assert not Entry.objects.exists()


def test_a_reversal_is_the_mirror_and_happens_once():
    entry = a_posted_gift()

    posting.reverse(entry=entry, key="undo-1", on=TODAY, memo="Undone", now=NOW)

    assert balances.of(account=chart.GIFTS, on=TODAY, currency="GBP") == Money(0, "GBP")
    with pytest.raises(posting.CannotPost):
        posting.reverse(entry=entry, key="undo-2", on=TODAY, memo="Undone again", now=NOW)


class TestTheDatabaseRefuses:
    def test_an_entry_with_no_lines(self):
        refused(
            "INSERT INTO ledger_entry (key, \"on\", memo, line_count, posted_at) VALUES ('bare', now(), '', 2, now())"
        )

    def test_an_entry_that_does_not_balance(self):
        refused(
            """WITH e AS (INSERT INTO ledger_entry (key, "on", memo, line_count, posted_at)
                          VALUES ('lame', now(), '', 2, now()) RETURNING id)
               INSERT INTO ledger_line (entry_id, account_id, amount_minor, currency)
               SELECT e.id, a.id, v.amount, 'GBP' FROM e, (VALUES ('1000', 100), ('4000', -99)) v(code, amount)
               JOIN ledger_account a USING (code)"""
        )

    def test_a_balanced_pair_added_to_an_old_entry(self):
        entry = a_posted_gift()
        check_now()

        refused(
            """INSERT INTO ledger_line (entry_id, account_id, amount_minor, currency)
               SELECT %s, id, v.amount, 'GBP' FROM ledger_account JOIN (VALUES ('1000', 5), ('4000', -5)) v(code, amount)
               USING (code)""",
            entry.pk,
        )

    def test_a_line_moved_to_another_entry(self):
        entry, other = a_posted_gift(), a_posted_gift(key="gift-2")

        refused("UPDATE ledger_line SET entry_id = %s WHERE entry_id = %s", other.pk, entry.pk)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_line SET amount_minor = amount_minor * 2",
            "DELETE FROM ledger_line",
            "TRUNCATE ledger_line CASCADE",
            "UPDATE ledger_entry SET memo = 'other'",
            "DELETE FROM ledger_entry",
            "TRUNCATE ledger_entry CASCADE",
            "ALTER TABLE ledger_line DISABLE TRIGGER ALL",
            "DROP TRIGGER ledger_line_append_only ON ledger_line",
        ],
    )
    def test_any_change_to_what_is_posted(self, statement):
        a_posted_gift()
        check_now()

        refused(statement)

        assert Line.objects.count() == 2
