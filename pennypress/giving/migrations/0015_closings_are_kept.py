"""Closing figures never change, and nothing changes behind them: terms of a closed appeal stand, gifts stay in it."""

from django.db import migrations

from pennypress import guards

# The appeal's row is locked by whoever closes it: what comes at the same time waits, and then finds the closing.
TERMS = """
CREATE FUNCTION closed_appeal_keeps_its_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM giving_appeal WHERE id = NEW.appeal_id FOR KEY SHARE;
    IF EXISTS (SELECT 1 FROM giving_appealclosing WHERE appeal_id = NEW.appeal_id) THEN
        RAISE EXCEPTION 'a closed appeal keeps its target and its days'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_appeal_keeps_its_terms';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER closed_appeal_keeps_its_target BEFORE INSERT ON giving_appealtarget
    FOR EACH ROW EXECUTE FUNCTION closed_appeal_keeps_its_terms();
CREATE TRIGGER closed_appeal_keeps_its_days BEFORE INSERT ON giving_appealextension
    FOR EACH ROW EXECUTE FUNCTION closed_appeal_keeps_its_terms();
"""
UNDO_TERMS = """
DROP TRIGGER closed_appeal_keeps_its_target ON giving_appealtarget;
DROP TRIGGER closed_appeal_keeps_its_days ON giving_appealextension;
DROP FUNCTION closed_appeal_keeps_its_terms();
"""
# What was counted when an appeal was closed stays counted in it. Money that comes later has a higher number, and is told
# apart by that; so nothing with a lower one may be moved in or out.
GIFTS = """
CREATE FUNCTION closed_appeal_keeps_its_gifts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM giving_appealclosing c
               WHERE (c.appeal_id = NEW.appeal_id AND c.allocation_mark >= NEW.allocation_id)
                  OR (TG_OP = 'UPDATE' AND c.appeal_id = OLD.appeal_id AND c.allocation_mark >= OLD.allocation_id)) THEN
        RAISE EXCEPTION 'what a closed appeal counted stays as it was counted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_appeal_keeps_its_gifts';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER closed_appeal_keeps_new_gifts_out AFTER INSERT ON giving_gift
    FOR EACH ROW WHEN (NEW.allocation_id IS NOT NULL) EXECUTE FUNCTION closed_appeal_keeps_its_gifts();
CREATE TRIGGER closed_appeal_keeps_its_gifts AFTER UPDATE OF appeal_id, allocation_id ON giving_gift
    FOR EACH ROW WHEN ((OLD.appeal_id, OLD.allocation_id) IS DISTINCT FROM (NEW.appeal_id, NEW.allocation_id))
    EXECUTE FUNCTION closed_appeal_keeps_its_gifts();
CREATE TRIGGER closed_appeal_keeps_its_pledges AFTER UPDATE OF appeal_id, allocation_id ON giving_collection
    FOR EACH ROW WHEN ((OLD.appeal_id, OLD.allocation_id) IS DISTINCT FROM (NEW.appeal_id, NEW.allocation_id))
    EXECUTE FUNCTION closed_appeal_keeps_its_gifts();
"""
UNDO_GIFTS = """
DROP TRIGGER closed_appeal_keeps_new_gifts_out ON giving_gift;
DROP TRIGGER closed_appeal_keeps_its_gifts ON giving_gift;
DROP TRIGGER closed_appeal_keeps_its_pledges ON giving_collection;
DROP FUNCTION closed_appeal_keeps_its_gifts();
"""


class Migration(migrations.Migration):
    dependencies = [("giving", "0014_closings")]
    operations = [
        guards.append_only("giving_appealclosing"),
        guards.append_only("giving_closingmethod"),
        migrations.RunSQL(TERMS, UNDO_TERMS),
        migrations.RunSQL(GIFTS, UNDO_GIFTS),
    ]
