"""What a series counts is fixed; targets and extensions are append-only; the last day moves with an extension only."""

from django.db import migrations

from pennypress import guards

# The advisory lock makes two openings at once wait for each other; both would otherwise find the days free.
APART = """
CREATE OR REPLACE FUNCTION appeals_do_not_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER giving_appeal_kept_columns BEFORE UPDATE ON giving_appeal
    FOR EACH ROW EXECUTE FUNCTION guard_only_these_move('name', 'closes_on', 'pitch', 'counts_pledges');
"""
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
UNDO_PRINCIPAL = """
DROP TRIGGER a_series_is_principal ON giving_appealseries; DROP FUNCTION a_series_is_principal();
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


class Migration(migrations.Migration):
    dependencies = [("giving", "0012_targets_have_their_days")]
    operations = [
        migrations.RunSQL(APART),
        guards.kept(
            "giving_appealseries",
            moving=[
                "name", "is_principal", "carry_over", "over_target", "counts_pledges",
                "words_before", "words_running", "words_met", "words_closed",
            ],
        ),
        migrations.RunSQL(PRINCIPAL, UNDO_PRINCIPAL),
        guards.append_only("giving_appealtarget"),
        migrations.RunSQL(UNIT, UNDO_UNIT),
        guards.append_only("giving_appealextension"),
        migrations.RunSQL(EXTENSION, UNDO_EXTENSION),
    ]  # fmt: skip
