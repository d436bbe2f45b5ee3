"""Appeals of a series do not overlap, their days move with a reason, and nothing changes behind a closing.

Also: one series is the principal one, and a target is in the unit of its series.
"""

from django.db import migrations

# A trigger, since an exclusion constraint on a range beside other columns needs an extension that we do not rely on.
# The advisory lock makes two openings at once wait for each other; both would otherwise find the days free.
APART = """
CREATE FUNCTION appeals_do_not_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('giving_appeal'));
    IF EXISTS (SELECT 1 FROM giving_appeal other WHERE other.id <> NEW.id AND other.series_id = NEW.series_id
               AND other.opens_on <= NEW.closes_on AND NEW.opens_on <= other.closes_on) THEN
        RAISE EXCEPTION 'appeal % runs on days of another', NEW.name
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'appeals_do_not_overlap';
    END IF;
    IF NEW.currency <> (SELECT currency FROM giving_appealseries WHERE id = NEW.series_id) THEN
        RAISE EXCEPTION 'appeal % is in another currency than its series', NEW.name
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appeal_in_the_currency_of_its_series';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER appeals_do_not_overlap AFTER INSERT OR UPDATE OF opens_on, closes_on ON giving_appeal
    FOR EACH ROW EXECUTE FUNCTION appeals_do_not_overlap();
"""
UNDO_APART = "DROP TRIGGER appeals_do_not_overlap ON giving_appeal; DROP FUNCTION appeals_do_not_overlap();"
PRINCIPAL = """
CREATE FUNCTION a_series_is_principal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM giving_appealseries)
       AND NOT EXISTS (SELECT 1 FROM giving_appealseries WHERE is_principal) THEN
        RAISE EXCEPTION 'one series of appeals is the principal one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_series_is_principal';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER a_series_is_principal AFTER INSERT OR UPDATE ON giving_appealseries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION a_series_is_principal();
"""
UNDO_PRINCIPAL = "DROP TRIGGER a_series_is_principal ON giving_appealseries; DROP FUNCTION a_series_is_principal();"
UNIT = """
CREATE FUNCTION target_in_the_unit_of_its_series() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.givers IS NOT NULL) <> (SELECT s.unit = 'givers' FROM giving_appeal a
                                    JOIN giving_appealseries s ON s.id = a.series_id WHERE a.id = NEW.appeal_id) THEN
        RAISE EXCEPTION 'a target is in the unit that its series counts in'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'target_in_the_unit_of_its_series';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER target_in_the_unit_of_its_series AFTER INSERT ON giving_appealtarget
    FOR EACH ROW EXECUTE FUNCTION target_in_the_unit_of_its_series();
"""
UNDO_UNIT = """
DROP TRIGGER target_in_the_unit_of_its_series ON giving_appealtarget; DROP FUNCTION target_in_the_unit_of_its_series();
"""
EXTENSION = """
CREATE FUNCTION close_moves_with_its_reason() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM giving_appealextension e WHERE e.appeal_id = NEW.id
                   AND e.from_on = OLD.closes_on AND e.to_on = NEW.closes_on
                   AND e.id = (SELECT max(id) FROM giving_appealextension WHERE appeal_id = NEW.id)) THEN
        RAISE EXCEPTION 'the last day of appeal % moves with an extension only', NEW.name
            USING ERRCODE = 'check_violation', CONSTRAINT = 'close_moves_with_its_reason';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER close_moves_with_its_reason AFTER UPDATE OF closes_on ON giving_appeal
    FOR EACH ROW WHEN (OLD.closes_on IS DISTINCT FROM NEW.closes_on) EXECUTE FUNCTION close_moves_with_its_reason();
CREATE FUNCTION extension_moves_the_close() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT closes_on FROM giving_appeal WHERE id = NEW.appeal_id) <
       (SELECT max(to_on) FROM giving_appealextension WHERE appeal_id = NEW.appeal_id) THEN
        RAISE EXCEPTION 'an extension moves the last day of its appeal'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'extension_moves_the_close';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER extension_moves_the_close AFTER INSERT ON giving_appealextension
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION extension_moves_the_close();
"""
UNDO_EXTENSION = """
DROP TRIGGER extension_moves_the_close ON giving_appealextension; DROP FUNCTION extension_moves_the_close();
DROP TRIGGER close_moves_with_its_reason ON giving_appeal; DROP FUNCTION close_moves_with_its_reason();
"""
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
    # Until the first release: a paper set up before has run these.
    replaces = [
        ("giving", name) for name in ("0003_appeals_do_not_overlap", "0013_series_are_kept", "0015_closings_are_kept")
    ]
    dependencies = [("giving", "0002_guards")]
    operations = [
        migrations.RunSQL(APART, UNDO_APART),
        migrations.RunSQL(PRINCIPAL, UNDO_PRINCIPAL),
        migrations.RunSQL(UNIT, UNDO_UNIT),
        migrations.RunSQL(EXTENSION, UNDO_EXTENSION),
        migrations.RunSQL(TERMS, UNDO_TERMS),
        migrations.RunSQL(GIFTS, UNDO_GIFTS),
    ]
