"""What a column was printed with stays: its days, its figures, and each sum that it thanked for."""

from django.db.migrations import Migration, RunSQL

_REFUSE = """
CREATE FUNCTION column_is_printed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.frozen_at IS NOT NULL AND (to_jsonb(NEW) - ARRAY['parked_at', 'parked_reason'])
            IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['parked_at', 'parked_reason']) THEN
        RAISE EXCEPTION 'newsroom_column % is printed: its figures stay as they were', OLD.article_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION column_gift_is_printed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.printed_minor IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'newsroom_columngift % is printed: it stays as it was', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION column_takes_no_more() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM newsroom_column WHERE article_id = NEW.column_id AND frozen_at IS NOT NULL) THEN
        RAISE EXCEPTION 'newsroom_column % is printed: it takes in no more', NEW.column_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER newsroom_columngift_closed BEFORE INSERT ON newsroom_columngift
    FOR EACH ROW EXECUTE FUNCTION column_takes_no_more();
CREATE TRIGGER newsroom_column_printed BEFORE UPDATE ON newsroom_column
    FOR EACH ROW EXECUTE FUNCTION column_is_printed();
CREATE TRIGGER newsroom_columngift_printed BEFORE UPDATE ON newsroom_columngift
    FOR EACH ROW EXECUTE FUNCTION column_gift_is_printed();
"""
_LET = """
DROP TRIGGER newsroom_columngift_printed ON newsroom_columngift;
DROP TRIGGER newsroom_column_printed ON newsroom_column;
DROP TRIGGER newsroom_columngift_closed ON newsroom_columngift;
DROP FUNCTION column_takes_no_more();
DROP FUNCTION column_gift_is_printed();
DROP FUNCTION column_is_printed();
"""


class Migration(Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [("newsroom", "0041_printed_figures_stay")]
    dependencies = [("newsroom", "0001_initial")]
    operations = [RunSQL(_REFUSE, _LET)]
