"""The books are append-only, and an entry balances by the time it is committed."""

from django.db import migrations

from pennypress import guards

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
UNDO = "DROP TRIGGER entry_balances_on_line ON ledger_line; DROP TRIGGER entry_balances_on_entry ON ledger_entry; DROP FUNCTION entry_balances();"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunSQL(BALANCES, UNDO),
        guards.append_only("ledger_entry"),
        guards.append_only("ledger_line"),
    ]
