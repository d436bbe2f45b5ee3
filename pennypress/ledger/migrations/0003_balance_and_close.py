"""An entry balances by the time it is committed, none is dated on a closed day, and closing goes forward only."""

from django.db import migrations

# One deferred check on entry *and* line closes three holes: an entry with no lines, a line moved to another entry
# (lines do not move at all), and a balanced pair added to an old entry (the count no longer matches).
BALANCES = """
CREATE FUNCTION entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint := CASE WHEN TG_TABLE_NAME = 'ledger_entry' THEN NEW.id ELSE (to_jsonb(NEW)->>'entry_id')::bigint END;
    promised int;
    found int;
BEGIN
    SELECT line_count INTO promised FROM ledger_entry WHERE id = checked;
    SELECT count(*) INTO found FROM ledger_line WHERE entry_id = checked;
    IF found <> promised OR found < 2 THEN
        RAISE EXCEPTION 'ledger entry % has % lines, not the % it was posted with', checked, found, promised
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM ledger_line WHERE entry_id = checked GROUP BY currency HAVING sum(amount_minor) <> 0) THEN
        RAISE EXCEPTION 'ledger entry % does not balance', checked USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_balances_on_entry AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_balances();
CREATE CONSTRAINT TRIGGER entry_balances_on_line AFTER INSERT ON ledger_line
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_balances();
"""
UNDO_BALANCES = """
DROP TRIGGER entry_balances_on_line ON ledger_line; DROP TRIGGER entry_balances_on_entry ON ledger_entry;
DROP FUNCTION entry_balances();
"""
# Posting holds the lock shared and closing holds it alone: whoever closes waits for what is being posted, and whoever
# posts after that sees the closed day. Inside plpgsql each query sees what was committed before it, so the day is read
# after the lock is held.
CLOSED = """
CREATE FUNCTION ledger_open_day(wanted date) RETURNS date LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    closed date;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('ledger.close'));
    SELECT max(closed_through) INTO closed FROM ledger_periodclose;
    RETURN greatest(wanted, closed + 1);
END $$;
CREATE FUNCTION entry_in_an_open_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ledger_open_day(NEW."on") <> NEW."on" THEN
        RAISE EXCEPTION 'the books are closed: no entry is dated %', NEW."on"
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'entry_in_an_open_period';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER entry_in_an_open_period BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION entry_in_an_open_period();
CREATE FUNCTION period_closes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger.close'));
    IF EXISTS (SELECT 1 FROM ledger_periodclose WHERE closed_through >= NEW.closed_through) THEN
        RAISE EXCEPTION 'the books are closed beyond % already', NEW.closed_through
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'period_closes_forward';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER period_closes_forward BEFORE INSERT ON ledger_periodclose
    FOR EACH ROW EXECUTE FUNCTION period_closes_forward();
"""
UNDO_CLOSED = """
DROP TRIGGER period_closes_forward ON ledger_periodclose; DROP FUNCTION period_closes_forward();
DROP TRIGGER entry_in_an_open_period ON ledger_entry; DROP FUNCTION entry_in_an_open_period();
DROP FUNCTION ledger_open_day(date);
"""


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [("ledger", "0011_closed_days_refuse")]
    dependencies = [("ledger", "0002_guards")]
    operations = [migrations.RunSQL(BALANCES, UNDO_BALANCES), migrations.RunSQL(CLOSED, UNDO_CLOSED)]
