"""No member holds less than nothing on any day, a certificate tells the holding, and no number is used that was not given
out."""

from django.db import migrations

# The member's row is locked first, so that two entries at once are counted one after the other. NO KEY UPDATE, because
# the entry's own foreign key holds a KEY SHARE lock on that row already. Days are whole: what comes and goes on one day
# is counted at its end.
NOT_NEGATIVE = """
CREATE FUNCTION holding_not_negative() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    short record;
BEGIN
    PERFORM 1 FROM shares_member WHERE id = NEW.member_id FOR NO KEY UPDATE;
    SELECT * INTO short FROM (
        SELECT "on", sum(sum(shares)) OVER (ORDER BY "on") AS held
        FROM shares_registerentry WHERE member_id = NEW.member_id GROUP BY "on"
    ) AS days WHERE held < 0 ORDER BY "on" LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'member % would hold % shares on %', NEW.member_id, short.held, short."on"
            USING ERRCODE = 'check_violation', CONSTRAINT = 'holding_not_negative';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER holding_not_negative AFTER INSERT ON shares_registerentry
    FOR EACH ROW EXECUTE FUNCTION holding_not_negative();
"""
UNDO_NOT_NEGATIVE = "DROP TRIGGER holding_not_negative ON shares_registerentry; DROP FUNCTION holding_not_negative();"
ISSUED = """
CREATE FUNCTION number_was_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM shares_numberissued WHERE series = TG_ARGV[0] AND number = NEW.number) THEN
        RAISE EXCEPTION '% number % was not issued', TG_ARGV[0], NEW.number
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'number_was_issued';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shares_member_number_was_issued BEFORE INSERT ON shares_member
    FOR EACH ROW EXECUTE FUNCTION number_was_issued('member');
CREATE TRIGGER shares_certificate_number_was_issued BEFORE INSERT ON shares_certificate
    FOR EACH ROW EXECUTE FUNCTION number_was_issued('certificate');
"""
UNDO_ISSUED = """
DROP TRIGGER shares_certificate_number_was_issued ON shares_certificate;
DROP TRIGGER shares_member_number_was_issued ON shares_member;
DROP FUNCTION number_was_issued();
"""
# By the time an entry is committed, the member has one standing certificate, equal to the holding, or holds nothing.
TELLS = """
CREATE FUNCTION certificate_tells_holding() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held bigint;
    standing bigint[];
BEGIN
    SELECT coalesce(sum(shares), 0) INTO held FROM shares_registerentry WHERE member_id = NEW.member_id;
    SELECT coalesce(array_agg(shares::bigint), '{}') INTO standing FROM shares_certificate
        WHERE member_id = NEW.member_id AND superseded_by_id IS NULL AND ended_on IS NULL;
    IF standing IS DISTINCT FROM (CASE WHEN held = 0 THEN '{}'::bigint[] ELSE ARRAY[held] END) THEN
        RAISE EXCEPTION 'member % holds %, and the standing certificates say %', NEW.member_id, held, standing
            USING ERRCODE = 'check_violation', CONSTRAINT = 'certificate_tells_holding';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER certificate_tells_holding_on_entry AFTER INSERT ON shares_registerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION certificate_tells_holding();
CREATE CONSTRAINT TRIGGER certificate_tells_holding_on_certificate AFTER INSERT OR UPDATE ON shares_certificate
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION certificate_tells_holding();
"""
UNDO_TELLS = """
DROP TRIGGER certificate_tells_holding_on_certificate ON shares_certificate;
DROP TRIGGER certificate_tells_holding_on_entry ON shares_registerentry;
DROP FUNCTION certificate_tells_holding();
"""


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [("shares", name) for name in ("0003_holding_not_negative", "0004_certificate_tells_the_holding")]
    dependencies = [("shares", "0002_guards")]
    operations = [
        migrations.RunSQL(NOT_NEGATIVE, UNDO_NOT_NEGATIVE),
        migrations.RunSQL(ISSUED, UNDO_ISSUED),
        migrations.RunSQL(TELLS, UNDO_TELLS),
    ]
