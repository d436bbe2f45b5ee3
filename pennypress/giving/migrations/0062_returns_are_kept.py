"""A return stays as it was told, and only what was returned is presented again, for its own period."""

from django.db import migrations

from pennypress import guards

ONCE_RETURNED = """
CREATE FUNCTION giving_presented_again_once_returned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM giving_collection
        WHERE id = NEW.again_of_id AND (pledge_id, due_on, state) = (NEW.pledge_id, NEW.due_on, 'taken_back')
        FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'presented_again_once_returned: only a collection that was taken back is presented again'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER presented_again_once_returned BEFORE INSERT ON giving_collection
    FOR EACH ROW WHEN (NEW.again_of_id IS NOT NULL) EXECUTE FUNCTION giving_presented_again_once_returned();
"""
UNDO = """
DROP TRIGGER presented_again_once_returned ON giving_collection;
DROP FUNCTION giving_presented_again_once_returned();
"""


class Migration(migrations.Migration):
    dependencies = [("giving", "0061_terms_for_returns")]
    operations = [guards.append_only("giving_return"), migrations.RunSQL(ONCE_RETURNED, UNDO)]
