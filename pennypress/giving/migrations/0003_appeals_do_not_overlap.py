"""On any day at most one appeal runs."""

from django.db import migrations

# A trigger, since an exclusion constraint on a range beside other columns needs an extension that we do not rely on.
# The advisory lock makes two openings at once wait for each other; both would otherwise find the days free.
APART = """
CREATE FUNCTION appeals_do_not_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('giving_appeal'));
    IF EXISTS (SELECT 1 FROM giving_appeal other WHERE other.id <> NEW.id
               AND other.opens_on <= NEW.closes_on AND NEW.opens_on <= other.closes_on) THEN
        RAISE EXCEPTION 'appeal % runs on days of another', NEW.name
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'appeals_do_not_overlap';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER appeals_do_not_overlap AFTER INSERT OR UPDATE OF opens_on, closes_on ON giving_appeal
    FOR EACH ROW EXECUTE FUNCTION appeals_do_not_overlap();
"""
UNDO = "DROP TRIGGER appeals_do_not_overlap ON giving_appeal; DROP FUNCTION appeals_do_not_overlap();"


class Migration(migrations.Migration):
    dependencies = [("giving", "0002_gifts_are_kept")]
    operations = [migrations.RunSQL(APART, UNDO)]
