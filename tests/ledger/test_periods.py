"""Closing a period: the database refuses what is dated there, what must come falls to the first open day, and no race."""

import datetime as dt
import threading

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from pennypress import laws
from pennypress.ledger import chart, journal, periods, posting
from pennypress.ledger import laws as ledger_laws
from pennypress.ledger.models import Entry, PeriodClose
from pennypress.money import Money
from tests import databases

NOW = dt.datetime(2026, 11, 7, 12, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 7)
CLOSED = dt.date(2026, 10, 31)
RAW = """WITH e AS (INSERT INTO ledger_entry (key, "on", memo, line_count, posted_at)
             VALUES ('raw', '2026-10-31', '', 2, now()) RETURNING id)
         INSERT INTO ledger_line (entry_id, account_id, amount_minor, currency)
         SELECT e.id, a.id, v.amount, 'GBP' FROM e, (VALUES ('1000', 100), ('4900', -100)) v(code, amount)
         JOIN ledger_account a USING (code)"""


def close(through=CLOSED):
    return periods.close(through=through, by="Tom Treasurer", note="", today=TODAY, now=NOW)


def post(on, key="one"):
    amount = Money(2500, "GBP")
    sides = [posting.debit(chart.BANK, amount), posting.credit(chart.OTHER_INCOME, amount)]
    return posting.post(key=key, on=on, memo="Rent of the hall", sides=sides, now=NOW)


def broken():
    return [finding.law.name for finding in laws.run(ledger_laws.LAWS) if not finding.holds]


@pytest.mark.django_db
class TestAfterClosing:
    def test_an_entry_of_a_closed_day_falls_to_the_first_open_one_and_keeps_both(self):
        close()

        entry = post(dt.date(2026, 9, 3))

        entry.refresh_from_db()
        assert (entry.on, entry.meant_on) == (dt.date(2026, 11, 1), dt.date(2026, 9, 3))
        assert broken() == []

    def test_an_entry_of_an_open_day_stays(self):
        close()

        entry = post(TODAY)

        assert (entry.on, entry.meant_on) == (TODAY, None)

    def test_the_database_refuses_a_closed_day_past_the_function(self):
        close()

        with pytest.raises((DatabaseError, psycopg.Error)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(RAW)

        assert not Entry.objects.exists()

    def test_the_control_before_closing_the_same_statement_is_taken(self):
        with connection.cursor() as cursor:
            cursor.execute(RAW)

        assert Entry.objects.count() == 1

    def test_what_stood_before_stays_and_the_law_holds(self):
        post(dt.date(2026, 10, 3))

        close()

        assert broken() == []

    def test_a_person_is_told_which_day_is_open(self):
        close()

        with pytest.raises(periods.ClosedPeriod, match=r"closed to the end of 31 October 2026.*1 November 2026"):
            periods.require_open(CLOSED)

    @pytest.mark.parametrize("through", [CLOSED, CLOSED - dt.timedelta(days=1), TODAY, TODAY + dt.timedelta(days=1)])
    def test_closing_goes_forward_and_only_over_days_that_are_over(self, through):
        close()

        with pytest.raises(periods.CannotClose):
            close(through)

        assert PeriodClose.objects.count() == 1

    @pytest.mark.parametrize(
        "statement",
        [
            "INSERT INTO ledger_periodclose (closed_through, closed_by, closed_at, note, last_entry)"
            " VALUES ('2026-09-30', 'x', now(), '', 0)",
            "UPDATE ledger_periodclose SET closed_through = '2026-01-01'",
            "DELETE FROM ledger_periodclose",
            "TRUNCATE ledger_periodclose",
            "ALTER TABLE ledger_entry DISABLE TRIGGER entry_in_an_open_period",
        ],
    )
    def test_nobody_opens_it_again(self, statement):
        close()

        with pytest.raises((DatabaseError, psycopg.Error)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

        assert periods.closed_through() == CLOSED

    def test_a_journal_entry_is_refused_in_words(self):
        close()
        sides = [posting.debit(chart.BANK_CHARGES, Money(5, "GBP")), posting.credit(chart.BANK, Money(5, "GBP"))]

        with pytest.raises(journal.CannotEnter, match="31 October 2026"):
            journal.enter(key="j", on=CLOSED, memo="Charge", reason="Statement", sides=sides, entered_by="Tom", now=NOW)

        assert not Entry.objects.exists()


def _owner(statement):
    database = connection.settings_dict["NAME"]
    with psycopg.connect(databases._conninfo(settings.DATABASE_OWNER_URL, database), autocommit=True) as owner:
        owner.execute(statement)


def test_the_control_without_the_trigger_a_closed_day_is_written_and_the_law_says_so(committed):
    close()
    _owner("DROP TRIGGER entry_in_an_open_period ON ledger_entry")

    with connection.cursor() as cursor:
        cursor.execute(RAW)

    assert {"ledger.closed_days_stay_closed", "ledger.guards_stand"} <= set(broken())


def close_while_posting():
    """Posts on the last day of October in a transaction that is still open while another closes October; gives both."""
    posted, closing = threading.Event(), threading.Thread(target=lambda: (close(), connection.close()))
    with transaction.atomic():
        entry = post(CLOSED)
        closing.start()
        posted.wait(0.5)
        waited = closing.is_alive()
    closing.join(timeout=10)
    entry.refresh_from_db()
    return entry, waited


def test_whoever_closes_waits_for_what_is_being_posted(committed):
    entry, waited = close_while_posting()

    assert waited
    assert PeriodClose.objects.get().last_entry == entry.pk
    assert broken() == []


def test_the_control_without_the_lock_an_entry_slips_in_behind_the_close(committed):
    _owner(
        """CREATE OR REPLACE FUNCTION ledger_open_day(wanted date) RETURNS date LANGUAGE plpgsql AS $$
           BEGIN RETURN greatest(wanted, (SELECT max(closed_through) + 1 FROM ledger_periodclose)); END $$"""
    )

    _entry, waited = close_while_posting()

    assert not waited
    assert broken() == ["ledger.closed_days_stay_closed"]
