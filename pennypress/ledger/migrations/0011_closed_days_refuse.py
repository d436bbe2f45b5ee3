"""No entry is dated on a closed day, closing goes forward only, and vouchers and accounts are kept."""

from django.db import migrations

from pennypress import guards

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
UNDO = """
DROP TRIGGER period_closes_forward ON ledger_periodclose; DROP FUNCTION period_closes_forward();
DROP TRIGGER entry_in_an_open_period ON ledger_entry; DROP FUNCTION entry_in_an_open_period();
DROP FUNCTION ledger_open_day(date);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0010_periods_and_vouchers")]
    operations = [
        migrations.RunSQL(CLOSED, UNDO),
        guards.append_only("ledger_periodclose"),
        guards.append_only("ledger_voucher"),
        guards.kept("ledger_account", moving=["name"]),
    ]
